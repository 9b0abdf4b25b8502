/** CoinGate, as a shop would write it for itself: a token in the body, and every order read back. */
import { bodyToken, decimal, defineProvider, identifier, readBack } from 'express-payment-webhooks'
import { jsonOrFormBody } from 'express-payment-webhooks/formats'
import { readJson } from 'express-payment-webhooks/read-back'
import { z } from 'zod'

const order = z.object({
  id: identifier,
  order_id: identifier,
  status: z.string().max(50),
  price_amount: decimal,
  price_currency: z.string().max(10),
})

const TYPES = {
  pending: 'payment.pending',
  confirming: 'payment.detected',
  paid: 'payment.confirmed',
  invalid: 'payment.failed',
  expired: 'payment.expired',
  canceled: 'payment.canceled',
  refunded: 'payment.refunded',
} as const

export const ownCoinGate = (options: { apiUrl: string; apiKey: string; tokenOf: (order: string) => string | null }) =>
  defineProvider({
    name: 'own-coingate',
    types: Object.values(TYPES),
    authentication: bodyToken({ field: 'token', expected: (body) => options.tokenOf(String(body['order_id'])) }),
    format: jsonOrFormBody(),
    // A 401 would end the callbacks of the order.
    answers: { notAuthentic: 403 },
    schema: z.object({ id: identifier }),
    toEvent: ({ id }) =>
      readBack({
        key: id,
        read: ({ signal }) =>
          readJson(`${options.apiUrl}/v2/orders/${encodeURIComponent(id)}`, {
            schema: order,
            headers: { authorization: `Bearer ${options.apiKey}` },
            signal,
          }),
        toEvent(native) {
          if (!Object.hasOwn(TYPES, native.status)) return { unrecognised: native.status, native }
          const type = TYPES[native.status as keyof typeof TYPES]
          const expected = { amount: native.price_amount, currency: native.price_currency }
          return {
            type,
            identity: [native.id, native.status],
            orderId: native.order_id,
            paymentId: native.id,
            expected,
            received: type === 'payment.confirmed' ? { ...expected, basis: 'total' } : null,
            native,
          }
        },
      }),
  })
