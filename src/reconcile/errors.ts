/** Why a reconciliation did not happen, or not to its end. */
import { PaymentWebhookError, type ReconcileCode } from '../errors.js'

/** What was missed has not all been found. Nothing is lost by it: the next run begins where this one did. */
export class ReconcileError extends PaymentWebhookError<ReconcileCode> {
  override readonly name = 'ReconcileError'
}
