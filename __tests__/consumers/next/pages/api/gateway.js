import { cryptoGateway, memoryStore, paymentWebhook } from 'express-payment-webhooks'

/** Read by shop.mjs, which runs in the same process. */
const handled = (globalThis.handledByApi = [])

/** Without it Next.js would parse the body, and nothing could be verified. */
export const config = { api: { bodyParser: false } }

export default paymentWebhook(cryptoGateway({ secret: process.env.GATEWAY_SECRET }), {
  store: memoryStore(),
  limit: '64kb',
  on: { 'transaction.confirmed': (event) => void handled.push(event.orderId) },
  onError: () => {},
})
