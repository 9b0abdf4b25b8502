/** Maps Binance Pay's notifications to our events. Binance sends only final states. */
import { DeliveryError } from '../../errors.js'
import type { EventDraft, UnrecognisedDraft } from '../../event.js'
import type { Money } from '../../money.js'
import { validate } from '../../payload.js'
import type { z } from 'zod'
import { order, type BinancePayNotification } from './payload.js'

const STATES = {
  'PAY.PAY_SUCCESS': 'payment.confirmed',
  'PAY.PAY_CLOSED': 'payment.expired',
  'PAY_REFUND.REFUND_SUCCESS': 'refund.confirmed',
  'PAY_REFUND.REFUND_REJECTED': 'refund.failed',
} as const

export const TYPES = Object.values(STATES)

export type BinancePayDraft = EventDraft<(typeof TYPES)[number], BinancePayNotification> | UnrecognisedDraft

/** @throws DeliveryError `PAYLOAD_INVALID` */
export function interpret(native: BinancePayNotification): BinancePayDraft {
  const { bizType, bizStatus, bizIdStr, bizId } = native
  const id = bizIdStr ?? bizId
  if (id === null) throw new DeliveryError('PAYLOAD_INVALID', 'bizId is missing')
  const identity = [bizType, id, bizStatus]
  const name = `${bizType}.${bizStatus}`
  if (!Object.hasOwn(STATES, name)) return { unrecognised: name, identity, native }
  const type = STATES[name as keyof typeof STATES]
  const found = validate(order, native.data)
  const about = {
    type,
    orderId: found.merchantTradeNo,
    paymentId: id,
    paymentIds: [found.transactionId],
    occurredAt: found.transactTime,
    native,
  }
  if (type === 'payment.confirmed' || type === 'payment.expired') {
    const price = { amount: found.totalFee, currency: found.currency }
    if (type === 'payment.expired') return { ...about, identity, expected: price }
    return {
      ...about,
      identity,
      expected: price,
      received: { ...price, basis: 'total' },
      original: originalOf(found, price),
    }
  }
  if (found.refundInfo == null) throw new DeliveryError('PAYLOAD_INVALID', `${name} names no refund`)
  const { refundRequestId, refundAmount } = found.refundInfo
  return {
    ...about,
    // The `bizId` of a refund is the order's, the same for every refund (docs: refund-order-notification).
    identity: [...identity, refundRequestId],
    refund: { amount: refundAmount, currency: found.currency, id: refundRequestId, basis: 'refund' },
  }
}

/** The money that the payer sent, if it was in one other coin. */
function originalOf({ paymentInfo }: z.output<typeof order>, price: Money): Money | null {
  const [given, ...more] = paymentInfo?.paymentInstructions ?? []
  if (given === undefined || more.length > 0 || given.currency === price.currency) return null
  return { amount: given.amount, currency: given.currency }
}
