/** Finds events that the provider never delivered, by asking the provider: express-payment-webhooks/reconcile. */
import type { Receiver } from '../receiver.js'
import { Reconciler } from './every.js'
import { everyOptions, onceOptions, stateFor, type ReconcileEveryOptions, type ReconcileOptions } from './options.js'
import { runOnce, type Reconciliation } from './reconcile.js'

export type { Listed, Lister, ListWindow } from '../lister.js'
export type { ReconcileCode } from '../errors.js'
export { ReconcileError } from './errors.js'
export type { Reconciliation } from './reconcile.js'
export type { ReconcileEveryOptions, ReconcileOptions } from './options.js'

/**
 * Asks the provider for everything it has sent since the last run, and passes events that never arrived to the
 * receiver's handlers. Events that arrived have the same id and are not handled again. If the receiver has a queue, a
 * missed event becomes a job.
 * The first run on a store only records its time: older events may have been handled before this store existed.
 *
 * @param receiver a receiver, or a door such as `paymentWebhook` returns
 * @throws ReconcileError `RECONCILE_TOO_EARLY`, `RECONCILE_TOO_LATE`, `RECONCILE_RUNNING`, `LIST_UNAVAILABLE`
 * @throws DeliveryError `STORE_UNAVAILABLE`, `QUEUE_UNAVAILABLE`, `SHUTTING_DOWN`
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { stripeEvents } from 'express-payment-webhooks/providers/stripe'
 * import { reconcile } from 'express-payment-webhooks/reconcile'
 *
 * const { recovered } = await reconcile(webhook, { list: stripeEvents({ apiKey: process.env.STRIPE_API_KEY }) })
 * ```
 */
export async function reconcile(receiver: Receiver, options: ReconcileOptions): Promise<Reconciliation> {
  const state = stateFor('reconcile', receiver, options?.list)
  return runOnce(state, onceOptions('reconcile', state, options))
}

/** The return value of `reconcileEvery`. */
export interface ReconcilerHandle {
  /** Begins no further run, and waits until the current run has stopped. Closing the receiver does the same. */
  close(): Promise<void>
}

/**
 * Reconciles at once, then every quarter of an hour, and whenever an operator requests it with the command `reconcile`.
 * If several processes share a durable store, one reconciles at a time. Errors are reported like those of the receiver.
 * Does not keep the process alive.
 *
 * @param receiver a receiver, or a door such as `paymentWebhook` makes
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { stripeEvents } from 'express-payment-webhooks/providers/stripe'
 * import { reconcileEvery } from 'express-payment-webhooks/reconcile'
 *
 * const reconciler = reconcileEvery(webhook, { list: stripeEvents({ apiKey: process.env.STRIPE_API_KEY }) })
 * ```
 */
export function reconcileEvery(receiver: Receiver, options: ReconcileEveryOptions): ReconcilerHandle {
  const state = stateFor('reconcileEvery', receiver, options?.list)
  return new Reconciler(state, everyOptions('reconcileEvery', options))
}
