import { cryptoGateway, memoryStore, toFetchHandler } from 'express-payment-webhooks'

/** Read by shop.mjs, which runs in the same process. */
const handled = (globalThis.handled = [])

const handler = toFetchHandler(cryptoGateway({ secret: process.env.GATEWAY_SECRET }), {
  store: memoryStore(),
  limit: '64kb',
  on: { 'transaction.confirmed': (event) => void handled.push(event.orderId) },
  onError: () => {},
})

export { handler as GET, handler as POST }
export const dynamic = 'force-dynamic'
