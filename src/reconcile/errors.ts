/** Reasons why a reconciliation did not happen or did not finish. */
import { PaymentWebhookError, type ReconcileCode } from '../errors.js'

/** Not all missed events have been found. Nothing is lost: the next run begins where this one did. */
export class ReconcileError extends PaymentWebhookError<ReconcileCode> {
  override readonly name = 'ReconcileError'
}
