/** Listens on this machine only, and prints how to try it. */
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createApp, ORDER, WEBHOOK_PATH } from './app.js'
import { tryIt } from './try-it.js'

const configured = process.env['GATEWAY_SECRET']
const secret = configured ?? randomBytes(32).toString('hex')

const app = createApp({
  secret,
  onPaid: ({ orderId, received }) => console.log(`${orderId} is paid: ${received?.amount} ${received?.currency}`),
  onReview: (event) => console.log(`${event.id} does not settle an order; please look at it`),
})

const server = app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', (error?: Error) => {
  if (error !== undefined) {
    console.error(`${error.message}. Set PORT to listen elsewhere.`)
    process.exitCode = 1
    return
  }
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${WEBHOOK_PATH}`
  // A configured secret is named, never shown. A generated secret ends with this process.
  const { pay, forge } = tryIt(url, configured === undefined ? secret : '$GATEWAY_SECRET')
  console.log(`Waiting for payments at ${url}
Pay for ${ORDER.id} from another shell:

${pay}

Run it twice: the second delivery is answered 200 as well and changes nothing.
Then alter the signed body, and see it refused with 401:

${forge}
`)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close())
