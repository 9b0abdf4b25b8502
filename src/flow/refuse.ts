/** From an error to an outcome: who has to act decides, the sender, the shop or time. */
import { DeliveryError, type DeliveryCode } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import type { Outcome, RefusedOutcome } from '../outcome.js'
import type { Receiver } from '../receiver.js'
import type { AuthenticatedDelivery } from './authenticate.js'
import { quarantine } from './quarantine.js'
import { isDeliveryError } from './recognise.js'

/** How far a delivery came before something went wrong. */
export interface Progress {
  authenticated: AuthenticatedDelivery | undefined
  /** True once the delivery itself, or its provider, vouches for what it says. */
  proven: boolean
  event: WebhookEvent | null
}

/** What each code means for the sender. Codes that are missing here are our own failures. */
const KINDS: Partial<Record<DeliveryCode, RefusedOutcome['kind']>> = {
  AUTH_HEADER_MISSING: 'not_authentic',
  AUTH_HEADER_REPEATED: 'not_authentic',
  AUTH_HEADER_MALFORMED: 'not_authentic',
  AUTH_MISMATCH: 'not_authentic',
  AUTH_CLIENT_MISMATCH: 'not_authentic',
  AUTH_TIMESTAMP_MALFORMED: 'not_authentic',
  AUTH_TIMESTAMP_STALE: 'not_authentic',
  AUTH_SOURCE_REFUSED: 'not_authentic',
  AUTH_UNPROVEN: 'not_authentic',
  BODY_EMPTY: 'unusable',
  JSON_NOT_UTF8: 'unusable',
  JSON_INVALID: 'unusable',
  JSON_TOO_DEEP: 'unusable',
  JSON_DUPLICATE_KEY: 'unusable',
  PAYLOAD_INVALID: 'unusable',
  PAYLOAD_LEGACY: 'unusable',
  ID_CONFLICT: 'unusable',
  ORDER_UNKNOWN: 'retry_later',
  READ_BACK_UNAVAILABLE: 'retry_later',
  READ_BACK_MISMATCH: 'retry_later',
  READ_BACK_BEHIND: 'retry_later',
  BUSY: 'retry_later',
  SHUTTING_DOWN: 'retry_later',
  STORE_UNAVAILABLE: 'retry_later',
}

export async function refuse(
  receiver: Receiver,
  thrown: unknown,
  { authenticated, proven, event }: Progress,
  explain?: () => string | null,
): Promise<Outcome> {
  if (!isDeliveryError(thrown)) {
    const error = new DeliveryError('INTERNAL', 'the provider or the store threw something unexpected', {
      cause: thrown,
    })
    return { kind: 'failed', error, event }
  }
  const kind = KINDS[thrown.code] ?? 'failed'
  if (authenticated === undefined) {
    if (kind === 'retry_later') return { kind, error: thrown, event }
    return { kind: 'not_authentic', error: thrown, event, ...(explain && { explain }) }
  }
  // What nobody vouches for is not worth keeping: anyone could fill the store with it.
  if (kind !== 'unusable' || !proven) return { kind, error: thrown, event }
  return quarantine(receiver, thrown, event, authenticated.body)
}
