/** What the provider never delivered is found by asking: express-payment-webhooks/reconcile. */
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
 * Asks the provider what it has sent since the last run, and takes what never arrived through the receiver's handlers. What
 * had arrived is known by the same id and not handled again. Where the receiver has a queue, it becomes a job. The first run on a store only notes when it was: whatever is
 * older may have been handled before there was this store.
 *
 * @param receiver a receiver, or a door such as `paymentWebhook` makes
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

/** Made by `reconcileEvery`. */
export interface ReconcilerHandle {
  /** Begins no further run, and waits for the one that is under way to stop. Closing the receiver does the same. */
  close(): Promise<void>
}

/**
 * Reconciles at once and then every quarter of an hour, in one process at a time where several share a durable store, and
 * whenever an operator asks for it with the command `reconcile`. Errors go where the receiver's go. It keeps no process
 * alive.
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
