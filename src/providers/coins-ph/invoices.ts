/** Lists Coins.ph's invoices: each becomes the callback about the amount that it has received. */
import { z } from 'zod'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import type { Listed, Lister, ListWindow } from '../../lister.js'
import { apiUrlOption, keyOption, listJson, type ListerKey, type ListerOptions } from '../../listing/api.js'
import { eachOrder, ordersOption, type OpenOrders } from '../../listing/open-orders.js'
import { compareDecimals } from '../../money.js'
import { decimal, identifier } from '../../payload.js'

/** Options of `coinsPhInvoices`. */
export interface CoinsPhInvoicesOptions extends ListerOptions {
  /** The merchant API token, or a function that fetches it. */
  readonly token: ListerKey
  /** Returns the ids of the invoices that the shop still waits for. */
  readonly orders: OpenOrders<string>
  /** @default 'https://api.coins.asia' */
  readonly apiUrl?: string | undefined
}

const answer = z.object({
  invoice: z.looseObject({ id: identifier, amount: decimal, amount_received: decimal }),
})

/**
 * Lists Coins.ph's state of the invoices that the shop still waits for, for `reconcile`. The amounts are part of an event's
 * identity, so a callback about the same amounts is the same event.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe token, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { coinsPhInvoices } from 'express-payment-webhooks/providers/coins-ph'
 * import { reconcileEvery } from 'express-payment-webhooks/reconcile'
 *
 * const orders = async () => (await openOrders('coins-ph')).map(({ paymentId }) => paymentId)
 * const list = coinsPhInvoices({ token: process.env.COINS_PH_TOKEN, orders })
 * const reconciler = reconcileEvery(webhook, { list })
 * ```
 */
export function coinsPhInvoices(options: CoinsPhInvoicesOptions): Lister {
  rejectUnknown('coinsPhInvoices', options, ['token', 'orders', 'apiUrl', 'fetch'])
  const api = { fetch: options.fetch ?? globalThis.fetch }
  const token = keyOption('coinsPhInvoices', options.token, 'token')
  const orders = ordersOption('coinsPhInvoices', options.orders)
  const root = apiUrlOption('coinsPhInvoices', options.apiUrl ?? 'https://api.coins.asia')

  const list = ({ signal }: ListWindow): AsyncGenerator<Listed> =>
    eachOrder(orders, signal, async (id) => {
      const headers = { authorization: `Token ${await token()}` }
      const url = `${root}/v1/invoices/${encodeURIComponent(id)}`
      const found = await listJson(api, url, { schema: answer, headers, signal, optional: true })
      if (found === null) return []
      const { amount, amount_received: received } = found.invoice
      // No money came, so no callback can be missing.
      if (received === '0') return []
      const name = compareDecimals(received, amount) < 0 ? 'invoice.updated' : 'invoice.fully_paid'
      return [{ body: { event: { name, data: found.invoice } } }]
    })
  return Object.assign(list, { provider: 'coins-ph', asksAll: true })
}
