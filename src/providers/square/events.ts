/** Lists Square's events from its search: the same objects as in the callbacks, with the same ids. */
import { z } from 'zod'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import type { Listed, Lister, ListWindow } from '../../lister.js'
import { apiUrlOption, keyOption, listJson, type ListerKey, type ListerOptions } from '../../listing/api.js'

/** Options of `squareEvents`. */
export interface SquareEventsOptions extends ListerOptions {
  /** The access token, or a function that fetches it. */
  readonly accessToken: ListerKey
  /** Only these types, preferably those of the subscription: a handler may never have received the others. @default all */
  readonly types?: readonly string[] | undefined
  /** For the sandbox, `https://connect.squareupsandbox.com`. @default 'https://connect.squareup.com' */
  readonly apiUrl?: string | undefined
}

/** Square lists the events of 28 days (package square: SearchEvents). */
const MAX_AGE_MS = 28 * 24 * 60 * 60_000

const PAGE = 100

const page = z.object({
  events: z.array(z.looseObject({ event_id: z.string() })).nullish(),
  cursor: z.string().nullish(),
})

/**
 * Lists Square's events for `reconcile`, the oldest first. The search must be enabled once, with `PUT /v2/events/enable`.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe token, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { squareEvents } from 'express-payment-webhooks/providers/square'
 * import { reconcileEvery } from 'express-payment-webhooks/reconcile'
 *
 * const list = squareEvents({
 *   accessToken: process.env.SQUARE_ACCESS_TOKEN,
 *   types: ['payment.updated', 'refund.updated'],
 * })
 * const reconciler = reconcileEvery(webhook, { list })
 * ```
 */
export function squareEvents(options: SquareEventsOptions): Lister {
  rejectUnknown('squareEvents', options, ['accessToken', 'types', 'apiUrl', 'fetch'])
  const { accessToken, types, apiUrl = 'https://connect.squareup.com' } = options
  const api = { fetch: options.fetch ?? globalThis.fetch }
  const token = keyOption('squareEvents', accessToken, 'accessToken')
  const url = `${apiUrlOption('squareEvents', apiUrl)}/v2/events`

  async function* list({ since, until, signal }: ListWindow): AsyncGenerator<Listed> {
    const created_at = { start_at: since.toISOString(), end_at: until.toISOString() }
    const filter = { created_at, ...(types !== undefined && { event_types: types }) }
    const query = { filter, sort: { field: 'DEFAULT', order: 'ASC' } }
    let cursor: string | null | undefined
    do {
      const { events, cursor: next }: z.output<typeof page> = await listJson(api, url, {
        schema: page,
        headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query, limit: PAGE, ...(cursor != null && { cursor }) }),
        signal,
      })
      for (const event of events ?? []) yield { body: event }
      cursor = next
    } while (cursor != null && cursor !== '')
  }
  return Object.assign(list, { provider: 'square', maxAgeMs: MAX_AGE_MS })
}
