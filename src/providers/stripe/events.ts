/** Lists Stripe's events: the same objects as in the callbacks, with the same ids. */
import { z } from 'zod'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import type { Listed, Lister, ListWindow } from '../../lister.js'
import { apiUrlOption, keyOption, listJson, type ListerKey, type ListerOptions } from '../../listing/api.js'
import { oldestFirst } from '../../listing/oldest-first.js'

/** Options of `stripeEvents`. */
export interface StripeEventsOptions extends ListerOptions {
  /** The secret key, or a restricted key that may read events, or a function that fetches it. */
  readonly apiKey: ListerKey
  /**
   * Only these types, up to twenty, preferably those that the endpoint is registered for: a handler may never have received
   * the others. @default all
   */
  readonly types?: readonly string[] | undefined
  /** For tests against a server of your own. @default 'https://api.stripe.com' */
  readonly apiUrl?: string | undefined
}

/** Stripe lists the events of thirty days (docs: webhooks/process-undelivered-events). */
const MAX_AGE_MS = 30 * 24 * 60 * 60_000

const PAGE = 100
const MAX_TYPES = 20

const page = z.object({
  data: z.array(z.looseObject({ id: z.string(), created: z.number() })),
  has_more: z.boolean(),
})

/**
 * Lists Stripe's events for `reconcile`, even those that no endpoint is registered for.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe key, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { stripeEvents } from 'express-payment-webhooks/providers/stripe'
 * import { reconcile } from 'express-payment-webhooks/reconcile'
 *
 * const list = stripeEvents({
 *   apiKey: process.env.STRIPE_API_KEY,
 *   types: ['payment_intent.succeeded', 'refund.created', 'refund.updated'],
 * })
 * const { recovered } = await reconcile(webhook, { list })
 * ```
 */
export function stripeEvents(options: StripeEventsOptions): Lister {
  rejectUnknown('stripeEvents', options, ['apiKey', 'types', 'apiUrl', 'fetch'])
  const { apiKey, types = [], apiUrl = 'https://api.stripe.com', fetch = globalThis.fetch } = options
  if (!Array.isArray(types) || types.length > MAX_TYPES) {
    invalidOption('stripeEvents', `types must be a list of at most ${MAX_TYPES} names of events`)
  }
  const api = { fetch }
  const key = keyOption('stripeEvents', apiKey)
  const url = `${apiUrlOption('stripeEvents', apiUrl)}/v1/events`

  async function* newestFirst({ since, until, signal }: ListWindow): AsyncGenerator<Listed> {
    // Whole seconds: the next part may list an event of the last second again.
    const query = new URLSearchParams({ limit: String(PAGE) })
    query.set('created[gte]', String(Math.floor(since.getTime() / 1000)))
    query.set('created[lte]', String(Math.floor(until.getTime() / 1000)))
    for (const type of types) query.append('types[]', type)
    for (;;) {
      const headers = { authorization: `Bearer ${await key()}` }
      const { data, has_more } = await listJson(api, `${url}?${query.toString()}`, { schema: page, headers, signal })
      for (const event of data) yield { body: event }
      const last = data.at(-1)
      if (!has_more || last === undefined) return
      query.set('starting_after', last.id)
    }
  }

  const list = (window: ListWindow) => oldestFirst(window, newestFirst)
  return Object.assign(list, { provider: 'stripe', maxAgeMs: MAX_AGE_MS })
}
