/** From an error to an outcome where a delivery did not get as far as the flow: its request could not be read. */
import { DeliveryError, type DeliveryCode } from '../errors.js'
import type { RefusedOutcome } from '../outcome.js'
import type { Receiver } from '../receiver.js'
import type { Deadline } from './deadline.js'
import { isPaymentWebhookError } from './recognise.js'
import { report } from './report.js'

const KINDS: Partial<Record<DeliveryCode, RefusedOutcome['kind']>> = {
  METHOD_NOT_ALLOWED: 'method_not_allowed',
  BODY_TIMEOUT: 'body_timeout',
  BODY_TOO_LARGE: 'too_large',
  BODY_ENCODING_UNSUPPORTED: 'unsupported_encoding',
  BODY_ABORTED: 'aborted',
}

/** Reports, because no step of the flow will, and ends the deadline. */
export function turnAway(receiver: Receiver, deadline: Deadline, thrown: unknown): RefusedOutcome {
  deadline.met()
  const error = isPaymentWebhookError(thrown)
    ? thrown
    : new DeliveryError('INTERNAL', 'the request could not be read', { cause: thrown })
  const outcome = { kind: KINDS[error.code as DeliveryCode] ?? 'failed', error, event: null }
  report(receiver, outcome, performance.now() - deadline.startedAt)
  return outcome
}

/** @throws DeliveryError `METHOD_NOT_ALLOWED` */
export function checkMethod(method: string | undefined): void {
  if (method !== 'POST') throw new DeliveryError('METHOD_NOT_ALLOWED', 'callbacks are POST requests')
}
