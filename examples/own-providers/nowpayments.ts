/** NOWPayments, written by a shop for itself: a signature of the body with its keys sorted. */
import { compareDecimals, currencyCode, decimal, defineProvider } from 'express-payment-webhooks'
import { identifier, optionalIdentifier, signature, type Secret } from 'express-payment-webhooks'
import { jsonSource } from 'express-payment-webhooks/formats'
import { z } from 'zod'

const payment = z.object({
  payment_id: identifier,
  parent_payment_id: optionalIdentifier,
  payment_status: z.string().max(50),
  order_id: optionalIdentifier,
  price_amount: decimal,
  price_currency: currencyCode,
  pay_amount: decimal,
  actually_paid: decimal,
  pay_currency: currencyCode,
})

/** Outgoing money: the same address and secret, but another shape. */
const payout = z.object({ batch_withdrawal_id: identifier, id: identifier, status: z.string().max(50) })

const TYPES = {
  waiting: 'payment.pending',
  confirming: 'payment.detected',
  partially_paid: 'payment.partially_paid',
  finished: 'payment.confirmed',
  failed: 'payment.failed',
  expired: 'payment.expired',
  refunded: 'payment.refunded',
} as const

export const ownNowPayments = ({ secret }: { secret: Secret }) =>
  defineProvider({
    name: 'own-nowpayments',
    types: [...Object.values(TYPES), 'transaction.confirmed', 'own-nowpayments.payout'],
    authentication: signature({
      header: 'x-nowpayments-sig',
      algorithm: 'sha512',
      secret,
      message: ({ body }) => [jsonSource(body).sorted()],
    }),
    patienceMs: 3000,
    unknownOrder: 'keep',
    schema: z.union([payment, payout]),
    toEvent(native) {
      if ('batch_withdrawal_id' in native) {
        return { type: 'own-nowpayments.payout', identity: ['payout', native.id, native.status], native }
      }
      const { payment_id: id, payment_status: status } = native
      const price = { amount: native.price_amount, currency: native.price_currency }
      const event = {
        identity: [id, status, native.actually_paid],
        orderId: native.order_id,
        paymentId: id,
        original: { amount: native.actually_paid, currency: native.pay_currency },
        native,
      } as const
      // A later deposit to an old address has a price of its own, and is no reason to ship.
      if (native.parent_payment_id !== null) {
        if (status !== 'finished') return { unrecognised: `redeposit-${status}`, native }
        const transaction = { id, hash: null, network: null, confirmations: null }
        return { ...event, type: 'transaction.confirmed', transaction, received: { ...price, basis: 'transaction' } }
      }
      if (!Object.hasOwn(TYPES, status)) return { unrecognised: status, native }
      const type = TYPES[status as keyof typeof TYPES]
      // The provider does not state the value of an amount below the price. It is not counted, and a person decides.
      const isPaid = type === 'payment.confirmed' && compareDecimals(native.actually_paid, native.pay_amount) >= 0
      return { ...event, type, expected: price, received: isPaid ? { ...price, basis: 'total' } : null }
    },
  })
