/** The whole lifecycle as handlers for `on`: the shop finds an order and saves it, everything between is here. */
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

/** What `find` and `save` get to work with. */
export interface OrderContext<Tx = unknown> {
  /** The store's transaction, where it has one and a delivery is being handled. */
  readonly tx: Tx | undefined
  /** Whose account a delivery is about: behind `tenantWebhook` the tenant. Undefined where time has run out instead. */
  readonly account: string | undefined
}

/** What `orderUpdates` takes. */
export interface OrderUpdatesOptions<Tx = unknown> {
  /**
   * Answers the order an event is about: by `paymentId` where the shop stored it, else by `orderId`. Null when there is
   * none, or none yet: the provider is then asked to deliver again.
   */
  readonly find: (event: WebhookEvent, context: OrderContext<Tx>) => Awaitable<OrderPayment | null | undefined>
  /**
   * Stores an order if the stored version is still `order.version - 1`, and answers whether it was. When it was not,
   * somebody else saved first; the order is then found and settled again. What follows from the change, such as the
   * shipment of `update.firstConfirmed`, belongs into the same transaction: it is not asked for twice.
   */
  readonly save: (order: OrderPayment, update: OrderUpdate, context: OrderContext<Tx>) => Awaitable<boolean>
  /** Answers orders whose `expiresAt` has passed and whose status is still open. Needed for `expireOverdue`. */
  readonly overdue?: (now: Date) => Awaitable<Iterable<OrderPayment>>
  /**
   * What the shop tolerates. The order keeps it, as `order.policy`, for `decide` and the other functions that are given none.
   *
   * @default `order.policy`; without that exact payment, overpayment confirmed, late payment reviewed
   */
  readonly policy?: SettlePolicy
}

type OrderHandlers<Tx> = Readonly<Record<CommonEventType, Handler<WebhookEvent, Tx>>>

/** A handler for every type of event that is about orders, and the clock's part. */
export type OrderUpdates<Tx = unknown> = OrderHandlers<Tx> & {
  /**
   * Settles `payment.expired` for every overdue order, through the same `find` and `save`: Coins.ph and CityPay never
   * say that time has run out. Call it every minute or so.
   *
   * @param options.now Default: now
   * @returns how many orders it changed
   * @throws ConfigurationError `CONFIG_OPTION_INVALID` without the option `overdue`
   * @throws AggregateError after the last order, with what went wrong for some of them
   */
  expireOverdue(options?: { readonly now?: Date }): Promise<number>
}

/** Lost races after which the provider is asked to deliver again. Each lost race is somebody else's progress. */
const ATTEMPTS = 20

/** What time does not change, or what waits for the shop rather than for the buyer. */
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
 * Handlers that keep orders: give them to `on`, for every provider the shop has. Events of one order are settled one
 * after the other, and an order is saved only when something changed.
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
    // The getter makes a signal, which few events need: only somebody who waits for this turn looks at it.
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
  // Not a handler, so `on`, which looks at what can be enumerated, must not meet it.
  return Object.defineProperty(handlers, 'expireOverdue', { value: expireOverdue }) as OrderUpdates<Tx>
}

/**
 * Two may be at this for one order: in two processes, or where a turn ended before its work. The version that `save`
 * compares makes the second of them find the order again, so that neither undoes what the other one added.
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
  '. It is tried again by itself; if this stays, store the order or what names its payment, then replay the event or have it sent again'

/** Names what the shop can look the order up by: the message is in the log, in the store and on the operator page. */
function unknownOrder({ orderId, paymentIds }: WebhookEvent): UnknownOrder {
  const payment = paymentIds.length === 0 ? '' : `the payment ${paymentIds.join(', ')}`
  if (orderId !== null)
    return new UnknownOrder(`find() knows no order ${orderId}${payment && ` of ${payment}`} (yet)${NEXT_STEP}`)
  const what = payment === '' ? 'for an event that names neither order nor payment' : `of ${payment} (yet)`
  return new UnknownOrder(`find() knows no order ${what}${NEXT_STEP}`)
}

function isOverdue({ status, expiresAt }: OrderPayment, now: Date): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= now.getTime() && !CLOSED.includes(status)
}

function invalid(message: string): never {
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `orderUpdates: ${message}`)
}
