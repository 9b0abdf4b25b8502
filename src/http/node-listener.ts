/** The door in front of Express: it answers webhook paths, and the application never sees these requests. */
import type { IncomingMessage, RequestListener } from 'node:http'
import type { ReceiverState } from '../flow/state/receiver.js'
import { invalidOption } from '../lib/invalid-option.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { stateOf, type Receiver } from '../receiver.js'
import { pathKey } from './request-path.js'
import { senderAddressBefore } from './sender-address.js'
import { serve } from './serve.js'

/** Options of `toNodeListener`. */
export interface NodeListenerOptions {
  /**
   * Returns the sender's address, for providers with `allowedIps`. @default Express's `trust proxy` rule if the
   * application is Express; otherwise the address at the other end of the connection
   */
  readonly clientAddress?: ((req: IncomingMessage) => string | undefined) | undefined
}

/** A literal path as in a request: no parameters, wildcards, query or encoded characters. */
const PATH = /^\/[\w.~!$&',;=@/-]*$/

/**
 * A listener for a node:http server. It answers small webhooks about twice as fast as Express, and passes all other
 * requests to `app` unchanged.
 *
 * Paths match as under `app.use`: in any case, and with or without a slash at the end. Requests to paths below are
 * passed on. Body parsers of the application do not interfere.
 *
 * @param routes receivers made by `createReceiver` or `paymentWebhook`, by path
 * @param app an Express application, or any other listener
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`, `CONFIG_OPTION_UNKNOWN`
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { coinsPh, createReceiver, memoryStore, toNodeListener } from 'express-payment-webhooks'
 *
 * const receiver = createReceiver(coinsPh({ token: process.env.COINS_PH_TOKEN }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': (event) => orders.recordPaid(event.orderId, event.received) },
 * })
 * createServer(toNodeListener({ '/webhooks/coins-ph': receiver }, app)).listen(3000)
 * ```
 */
export function toNodeListener(
  routes: Readonly<Record<string, Receiver>>,
  app: RequestListener,
  options: NodeListenerOptions = {},
): RequestListener {
  rejectUnknown('toNodeListener', options, ['clientAddress'])
  if (typeof app !== 'function') {
    invalidOption('toNodeListener', 'app must be an Express application or another request listener')
  }
  const { clientAddress = senderAddressBefore(app) } = options
  const states = statesByPath(routes)
  return (req, res) => {
    const state = states.get(req.url!) ?? states.get(pathKey(req.url!))
    if (state === undefined) return app(req, res)
    void serve(state, req, res, clientAddress)
  }
}

function statesByPath(routes: Readonly<Record<string, Receiver>>): ReadonlyMap<string, ReceiverState> {
  const states = new Map<string, ReceiverState>()
  for (const [path, receiver] of Object.entries(routes)) {
    const state = stateOf(receiver)
    const key = pathKey(path)
    const name = JSON.stringify(path)
    if (state === undefined) {
      invalidOption('toNodeListener', `routes[${name}] must be made by createReceiver() or paymentWebhook()`)
    }
    if (!PATH.test(path)) {
      invalidOption(
        'toNodeListener',
        `routes: ${name} must be one path that starts with "/", without parameters or wildcards`,
      )
    }
    if (states.has(key))
      invalidOption(
        'toNodeListener',
        `routes: ${name} is listed twice; upper and lower case and a last slash make no difference`,
      )
    states.set(key, state)
  }
  return states
}
