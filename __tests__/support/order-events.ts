/** Orders, and the events of one order as its provider would send them. */
import type { WebhookEvent } from 'express-payment-webhooks'
import { openOrder, paymentsOf, type NewOrder, type OrderPayment } from 'express-payment-webhooks/orders'

const OPENED_AT = '2025-03-04T10:00:00.000Z'
const EXPIRES_AT = '2025-03-04T11:00:00.000Z'

/** Minutes after the order was opened; the deadline is at 60. */
export const minute = (minutes: number) => new Date(Date.parse(OPENED_AT) + minutes * 60_000).toISOString()

/** Every transfer of the order that counts. */
export const transfersOf = (order: OrderPayment) => paymentsOf(order).flatMap(({ transfers }) => transfers)

/** An order of 100 USDT on Ethereum at the gateway. */
export const coinOrder = (rest: Partial<NewOrder> = {}) =>
  openOrder({
    orderId: 'ORDER-1001',
    expected: { amount: '100', currency: 'USDT' },
    network: 'ethereum',
    payments: [{ provider: 'crypto-gateway', paymentId: 'addr_1' }],
    expiresAt: EXPIRES_AT,
    ...rest,
  })

/** An order of 1500 PHP with one Coins.ph invoice. */
export const invoiceOrder = (rest: Partial<NewOrder> = {}) =>
  openOrder({
    orderId: 'ORDER-1001',
    expected: { amount: '1500', currency: 'PHP' },
    payments: [{ provider: 'coins-ph', paymentId: 'invoice-1' }],
    expiresAt: EXPIRES_AT,
    ...rest,
  })

/** An order of 49.90 EUR at CoinbarPay, which chooses the payment ids of its attempts itself. */
export const coinbarOrder = (rest: Partial<NewOrder> = {}) =>
  openOrder({
    orderId: 'ORDER-1001',
    expected: { amount: '49.90', currency: 'EUR' },
    payments: [{ provider: 'coinbar-pay', paymentId: null }],
    expiresAt: EXPIRES_AT,
    ...rest,
  })

/** An order of 50 USD at CityPay. */
export const cityPayOrder = (rest: Partial<NewOrder> = {}) =>
  openOrder({
    orderId: 'ORDER-1001',
    expected: { amount: '50', currency: 'USD' },
    payments: [{ provider: 'city-pay', paymentId: '28761' }],
    expiresAt: EXPIRES_AT,
    ...rest,
  })

type Rest = Partial<Omit<WebhookEvent, 'transaction' | 'received'>>

const base = {
  reason: null,
  native: null,
  receivedAt: minute(5),
  paymentIds: [],
  transaction: null,
  expected: null,
  received: null,
  original: null,
  refund: null,
  dispute: null,
}

/** Nothing is reported before it has happened. */
const told = <Event extends WebhookEvent>(event: Event, rest: Rest): Event =>
  rest.receivedAt === undefined && (event.occurredAt ?? '') > event.receivedAt
    ? { ...event, receivedAt: event.occurredAt! }
    : event

/** A transfer at the gateway, known by the address alone. */
export function transfer(
  state: 'detected' | 'confirmed' | 'failed',
  id: string,
  amount: string,
  rest: Rest & { currency?: string; network?: string | null; hash?: string; confirmations?: number | null } = {},
): WebhookEvent {
  const { currency = 'USDT', network = 'ethereum', hash = `0x${id}`, ...others } = rest
  const { confirmations = state === 'confirmed' ? 12 : 0, ...fields } = others
  const event: WebhookEvent = {
    ...base,
    id: `crypto-gateway:transaction.${state}:${id}`,
    type: `transaction.${state}`,
    provider: 'crypto-gateway',
    orderId: null,
    paymentId: 'addr_1',
    transaction: { id, hash, network, confirmations },
    received: { amount, currency, basis: 'transaction' },
    occurredAt: minute(state === 'confirmed' ? 20 : 10),
    ...fields,
  }
  return told(event, rest)
}

/** An invoice event of Coins.ph, with the total received so far. */
export function invoice(
  type: 'pending' | 'partially_paid' | 'detected' | 'confirmed',
  total: string,
  rest: Rest = {},
): WebhookEvent {
  const paymentId = rest.paymentId ?? 'invoice-1'
  return {
    ...base,
    id: `coins-ph:${type}:${paymentId}:${total}`,
    type: `payment.${type}`,
    provider: 'coins-ph',
    orderId: 'ORDER-1001',
    paymentId,
    expected: { amount: '1500', currency: 'PHP' },
    received: { amount: total, currency: 'PHP', basis: 'total' },
    occurredAt: null,
    ...rest,
  }
}

/** A verdict of CoinbarPay, dated with its update time. */
export function verdict(
  type: 'pending' | 'detected' | 'confirmed' | 'failed' | 'canceled' | 'expired' | 'refunded',
  attempt: string,
  at: number,
  rest: Rest & { amount?: string } = {},
): WebhookEvent {
  const { amount = '49.9', ...fields } = rest
  return {
    ...base,
    id: `coinbar-pay:${attempt}:${type}:${at}`,
    type: `payment.${type}`,
    provider: 'coinbar-pay',
    orderId: 'ORDER-1001',
    paymentId: attempt,
    expected: { amount, currency: 'EUR' },
    received: type === 'confirmed' ? { amount, currency: 'EUR', basis: 'total' } : null,
    occurredAt: minute(at),
    receivedAt: minute(at),
    ...fields,
  }
}

const CITY_PAY_TYPES = {
  IN_PROGRESS: 'payment.pending',
  UNDERPAID: 'payment.partially_paid',
  PAID_UNCONFIRMED: 'payment.detected',
  OVERPAID: 'payment.detected',
  CONFIRMED: 'payment.confirmed',
  CANCELED: 'payment.canceled',
  EXPIRED: 'payment.expired',
} as const

/** An order of CityPay as it was read back: the sum of its transactions, dated with the last; null before the first. */
export function readBack(
  status: keyof typeof CITY_PAY_TYPES,
  total: string | null,
  at: number,
  rest: Rest = {},
): WebhookEvent {
  const hash = `0x${at}`
  return {
    ...base,
    id: `city-pay:28761:${status}:${total}:${at}`,
    type: status === 'IN_PROGRESS' && total !== null ? 'payment.partially_paid' : CITY_PAY_TYPES[status],
    provider: 'city-pay',
    orderId: 'ORDER-1001',
    paymentId: '28761',
    transaction: total === null ? null : { id: hash, hash, network: null, confirmations: null },
    expected: { amount: '50', currency: 'USD' },
    received: total === null ? null : { amount: total, currency: 'USD', basis: 'total' },
    occurredAt: total === null ? null : minute(at),
    receivedAt: minute(at),
    ...rest,
  }
}

/** An order of 100 EUR with one payment at a provider that reports everything: reservations, captures, and returns. */
export const cardOrder = (rest: Partial<NewOrder> = {}) =>
  openOrder({
    orderId: 'ORDER-1001',
    expected: { amount: '100', currency: 'EUR' },
    payments: [{ provider: 'acme-pay', paymentId: 'pay_1' }],
    expiresAt: EXPIRES_AT,
    ...rest,
  })

type CardRest = Partial<WebhookEvent>

/** An event about the payment `pay_1`, dated with this minute, or undated. */
function card(type: string, at: number | null, name: string, fields: CardRest): WebhookEvent {
  const event: WebhookEvent = {
    ...base,
    id: `acme-pay:${type}:${name}:${at}`,
    type,
    provider: 'acme-pay',
    orderId: 'ORDER-1001',
    paymentId: 'pay_1',
    occurredAt: at === null ? null : minute(at),
    ...fields,
  }
  return told({ ...event, paymentIds: fields.paymentIds ?? [event.paymentId!] }, fields)
}

const eur = (amount: string) => ({ amount, currency: 'EUR' })

type Verdict =
  | 'pending'
  | 'authorized'
  | 'partially_paid'
  | 'detected'
  | 'confirmed'
  | 'failed'
  | 'canceled'
  | 'expired'
  | 'refunded'

/** The provider's verdict on the whole payment, with the total received so far. */
export const payment = (verdict: Verdict, total: string | null, at: number | null = 5, rest: CardRest = {}) =>
  card(`payment.${verdict}`, at, `${total}`, {
    received: total === null ? null : { ...eur(total), basis: 'total' },
    ...rest,
  })

/** One capture, or one transfer. */
export const capture = (
  verdict: 'detected' | 'confirmed' | 'failed',
  id: string,
  amount: string | null,
  at: number | null = 20,
  rest: CardRest = {},
) =>
  card(`transaction.${verdict}`, at, `${id}:${amount}`, {
    transaction: { id, hash: null, network: null, confirmations: null },
    received: amount === null ? null : { ...eur(amount), basis: 'transaction' },
    ...rest,
  })

/** One refund by its id; without an id, the total refunded so far. */
export const refund = (
  verdict: 'pending' | 'confirmed' | 'failed',
  id: string | null,
  amount: string,
  at: number | null = 30,
  rest: CardRest = {},
) =>
  card(`refund.${verdict}`, at, `${id}:${amount}`, {
    refund: { id, ...eur(amount), basis: id === null ? 'total' : 'refund' },
    ...rest,
  })

export const dispute = (
  verdict: 'inquiry' | 'opened' | 'won' | 'lost',
  id: string,
  amount: string,
  at: number | null = 40,
  { withdrawn = true, currency = 'EUR', ...rest }: CardRest & { withdrawn?: boolean; currency?: string } = {},
) =>
  card(`dispute.${verdict}`, at, `${id}:${amount}:${withdrawn}:${currency}`, {
    dispute: { id, amount, currency, withdrawn, reason: 'fraudulent', respondBy: null },
    ...rest,
  })
