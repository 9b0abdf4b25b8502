/** CoinGate, written by a shop for itself: a token in the body, and every order read back. */
import { bodyToken, currencyCode, decimal, DeliveryError, defineProvider, identifier } from 'express-payment-webhooks'
import { jsonOrFormBody } from 'express-payment-webhooks/formats'
import { readBack, readJson } from 'express-payment-webhooks/read-back'
import { z } from 'zod'

/** Nothing in it is proven: it names an order and the status that the order should have. */
const callback = z.object({ id: identifier, status: z.string().max(50) })

const order = z.object({
  id: identifier,
  order_id: identifier,
  status: z.string().max(50),
  price_amount: decimal,
  price_currency: currencyCode,
})

const TYPES = {
  pending: 'payment.pending',
  confirming: 'payment.detected',
  paid: 'payment.confirmed',
  invalid: 'payment.failed',
  expired: 'payment.expired',
  canceled: 'payment.canceled',
  partially_refunded: 'refund.confirmed',
  refunded: 'payment.refunded',
} as const

const UNFINISHED = ['new', 'pending', 'confirming']

export const ownCoinGate = (options: { apiUrl: string; apiToken: string; tokenOf: (order: string) => string | null }) =>
  defineProvider({
    name: 'own-coingate',
    types: Object.values(TYPES),
    authentication: bodyToken({ field: 'token', expected: (body) => options.tokenOf(String(body['order_id'])) }),
    format: jsonOrFormBody(),
    // A 401 or 403 would end CoinGate's callbacks about the order for good.
    answers: { notAuthentic: 422 },
    patienceMs: 20_000,
    schema: callback,
    toEvent: (hint) =>
      readBack({
        key: hint.id,
        read: ({ signal }) =>
          readJson(`${options.apiUrl}/v2/orders/${encodeURIComponent(hint.id)}`, {
            schema: order,
            headers: { authorization: `Token ${options.apiToken}` },
            signal,
          }),
        toEvent(native) {
          if (UNFINISHED.includes(native.status) && !UNFINISHED.includes(hint.status)) {
            throw new DeliveryError('READ_BACK_BEHIND', `the order still reads ${native.status}`)
          }
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
