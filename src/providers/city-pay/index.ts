/**
 * CityPay (citypay.io) orders and deposits.
 * Source: developer.citypay.io (payment-callback, order-status, get-orders, deposite). Nothing in a callback proves its
 * sender, and the payer knows the order token. A callback about an order is therefore only a hint: the order is read back
 * with the token that the shop stored, and the event contains CityPay's answer. Deposits cannot be read back.
 */
import { z } from 'zod'
import { sourceAddress } from '../../crypto/source-address.js'
import { ConfigurationError, DeliveryError } from '../../errors.js'
import type { EventDraft, EventTransaction, UnrecognisedDraft } from '../../event.js'
import { identifier, optionalDecimal, optionalIdentifier, validate } from '../../payload.js'
import type { HeaderAuthentication } from '../../authentication.js'
import { defineProvider } from '../../provider.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { readBack } from '../../read-back/read-back.js'
import { depositDraft } from './deposit.js'
import { cityPayReadBack, readOrder, statusCode, type CityPayOrder, type ReadBack } from './order.js'
import type { CityPayTransaction } from './transactions.js'
import { storedOrder, type CityPayStoredOrder } from './stored-order.js'

export type { WebhookEvent } from '../../event.js'
export type { Lister } from '../../lister.js'
export type { Provider } from '../../provider.js'
export type { CityPayOrder } from './order.js'

export { cityPayOrders } from './orders.js'

/** Only the fields that are used: all others come from the read-back, and must not cause a refusal. */
const orderCallback = z.object({
  status: z.string().max(100),
  /** CityPay's own id. */
  order_id: optionalIdentifier,
  /** The merchant's id; `order_id` in the create call. */
  client_order_id: identifier,
  /** The amount of the last transaction. */
  received_amount_in_coins: optionalDecimal,
})

const callback = z.looseObject({})

type OrderType =
  | 'payment.pending'
  | 'payment.partially_paid'
  | 'payment.detected'
  | 'payment.confirmed'
  | 'payment.canceled'
  | 'payment.expired'
type OrderDraft = EventDraft<OrderType, CityPayOrder>

/**
 * CityPay. Callbacks prove nothing, so every order is read back before an event is emitted.
 *
 * @param options.orderToken returns the token that the shop stored when it created the order, together with the order's id
 * as the shop spells it; null if the shop has no such order (yet). The event carries that id. A token alone confirms that
 * the given id is the shop's, byte for byte. Do not return it alone if the column is an integer or its collation ignores
 * case: such a column also finds an order by other spellings, and anyone can send one. The token in the callback is never
 * used: the payer can see it.
 * @param options.readBack resolves to CityPay's raw reply for a token, as bytes, text or parsed JSON. Default: the public
 * order read, `cityPayReadBack()`.
 * @param options.allowedIps addresses or CIDR networks that CityPay sends from; all others are refused. Without it,
 * deposits are refused, because they cannot be read back. Behind a proxy, set Express's `trust proxy` to the proxy's
 * address or the number of hops.
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { cityPay, memoryStore, paymentWebhook } from 'express-payment-webhooks'
 *
 * const provider = cityPay({
 *   orderToken: async (reference) => {
 *     const order = await orders.find(reference)
 *     return order && { token: order.cityPayToken, orderId: order.id }
 *   },
 * })
 * app.use('/webhooks/city-pay', paymentWebhook(provider, {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function cityPay(options: {
  readonly orderToken: (
    clientOrderId: string,
  ) => CityPayStoredOrder | null | undefined | Promise<CityPayStoredOrder | null | undefined>
  readonly readBack?: ReadBack | undefined
  readonly allowedIps?: readonly string[] | undefined
}) {
  rejectUnknown('cityPay', options, ['orderToken', 'readBack', 'allowedIps'])
  const { orderToken, readBack: read = cityPayReadBack() } = options
  if (typeof orderToken !== 'function')
    invalid('orderToken must be a function that answers the token stored with an order')
  if (typeof read !== 'function') invalid('readBack must be a function')
  return defineProvider({
    name: 'city-pay',
    types: [
      'payment.pending',
      'payment.partially_paid',
      'payment.detected',
      'payment.confirmed',
      'payment.canceled',
      'payment.expired',
      'transaction.detected',
      'transaction.confirmed',
    ],
    authentication: authenticationBy(options.allowedIps),
    schema: callback,
    async toEvent(payload) {
      if (isDeposit(payload)) return depositDraft(payload)
      const hint = validate(orderCallback, payload)
      const { token, orderId } = storedOrder(await orderToken(hint.client_order_id), hint.client_order_id)
      return readBack({
        key: orderId,
        read: ({ signal }) => readOrder(read, token, signal),
        toEvent(order, { readAt }) {
          checkAgainstHint(order, hint)
          return orderDraft(orderId, order, readAt)
        },
      })
    },
  })
}

function authenticationBy(networks: readonly string[] | undefined): HeaderAuthentication {
  if (networks === undefined) return { verify: () => false, sign: () => ({}) }
  return { bySourceAddress: true, verify: sourceAddress('cityPay: allowedIps', networks), sign: () => ({}) }
}

/** The values of `type` are not documented, so the other fields decide. */
function isDeposit(payload: Record<string, unknown>): boolean {
  const has = (field: string) => ![undefined, null, ''].includes(payload[field] as null)
  const { type } = payload
  const deposit = has('deposit_token') || (typeof type === 'string' && /deposit/i.test(type))
  const order = has('order_id') || has('client_order_id') || has('order_token')
  if (deposit === order) throw new DeliveryError('PAYLOAD_INVALID', 'the body is not clearly an order or a deposit')
  return deposit
}

/** How far an order is. A read-back that is behind its callback is a stale answer, and must not use up the callback. */
const PROGRESS: Readonly<Record<string, number>> = {
  IN_PROGRESS: 0,
  UNDERPAID: 1,
  PAID_UNCONFIRMED: 2,
  OVERPAID: 2,
  CONFIRMED: 3,
  CANCELED: 3,
  EXPIRED: 3,
}

function checkAgainstHint(order: CityPayOrder, hint: z.output<typeof orderCallback>): void {
  if (hint.order_id !== null && hint.order_id !== order.id) {
    throw new DeliveryError(
      'READ_BACK_MISMATCH',
      'the callback names another CityPay order than the one stored for this client_order_id',
    )
  }
  const reported = statusCode(hint.status)
  const partPaid =
    reported === 'IN_PROGRESS' && hint.received_amount_in_coins !== null && hint.received_amount_in_coins !== '0'
  const claimed = PROGRESS[reported] ?? 0
  const actual = PROGRESS[statusCode(order.status)] ?? Number.POSITIVE_INFINITY
  if (claimed > actual || (partPaid && actual === 0 && order.received === null)) {
    throw new DeliveryError(
      'READ_BACK_BEHIND',
      `the callback says ${reported}, the order read back still says ${statusCode(order.status)}`,
    )
  }
}

function orderDraft(orderId: string, order: CityPayOrder, readAt: string): OrderDraft | UnrecognisedDraft {
  const status = statusCode(order.status)
  const type = orderType(status, order.received)
  if (type === null) return { unrecognised: status.toLowerCase(), native: order }
  const last = order.transactions.at(-1)
  const { currency } = order
  return {
    type,
    // From the read-back alone: a forged callback must not lead to a second event.
    identity: [order.id, status, ...order.transactions.map(({ hash, amount }) => `${hash ?? ''} ${amount}`)],
    orderId,
    paymentId: order.id,
    transaction: transactionOf(last),
    expected: { amount: order.amount, currency },
    // The later of two reads counts: a dropped transaction makes the total smaller.
    received: order.received === null ? null : { amount: order.received, currency, basis: 'total', asOf: readAt },
    occurredAt: last?.createdAt ?? null,
    native: order,
  }
}

function transactionOf(last: CityPayTransaction | undefined): EventTransaction | null {
  const id = last?.id ?? last?.hash ?? null
  return id === null ? null : { id, hash: last?.hash ?? null, network: null, confirmations: null }
}

function orderType(status: string, received: string | null): OrderType | null {
  switch (status) {
    case 'IN_PROGRESS':
      return received === null || received === '0' ? 'payment.pending' : 'payment.partially_paid'
    case 'UNDERPAID':
      return 'payment.partially_paid'
    case 'PAID_UNCONFIRMED':
    // CityPay does not promise to confirm an overpaid order: the money came, but it is not final.
    case 'OVERPAID':
      return 'payment.detected'
    case 'CONFIRMED':
      return 'payment.confirmed'
    case 'CANCELED':
      return 'payment.canceled'
    case 'EXPIRED':
      return 'payment.expired'
    default:
      return null
  }
}

function invalid(message: string): never {
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `cityPay: ${message}`)
}
