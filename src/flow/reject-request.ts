/** Refuses a request that did not reach the flow: it is not a POST, or its body could not be read. */
import { DeliveryError } from '../errors.js'
import { refusalOf } from './refuse.js'
import { report } from './reporting/report.js'
import type { DeliveryContext } from './state/context.js'
import type { ReceiverState } from './state/receiver.js'
import { isPaymentWebhookError } from '../lib/thrown.js'
import type { RefusedOutcome } from '../outcome.js'

/** Reports the refusal, because no step of the flow does it, and clears the deadline. */
export function rejectRequest(state: ReceiverState, context: DeliveryContext, thrown: unknown): RefusedOutcome {
  context.deadline.clear()
  const outcome = refusalOf(
    isPaymentWebhookError(thrown)
      ? thrown
      : new DeliveryError('INTERNAL', 'the request could not be read', { cause: thrown }),
  )
  report(state, context, outcome)
  return outcome
}

/** @throws DeliveryError `METHOD_NOT_ALLOWED` */
export function checkMethod(method: string | undefined): void {
  if (method !== 'POST') throw new DeliveryError('METHOD_NOT_ALLOWED', 'callbacks are POST requests')
}

/** The same error at every door. */
export function tooLarge(limit: number): DeliveryError {
  return new DeliveryError('BODY_TOO_LARGE', `the body is larger than ${limit} bytes; raise the option limit`)
}
