/** Lists what a BTCPay Server sent, or tried to send, from its own record of a webhook's deliveries. */
import { z } from 'zod'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import type { Listed, Lister, ListWindow } from '../../lister.js'
import { apiUrlOption, keyOption, listJson, type ListerKey, type ListerOptions } from '../../listing/api.js'

/** Options of `btcPayServerDeliveries`. */
export interface BtcPayServerDeliveriesOptions extends ListerOptions {
  /** The address of the server. */
  readonly url: string
  /** An API key with the permission `btcpay.store.webhooks.canmodifywebhooks`, or a function that fetches it. */
  readonly apiKey: ListerKey
  readonly storeId: string | undefined
  /** The id of the webhook: the last part of the address of its page. */
  readonly webhookId: string | undefined
  /** How many of the newest deliveries to read. Older deliveries are not seen. @default 1000 */
  readonly count?: number | undefined
}

/** BTCPay Server deletes deliveries after sixty days (code). */
const MAX_AGE_MS = 60 * 24 * 60 * 60_000

const ID = /^[A-Za-z0-9_-]{1,100}$/

const page = z.array(z.looseObject({ id: z.string().regex(ID), timestamp: z.number() }))
const request = z.looseObject({ type: z.string() })

/**
 * Lists the deliveries of a webhook for `reconcile`, each with the body that was sent. A successful delivery is listed too,
 * and has the same event id as when it was received.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe key, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { btcPayServerDeliveries } from 'express-payment-webhooks/providers/btcpay-server'
 * import { reconcileEvery } from 'express-payment-webhooks/reconcile'
 *
 * const list = btcPayServerDeliveries({
 *   url: 'https://pay.example',
 *   apiKey: process.env.BTCPAY_API_KEY,
 *   storeId: process.env.BTCPAY_STORE_ID,
 *   webhookId: process.env.BTCPAY_WEBHOOK_ID,
 * })
 * const reconciler = reconcileEvery(webhook, { list })
 * ```
 */
export function btcPayServerDeliveries(options: BtcPayServerDeliveriesOptions): Lister {
  const where = 'btcPayServerDeliveries'
  rejectUnknown(where, options, ['url', 'apiKey', 'storeId', 'webhookId', 'count', 'fetch'])
  const { storeId, webhookId, count = 1000 } = options
  for (const [name, id] of Object.entries({ storeId, webhookId })) {
    if (typeof id !== 'string' || !ID.test(id)) invalidOption(where, `${name} must be the id that the server shows`)
  }
  if (!Number.isSafeInteger(count) || count < 1) invalidOption(where, 'count must be a whole number, at least 1')
  const api = { fetch: options.fetch ?? globalThis.fetch }
  const key = keyOption(where, options.apiKey)
  const root = `${apiUrlOption(where, options.url, 'url')}/api/v1/stores/${storeId}/webhooks/${webhookId}/deliveries`

  async function* list({ since, until, signal }: ListWindow): AsyncGenerator<Listed> {
    const headers = { authorization: `token ${await key()}` }
    const all = await listJson(api, `${root}?count=${count}`, { schema: page, headers, signal })
    const seconds = [since, until].map((time) => time.getTime() / 1000) as [number, number]
    const isCut = all.length >= count && all.every(({ timestamp }) => timestamp > seconds[0])
    if (isCut) throw new Error(`${where}: more than ${count} deliveries since then: raise count`)
    const wanted = all.filter(({ timestamp }) => timestamp >= Math.floor(seconds[0]) && timestamp <= seconds[1])
    for (const { id } of wanted.sort((a, b) => a.timestamp - b.timestamp)) {
      // Null if the server has deleted the delivery in the meantime, after its sixty days.
      const body = await listJson(api, `${root}/${id}/request`, { schema: request, headers, signal, optional: true })
      if (body !== null) yield { body }
    }
  }
  return Object.assign(list, { provider: 'btcpay-server', maxAgeMs: MAX_AGE_MS })
}
