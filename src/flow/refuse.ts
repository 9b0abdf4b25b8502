/** From an error to an outcome. One table says who has to act: the sender, the shop, or time. */
import { DeliveryError, type DeliveryCode } from '../errors.js'
import type { Deadline } from '../lib/deadline.js'
import { isDeliveryError } from '../lib/thrown.js'
import type { Outcome, RefusedOutcome } from '../outcome.js'
import { durablePart } from './parts/load.js'
import type { quarantine } from './quarantine.js'
import type { DeliveryContext } from './state/context.js'
import type { ReceiverState } from './state/receiver.js'

/** Not authentic, where the table does not say otherwise: no new code can open a door by being forgotten. */
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

/** Anything that is no error of a delivery is a failure of our own, or of the shop's configuration. */
export function refusalOf(error: RefusedOutcome['error'], rest: Partial<RefusedOutcome> = {}): RefusedOutcome {
  return { event: null, ...rest, kind: kindOf(error.code), error }
}

function kindOf(code: string): RefusedOutcome['kind'] {
  return KINDS[code as keyof typeof KINDS] ?? (code.startsWith('AUTH_') ? 'not_authentic' : 'failed')
}

/** @param explain why the delivery was not authentic, for the operator */
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
  // Nobody vouches for an unproven delivery, so it is not worth keeping: anyone could fill the store with it. An event that
  // is run again is kept already.
  if (!proven || origin === 'retry' || !isKept(state, refusal)) return refusal
  // Without a durable store nothing can be kept: the sender gets 400, and the operator the body.
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
 * An unusable delivery is for the operator. So is one that met a fault of the provider's own code: correct it, and have
 * the delivery replayed. So is one about an order that nobody knows, where its sender gives up too early, or holds up
 * others by it. Without a durable store the sender keeps the last two, and delivers them again.
 */
function isKept({ provider, options }: ReceiverState, { kind, error }: RefusedOutcome): boolean {
  if (kind === 'unusable') return true
  const isForOperator =
    error.code === 'EVENT_INVALID' || (error.code === 'ORDER_UNKNOWN' && provider.unknownOrder === 'keep')
  return isForOperator && options.store.quarantine !== undefined
}

/** The work goes on after the deadline: only the answer does not wait. */
export function deadlineOutcome({ timeoutMs }: Deadline, { event }: DeliveryContext): RefusedOutcome {
  const message = `not finished within ${timeoutMs} ms; the work goes on, and the next delivery is told how it ended`
  return refusalOf(new DeliveryError('DEADLINE_PASSED', message), { event })
}
