/** NOWPayments, as a shop would write it for itself. */
import { decimal, defineProvider, identifier, signature, type Secret } from 'express-payment-webhooks'
import { jsonSource } from 'express-payment-webhooks/formats'
import { z } from 'zod'

const notification = z.object({
  payment_id: identifier,
  payment_status: z.string().max(50),
  order_id: identifier,
  price_amount: decimal,
  price_currency: z.string().max(10).toUpperCase(),
  actually_paid: decimal,
})

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
    types: Object.values(TYPES),
    authentication: signature({
      header: 'x-nowpayments-sig',
      algorithm: 'sha512',
      secret,
      message: ({ body }) => [jsonSource(body).sorted()],
    }),
    patienceMs: 3000,
    schema: notification,
    toEvent(native) {
      if (!Object.hasOwn(TYPES, native.payment_status)) return { unrecognised: native.payment_status, native }
      const type = TYPES[native.payment_status as keyof typeof TYPES]
      const expected = { amount: native.price_amount, currency: native.price_currency }
      return {
        type,
        identity: [native.payment_id, native.payment_status, native.actually_paid],
        orderId: native.order_id,
        paymentId: native.payment_id,
        expected,
        received: type === 'payment.confirmed' ? { ...expected, basis: 'total' } : null,
        native,
      }
    },
  })
