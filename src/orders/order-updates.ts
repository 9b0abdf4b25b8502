/** The whole lifecycle as handlers for `on`: the shop finds and saves orders, and everything in between is done here. */
import { ConfigurationError, RetryLater, UnknownOrder } from '../errors.js'
import { COMMON_EVENT_TYPES, type CommonEventType, type WebhookEvent } from '../event.js'
import { forAnyProvider } from '../lib/for-any-provider.js'
import type { Handler } from '../options.js'
import { repeatable } from '../lib/repeatable.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import type { Awaitable } from '../lib/awaitable.js'
import { clock } from '../lib/clock.js'
import { expiryEvent } from './expiry-event.js'
import { inTurn } from './in-turn.js'
import type { OrderPayment, OrderStatus } from './order-payment.js'
import { policyFor, POLICY_NAMES, resolvePolicy, type ResolvedPolicy, type SettlePolicy } from './policy.js'
import { rejectMisplaced } from './reject-misplaced.js'
import { settleWith, type OrderUpdate } from './settle.js'

/** The context of `find` and `save`. */
export interface OrderContext<Tx = unknown> {
  /** The store's transaction, if the store has one and a delivery is being handled. */
  readonly tx: Tx | undefined
  /** The account of the delivery: behind `tenantWebhook` the tenant. Undefined if the deadline passed instead. */
  readonly account: string | undefined
}

/** The options of `orderUpdates`. */
export interface OrderUpdatesOptions<Tx = unknown> {
  /**
   * Returns the order of an event: by `paymentId` if the shop stored it, otherwise by `orderId`. Null if there is none,
   * or none yet: the provider then has to deliver again.
   */
  readonly find: (event: WebhookEvent, context: OrderContext<Tx>) => Awaitable<OrderPayment | null | undefined>
  /**
   * Stores an order if the stored version is still `order.version - 1`, and returns true if it did. After false,
   * because another call saved first, the order is found and settled again.
   * Make consequences of the change, such as the shipment for `update.firstConfirmed`, in the same transaction: they
   * are not reported twice.
   */
  readonly save: (order: OrderPayment, update: OrderUpdate, context: OrderContext<Tx>) => Awaitable<boolean>
  /** Returns orders whose `expiresAt` has passed and whose status is still open. Needed for `expireOverdue`. */
  readonly overdue?: ((now: Date) => Awaitable<Iterable<OrderPayment>>) | undefined
  /**
   * The shop's policy. The order stores it as `order.policy`, for `decide` and other calls without a policy.
   *
   * @default `order.policy`, or else: exact payment, overpayment confirmed, late payment reviewed
   */
  readonly policy?: SettlePolicy | undefined
}

type OrderHandlers<Tx> = Readonly<Record<CommonEventType, Handler<WebhookEvent, Tx>>>

/** A handler for every type of event about orders, and the method for deadlines. */
export type OrderUpdates<Tx = unknown> = OrderHandlers<Tx> & {
  /**
   * Settles `payment.expired` for every overdue order, through the same `find` and `save`, because Coins.ph and CityPay
   * never report that time has run out. Call it about every minute.
   *
   * @param options.now Default: now
   * @returns how many orders it changed
   * @throws ConfigurationError `CONFIG_OPTION_INVALID` without the option `overdue`
   * @throws AggregateError after the last order, with the errors of single orders
   */
  expireOverdue(options?: { readonly now?: Date | undefined }): Promise<number>
}

/** Attempts before the provider has to deliver again. An attempt only fails if another call saved the order. */
const ATTEMPTS = 20

/** Statuses that a deadline does not change, or that wait for the shop rather than the buyer. */
const CLOSED: readonly OrderStatus[] = [
  'payment_authorized',
  'confirmed',
  'partially_refunded',
  'refunded',
  'disputed',
  'canceled',
  'expired',
  'needs_review',
]

/**
 * Handlers that keep orders: pass them as `on` for every provider of the shop. Events of one order are settled one
 * after the other, and an order is saved only if it changed.
 *
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { coinsPh, memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { orderUpdates } from 'express-payment-webhooks/orders'
 *
 * const updates = orderUpdates({
 *   find: (event) => orders.paymentOf(event.orderId),
 *   // One transaction: the order, if its version is still the one before, and its shipment.
 *   save: (order, update) => orders.saveIfVersion(order, order.version - 1, { ship: update.firstConfirmed }),
 *   overdue: (now) => orders.openSince(now),
 * })
 * app.use('/webhooks/coins-ph', paymentWebhook(coinsPh({ token: process.env.COINS_PH_TOKEN }), { store: memoryStore(), on: updates }))
 * setInterval(() => updates.expireOverdue(), 60_000)
 * ```
 */
export function orderUpdates<Tx = unknown>(options: OrderUpdatesOptions<Tx>): OrderUpdates<Tx> {
  rejectMisplaced('orderUpdates', options, ['find', 'save', 'overdue', 'policy'], { 'in `policy`': POLICY_NAMES })
  for (const name of ['find', 'save'] as const) {
    if (typeof options[name] !== 'function') invalid(`${name} must be a function`)
  }
  const policy = options.policy === undefined ? undefined : resolvePolicy(options.policy)
  const settleInTurn = inTurn<WebhookEvent, OrderUpdate>(({ provider, orderId, paymentId }) =>
    orderId === null ? `${provider} ${paymentId}` : orderId,
  )
  const settleOne: Handler<WebhookEvent, Tx> = (event, context) => {
    const { tx, account } = context
    // The getter creates a signal, which few events need: it is called only if another event waits for this turn.
    const signal = () => context.signal
    return settleInTurn(event, () => settleAndSave(options, policy, event, { tx, account }), signal)
  }
  const handle = repeatable(forAnyProvider(settleOne))
  const handlers = Object.fromEntries(COMMON_EVENT_TYPES.map((type) => [type, handle])) as OrderHandlers<Tx>
  const expireOverdue: OrderUpdates<Tx>['expireOverdue'] = async (given = {}) => {
    rejectUnknown('expireOverdue', given, ['now'])
    const { now = new Date(clock.now()) } = given
    if (options.overdue === undefined) return invalid('expireOverdue needs the option overdue, which finds the orders')
    const errors: unknown[] = []
    let changed = 0
    for (const order of await options.overdue(now)) {
      if (!isOverdue(order, now)) continue
      const event = expiryEvent(order, now)
      try {
        const update = await settleInTurn(event, () =>
          settleAndSave(options, policy, event, { tx: undefined, account: undefined }),
        )
        if (update.changed) changed++
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} overdue orders could not be settled`)
    return changed
  }
  // Not enumerable, because it is not a handler and `on` reads all enumerable properties.
  return Object.defineProperty(handlers, 'expireOverdue', { value: expireOverdue }) as OrderUpdates<Tx>
}

/**
 * Two calls may do this for one order: in two processes, or after a turn ended before its work. `save` compares the
 * version, so the second call finds the order again, and neither undoes the changes of the other.
 */
async function settleAndSave<Tx>(
  { find, save }: OrderUpdatesOptions<Tx>,
  policy: ResolvedPolicy | undefined,
  event: WebhookEvent,
  context: OrderContext<Tx>,
): Promise<OrderUpdate> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const found = await find(event, context)
    if (found === null || found === undefined) throw unknownOrder(event)
    const { order, update } = settleWith(found, event, policy ?? policyFor(found))
    if (!update.changed || (await save(order, update, context))) return update
  }
  throw new RetryLater('the order was saved by others each time it was settled', { afterSeconds: 1 })
}

const NEXT_STEP =
  '. It is retried automatically; if the error remains, store the order or what names its payment, then replay the event or have it sent again'

/**
 * Contains the names by which the shop can look up the order: the message appears in the log, in the store and on the
 * operator page.
 */
function unknownOrder({ orderId, paymentIds }: WebhookEvent): UnknownOrder {
  const payment = paymentIds.length === 0 ? '' : `the payment ${paymentIds.join(', ')}`
  if (orderId !== null)
    return new UnknownOrder(`find() returned no order ${orderId}${payment && ` of ${payment}`} (yet)${NEXT_STEP}`)
  const what = payment === '' ? 'for an event that names neither order nor payment' : `of ${payment} (yet)`
  return new UnknownOrder(`find() returned no order ${what}${NEXT_STEP}`)
}

function isOverdue({ status, expiresAt }: OrderPayment, now: Date): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= now.getTime() && !CLOSED.includes(status)
}

function invalid(message: string): never {
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `orderUpdates: ${message}`)
}
