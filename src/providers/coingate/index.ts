/**
 * CoinGate: orders that are paid in coins, reported by order callbacks.
 * Source: developer.coingate.com (api-callbacks, payment-callback of April 2026, order-statuses, payment-channel-callbacks,
 * api-authentication) and coingate/woocommerce-plugin (September 2025), which reads every order back as well.
 */
import { bodyToken } from '../../crypto/body-token.js'
import { jsonOrFormBody } from '../../formats/form.js'
import type { Awaitable } from '../../lib/awaitable.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { tokenUnknown } from '../../lib/token-unknown.js'
import { readIdentifier } from '../../payload.js'
import { defineProvider } from '../../provider.js'
import { readBack } from '../../read-back/read-back.js'
import { interpret, TYPES } from './interpret.js'
import { callback } from './payload.js'
import { orderReader, type CoinGateReadOrder } from './read-order.js'

export type { WebhookEvent } from '../../event.js'
export type { Provider } from '../../provider.js'

export type { CoinGateOrder } from './payload.js'
export type { CoinGateReadOrder } from './read-order.js'

/** The order that a callback names. Nothing is proven yet: only look the token up. */
export interface CoinGateOrderName {
  /** CoinGate's own id of the order. */
  readonly id: string | null
  /** The shop's reference. */
  readonly orderId: string | null
}

/** Options of `coinGate`. */
export interface CoinGateOptions {
  /**
   * Returns the token that the shop gave CoinGate when it created the order; several if it was created several times. Null
   * for an order that the shop does not know (yet): CoinGate is then asked to repeat the callback.
   */
  readonly orderToken: (order: CoinGateOrderName) => Awaitable<string | readonly string[] | null | undefined>
  /** The API app's token for reading orders. */
  readonly apiToken?: string | undefined
  /** The CoinGate system to use. @default 'live' */
  readonly mode?: 'live' | 'sandbox' | undefined
  /** Reads orders instead of `apiToken`. */
  readonly readOrder?: CoinGateReadOrder | undefined
}

const NAMES = ['orderToken', 'apiToken', 'mode', 'readOrder']

/** How long CoinGate waits for an answer (docs: api-callbacks). */
const PATIENCE_MS = 20_000

/**
 * CoinGate, authenticated by the token in the body. The token covers nothing but itself, so every order is read back, and
 * the event comes from what was read alone.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe API token, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { coinGate } from 'express-payment-webhooks/providers/coingate'
 *
 * const tokens = new Map<string, string>() // of each order, as the shop gave it to CoinGate
 * const provider = coinGate({
 *   orderToken: async ({ orderId }) => tokens.get(orderId ?? ''),
 *   apiToken: process.env.COINGATE_API_TOKEN,
 * })
 * app.use('/webhooks/coingate', paymentWebhook(provider, {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function coinGate(options: CoinGateOptions) {
  rejectUnknown('coinGate', options, NAMES)
  const { orderToken } = options
  if (typeof orderToken !== 'function') {
    invalidOption('coinGate', 'orderToken must be a function that answers the token stored with an order')
  }
  const read = orderReader(options)
  return defineProvider({
    name: 'coingate',
    types: TYPES,
    authentication: bodyToken({
      field: 'token',
      async expected({ id: sentId, order_id: sentOrderId }) {
        const [id, orderId] = [readIdentifier(sentId) ?? null, readIdentifier(sentOrderId) ?? null]
        const tokens = await orderToken({ id, orderId })
        if (!tokens?.length) throw tokenUnknown(orderId === null ? `CoinGate's order ${id}` : `order ${orderId}`)
        return tokens
      },
    }),
    // Each API app sends either JSON or forms (docs: api-callbacks).
    format: jsonOrFormBody(),
    // 401 and 403 end the callbacks of the order for good (docs: api-callbacks).
    answers: { notAuthentic: 422 },
    patienceMs: PATIENCE_MS,
    schema: callback,
    toEvent: (hint) =>
      readBack({
        key: hint.id,
        read: ({ signal }) => read(hint.id, signal),
        toEvent: (order, { readAt }) => interpret(order, hint, readAt),
      }),
  })
}
