/** Lists the gateway's transactions by address: each becomes the callback about its status. */
import { z } from 'zod'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import type { Listed, Lister, ListWindow } from '../../lister.js'
import { apiUrlOption, keyOption, listJson, type ListerKey, type ListerOptions } from '../../listing/api.js'
import { eachOrder, ordersOption, type OpenOrders } from '../../listing/open-orders.js'

/** Options of `cryptoGatewayTransactions`. */
export interface CryptoGatewayTransactionsOptions extends ListerOptions {
  /** The API key, or a function that fetches it. */
  readonly apiKey: ListerKey
  /** Returns the ids of the addresses that the shop still waits for. */
  readonly orders: OpenOrders<string>
  /** The address of the API, including its version, such as `https://gateway.example/api/v1`. */
  readonly apiUrl: string
}

const answer = z.object({
  data: z.array(
    z.looseObject({
      status: z.string(),
      created_at: z.unknown().optional(),
      confirmed_at: z.unknown().optional(),
      failed_at: z.unknown().optional(),
    }),
  ),
})

const EVENTS: Readonly<Record<string, string>> = {
  pending: 'transaction.detected',
  confirmed: 'transaction.confirmed',
  failed: 'transaction.failed',
}

/**
 * Lists for `reconcile` the transactions of the addresses that the shop still waits for. A transaction is identified by its
 * id and status, so a callback about both is the same event.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe key, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { cryptoGatewayTransactions } from 'express-payment-webhooks/providers/crypto-gateway'
 * import { reconcileEvery } from 'express-payment-webhooks/reconcile'
 *
 * const orders = async () => (await openOrders('crypto-gateway')).map(({ paymentId }) => paymentId)
 * const list = cryptoGatewayTransactions({
 *   apiKey: process.env.GATEWAY_API_KEY,
 *   apiUrl: 'https://gateway.example/api/v1',
 *   orders,
 * })
 * const reconciler = reconcileEvery(webhook, { list })
 * ```
 */
export function cryptoGatewayTransactions(options: CryptoGatewayTransactionsOptions): Lister {
  rejectUnknown('cryptoGatewayTransactions', options, ['apiKey', 'orders', 'apiUrl', 'fetch'])
  const api = { fetch: options.fetch ?? globalThis.fetch }
  const key = keyOption('cryptoGatewayTransactions', options.apiKey)
  const orders = ordersOption('cryptoGatewayTransactions', options.orders)
  const root = apiUrlOption('cryptoGatewayTransactions', options.apiUrl)

  const list = ({ signal }: ListWindow): AsyncGenerator<Listed> =>
    eachOrder(orders, signal, async (address) => {
      const url = `${root}/transactions?${new URLSearchParams({ address_id: address }).toString()}`
      const { data } = await listJson(api, url, { schema: answer, headers: { 'x-api-key': await key() }, signal })
      return data.flatMap((one) => {
        const event = EVENTS[one.status]
        const timestamp = one.confirmed_at ?? one.failed_at ?? one.created_at
        return event === undefined ? [] : [{ body: { event, data: one, ...(timestamp != null && { timestamp }) } }]
      })
    })
  return Object.assign(list, { provider: 'crypto-gateway', asksAll: true })
}
