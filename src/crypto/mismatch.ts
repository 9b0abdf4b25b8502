/**
 * The error for a proof that does not match. Most are forgeries, but some are from the provider: the message explains
 * what to do then.
 */
import { DeliveryError } from '../errors.js'

const SIGNATURE = 'the signature does not fit the body: forged, altered on its way, or signed with another secret'

/** @param what the part that does not match. @default the signature */
export function mismatch(what = SIGNATURE): DeliveryError {
  return new DeliveryError(
    'AUTH_MISMATCH',
    `${what}. If the provider sent it, compare the configured secret or key with its dashboard's, of the same mode (test or live)`,
  )
}
