/** From an error to an outcome. One table decides who has to act: the sender, the shop, or time. */
import { DeliveryError, type DeliveryCode } from '../errors.js'
import type { Deadline } from '../lib/deadline.js'
import { isDeliveryError } from '../lib/thrown.js'
import type { Outcome, RefusedOutcome } from '../outcome.js'
import { durablePart } from './parts/load.js'
import type { quarantine } from './quarantine.js'
import type { DeliveryContext } from './state/context.js'
import type { ReceiverState } from './state/receiver.js'

/** An authentication code that is missing in the table means "not authentic", so that a forgotten code lets nothing in. */
type AuthenticationCode = Exclude<Extract<DeliveryCode, `AUTH_${string}`>, 'AUTH_UNDECIDED'>

const KINDS: Readonly<Record<Exclude<DeliveryCode, AuthenticationCode>, RefusedOutcome['kind']>> = {
  METHOD_NOT_ALLOWED: 'method_not_allowed',
  BODY_TIMEOUT: 'body_timeout',
  BODY_TOO_LARGE: 'too_large',
  BODY_ENCODING_UNSUPPORTED: 'unsupported_encoding',
  BODY_ABORTED: 'aborted',
  RAW_BODY_CONSUMED: 'failed',
  AUTH_UNDECIDED: 'retry_later',
  TENANT_UNAVAILABLE: 'retry_later',
  BODY_EMPTY: 'unusable',
  JSON_NOT_UTF8: 'unusable',
  JSON_INVALID: 'unusable',
  JSON_TOO_DEEP: 'unusable',
  JSON_DUPLICATE_KEY: 'unusable',
  FORM_INVALID: 'unusable',
  FORM_DUPLICATE_FIELD: 'unusable',
  PAYLOAD_INVALID: 'unusable',
  PAYLOAD_LEGACY: 'unusable',
  SEVERAL_ITEMS: 'unusable',
  ID_CONFLICT: 'unusable',
  EVENT_INVALID: 'failed',
  ORDER_UNKNOWN: 'retry_later',
  READ_BACK_UNAVAILABLE: 'retry_later',
  READ_BACK_MISMATCH: 'retry_later',
  READ_BACK_BEHIND: 'retry_later',
  BUSY: 'retry_later',
  SHUTTING_DOWN: 'retry_later',
  DEADLINE_PASSED: 'retry_later',
  STORE_UNAVAILABLE: 'retry_later',
  QUEUE_UNAVAILABLE: 'retry_later',
  LEASE_LOST: 'retry_later',
  COMPLETE_FAILED: 'retry_later',
  HANDLER_RETRY_LATER: 'retry_later',
  RETRIES_EXHAUSTED: 'unusable',
  HANDLER_FAILED: 'failed',
  INTERNAL: 'failed',
}

/** An error that is not a `DeliveryError` is a fault of this package or of the shop's configuration. */
export function refusalOf(error: RefusedOutcome['error'], rest: Partial<RefusedOutcome> = {}): RefusedOutcome {
  return { event: null, ...rest, kind: kindOf(error.code), error }
}

function kindOf(code: string): RefusedOutcome['kind'] {
  return KINDS[code as keyof typeof KINDS] ?? (code.startsWith('AUTH_') ? 'not_authentic' : 'failed')
}

/** @param explain returns the reason why the delivery was not authentic, for the operator */
export function refuse(
  state: ReceiverState,
  { authenticated, proven, event, origin }: DeliveryContext,
  thrown: unknown,
  explain?: () => string | null,
): Outcome | Promise<Outcome> {
  if (!isDeliveryError(thrown)) {
    const cause = { cause: thrown }
    return refusalOf(new DeliveryError('INTERNAL', 'the provider or the store threw something unexpected', cause), {
      event,
    })
  }
  const refusal = refusalOf(thrown, { event })
  if (authenticated === null) {
    if (refusal.kind === 'retry_later') return refusal
    return { ...refusal, kind: 'not_authentic', ...(explain && { explain }) }
  }
  // An unproven delivery is not kept: anyone could fill the store with such deliveries. An event that is run again is
  // already kept.
  if (!proven || origin === 'retry' || !isKept(state, refusal)) return refusal
  // Without a durable store nothing can be kept: the sender gets 400, and the operator gets the body.
  if (state.options.store.quarantine === undefined) {
    return { kind: 'unusable', error: thrown, event, body: authenticated.keepable }
  }
  return keep(state, thrown, event, authenticated)
}

async function keep(...of: Parameters<typeof quarantine>): Promise<Outcome> {
  const part = await durablePart()
  return part.quarantine(...of)
}

/**
 * Three kinds of deliveries are kept for the operator. The first is unusable. The second met a fault in the provider's
 * own code: correct the code, and replay the delivery. The third is about an unknown order, and its sender gives up too
 * early or holds up other deliveries. Without a durable store, the sender delivers the last two kinds again.
 */
function isKept({ provider, options }: ReceiverState, { kind, error }: RefusedOutcome): boolean {
  if (kind === 'unusable') return true
  const isForOperator =
    error.code === 'EVENT_INVALID' || (error.code === 'ORDER_UNKNOWN' && provider.unknownOrder === 'keep')
  return isForOperator && options.store.quarantine !== undefined
}

/** The work goes on after the deadline. Only the answer is sent at the deadline. */
export function deadlineOutcome({ timeoutMs }: Deadline, { event }: DeliveryContext): RefusedOutcome {
  const message = `not finished within ${timeoutMs} ms; the work continues, and the next delivery gets its outcome`
  return refusalOf(new DeliveryError('DEADLINE_PASSED', message), { event })
}
