/** A proof that does not fit. Most are somebody else's, and some the provider's own: the message says what to do about these. */
import { DeliveryError } from '../errors.js'

const SIGNATURE = 'the signature does not fit the body: forged, altered on its way, or signed with another secret'

/** @param what does not fit. @default the signature */
export function mismatch(what = SIGNATURE): DeliveryError {
  return new DeliveryError(
    'AUTH_MISMATCH',
    `${what}. If the provider sent it, compare the configured secret or key with its dashboard's, of the same mode (test or live)`,
  )
}
