/** Lists PayPal's events for an app's webhooks. As with callbacks, the data that is read back identifies the event. */
import { hash } from 'node:crypto'
import { z } from 'zod'
import { checkApiKey } from '../../crypto/api-key.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import type { Listed, Lister, ListWindow } from '../../lister.js'
import { apiUrlOption, listJson, type ListerOptions } from '../../listing/api.js'
import { oldestFirst } from '../../listing/oldest-first.js'
import { ROOTS, tokenOf } from './api.js'
import { TRANSMISSION_ID } from './proof.js'

/** Options of `paypalEvents`. */
export interface PayPalEventsOptions extends ListerOptions {
  /** The credentials of the REST app that the webhook belongs to. */
  readonly clientId: string | undefined
  readonly clientSecret: string | undefined
  /** @default 'live' */
  readonly mode?: 'live' | 'sandbox' | undefined
  /** For tests against a server of your own. @default 'https://api-m.paypal.com', or the sandbox's */
  readonly apiUrl?: string | undefined
}

/** PayPal lists the events of thirty days. */
const MAX_AGE_MS = 30 * 24 * 60 * 60_000

const PAGE = 100

const page = z.object({
  events: z.array(z.looseObject({ id: z.string() })).nullish(),
  links: z.array(z.looseObject({ rel: z.string(), href: z.string() })).nullish(),
})

/**
 * Lists PayPal's events for `reconcile`.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { paypalEvents } from 'express-payment-webhooks/providers/paypal'
 * import { reconcileEvery } from 'express-payment-webhooks/reconcile'
 *
 * const list = paypalEvents({
 *   clientId: process.env.PAYPAL_CLIENT_ID,
 *   clientSecret: process.env.PAYPAL_CLIENT_SECRET,
 * })
 * const reconciler = reconcileEvery(webhook, { list })
 * ```
 */
export function paypalEvents(options: PayPalEventsOptions): Lister {
  rejectUnknown('paypalEvents', options, ['clientId', 'clientSecret', 'mode', 'apiUrl', 'fetch'])
  const { clientId, clientSecret, mode = 'live' } = options
  if (mode !== 'live' && mode !== 'sandbox') invalidOption('paypalEvents', "mode must be 'live' or 'sandbox'")
  if (typeof clientId !== 'string' || !/^[\w-]+$/.test(clientId)) {
    invalidOption('paypalEvents', 'clientId must be the id of your REST app; is its environment variable set?')
  }
  checkApiKey('paypalEvents: clientSecret', clientSecret)
  const root = apiUrlOption('paypalEvents', options.apiUrl ?? ROOTS[mode])
  const { origin } = new URL(root)
  const api = { fetch: options.fetch ?? globalThis.fetch }
  const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
  const token = tokenOf(root, credentials, (url, request) => listJson(api, url, request))

  async function* newestFirst({ since, until, signal }: ListWindow): AsyncGenerator<Listed> {
    const query = new URLSearchParams({ page_size: String(PAGE) })
    query.set('start_time', since.toISOString())
    query.set('end_time', until.toISOString())
    let next: string | undefined = `${root}/v1/notifications/webhooks-events?${query.toString()}`
    while (next !== undefined) {
      const headers = { authorization: `Bearer ${await token.get(signal)}` }
      const { events, links }: z.output<typeof page> = await listJson(api, next, { schema: page, headers, signal })
      // The digest of the content replaces the transmission's id: an event that is listed again has the same one.
      for (const event of events ?? []) yield { body: event, headers: { [TRANSMISSION_ID]: digestOf(event) } }
      next = links?.find(({ rel }) => rel === 'next')?.href
      // The token must reach no other host, whatever an answer contains.
      if (next !== undefined && (!URL.canParse(next) || new URL(next).origin !== origin)) {
        throw new Error('paypalEvents: the next page is at another host')
      }
    }
  }
  async function* list(window: ListWindow): AsyncGenerator<Listed> {
    try {
      yield* oldestFirst(window, newestFirst)
    } catch (failure) {
      // The token may have been withdrawn: the next run requests a new one.
      token.forget()
      throw failure
    }
  }
  return Object.assign(list, { provider: 'paypal', maxAgeMs: MAX_AGE_MS })
}

function digestOf(event: object): string {
  return hash('sha256', JSON.stringify(event), 'base64url')
}
