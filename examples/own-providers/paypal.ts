/** PayPal, written by a shop for itself: its signature covers only a checksum, so every event is read back. */
import { crc32 } from 'node:zlib'
import { currencyCode, decimal, defineProvider } from 'express-payment-webhooks'
import { identifier, instant, optionalIdentifier } from 'express-payment-webhooks'
import { fetchedCertificates, publicKeySignature, type PublicKeySignatureOptions } from 'express-payment-webhooks/keys'
import { readBack, readJson } from 'express-payment-webhooks/read-back'
import { z } from 'zod'

const TYPES = {
  'CHECKOUT.ORDER.APPROVED': 'payment.pending',
  'PAYMENT.CAPTURE.PENDING': 'payment.detected',
  'PAYMENT.CAPTURE.COMPLETED': 'payment.confirmed',
  'PAYMENT.SALE.COMPLETED': 'payment.confirmed',
  'PAYMENT.CAPTURE.REFUNDED': 'refund.confirmed',
  'CUSTOMER.DISPUTE.CREATED': 'dispute.opened',
} as const

const money = z
  .object({ value: decimal, currency_code: currencyCode })
  .transform(({ value: amount, currency_code: currency }) => ({ amount, currency }))
/** From the retired version of the API, which still bills subscriptions. */
const total = z
  .object({ total: decimal, currency: currencyCode })
  .transform(({ total: amount, currency }) => ({ amount, currency }))
const named = { custom_id: optionalIdentifier, custom: optionalIdentifier, amount: money.or(total) }
const links = z.array(z.object({ rel: z.string(), href: z.string() })).default([])
/** A capture, or a refund with a link up to its capture. */
const payment = z.object({ id: identifier, ...named, links }).transform((found) => {
  const up = found.links.find(({ rel, href }) => rel === 'up' && href.includes('/captures/'))
  return { ...found, paymentId: up?.href.split('/').at(-1) ?? found.id }
})
const order = z
  .object({ id: identifier, purchase_units: z.tuple([z.object(named)]) })
  .transform(({ id, purchase_units: [unit] }) => ({ ...unit, id, paymentId: id }))
const transaction = z.object({ seller_transaction_id: identifier, custom: optionalIdentifier })
const dispute = z
  .object({ dispute_id: identifier, dispute_amount: money, disputed_transactions: z.tuple([transaction]) })
  .transform(({ dispute_id: id, dispute_amount: amount, disputed_transactions: [about] }) => {
    return { id, custom_id: null, custom: about.custom, amount, paymentId: about.seller_transaction_id }
  })
const names = Object.keys(TYPES) as (keyof typeof TYPES)[]
const resource = z.union([payment, order, dispute])
const event = z.object({ event_type: z.enum(names), create_time: instant, resource })

function toEvent(native: z.output<typeof event>) {
  const { id, custom_id: orderId, custom, paymentId, amount } = native.resource
  const type = TYPES[native.event_type]
  const about = { identity: [type, id], orderId: orderId ?? custom, paymentId, occurredAt: native.create_time, native }
  if (type === 'payment.pending') return { ...about, type, expected: amount }
  if (type === 'refund.confirmed') return { ...about, type, refund: { ...amount, id, basis: 'refund' as const } }
  if (type !== 'dispute.opened') return { ...about, type, received: { ...amount, basis: 'total' as const } }
  return { ...about, type, dispute: { ...amount, id, withdrawn: false, reason: null, respondBy: null } }
}

export const ownPayPal = (webhooks: readonly string[], api: { url: string; token: string }, forTests: ForTests = {}) =>
  defineProvider({
    name: 'own-paypal',
    types: Object.values(TYPES),
    authentication: publicKeySignature({
      algorithm: 'RSA-SHA256',
      header: 'paypal-transmission-sig',
      id: 'paypal-transmission-id',
      timestamp: { header: 'paypal-transmission-time', unit: 'iso', toleranceSeconds: 4 * 24 * 3600 },
      message: ({ id, timestamp, body }) => webhooks.map((name) => [[id, timestamp, name, crc32(body)].join('|')]),
      provesBody: false,
      keys: fetchedCertificates({
        header: 'paypal-cert-url',
        hosts: ['api.paypal.com', 'api.sandbox.paypal.com'],
        folder: '/v1/notifications/certs/',
        names: ['messageverificationcerts.paypal.com', 'messageverificationcerts.sandbox.paypal.com'],
      }),
      ...forTests,
    }),
    schema: z.object({ id: identifier, event_type: z.string() }),
    toEvent({ id, event_type: name }) {
      if (!Object.hasOwn(TYPES, name)) return { ignored: `${name} is not among the events the shop acts on` }
      const request = { schema: event, headers: { authorization: `Bearer ${api.token}` } }
      const url = `${api.url}/v1/notifications/webhooks-events/${encodeURIComponent(id)}`
      return readBack({ key: id, read: ({ signal }) => readJson(url, { ...request, signal }), toEvent })
    },
  })

type ForTests = Pick<PublicKeySignatureOptions, 'now' | 'privateKey'>
