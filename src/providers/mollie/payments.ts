/** Lists Mollie's payments: each becomes the classic callback that names it. */
import { z } from 'zod'
import { invalidOption } from '../../lib/invalid-option.js'
import { clock } from '../../lib/clock.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import type { Listed, Lister, ListWindow } from '../../lister.js'
import { apiUrlOption, keyOption, listJson, type ListerKey, type ListerOptions } from '../../listing/api.js'
import type { Provider } from '../../provider.js'
import { isClassic } from './classic.js'
import { isSome } from './facts.js'
import { payment, type MolliePayment } from './payload.js'

/** Options of `molliePayments`. */
export interface MolliePaymentsOptions extends ListerOptions {
  /** The API key, or a function that fetches it. An organization's token needs `testMode` for payments of that mode. */
  readonly apiKey: ListerKey
  /**
   * How many days before the window a listed payment may have been made. Payments may be paid, refunded or charged back
   * days later. @default 14
   */
  readonly lookBackDays?: number | undefined
  /** True for payments of the test mode with an organization's token. An API key already belongs to one mode. @default false */
  readonly testMode?: boolean | undefined
  /** For tests against a server of your own. @default 'https://api.mollie.com' */
  readonly apiUrl?: string | undefined
}

const DAY_MS = 24 * 60 * 60_000
const PAGE = 250

const page = z.object({
  _embedded: z.object({ payments: z.array(z.looseObject({ ...payment.shape, createdAt: z.string() })) }),
  _links: z.looseObject({ next: z.looseObject({ href: z.string() }).nullish() }),
})

/** Mollie never calls for these (docs: status-changes). */
const SILENT: readonly string[] = ['open', 'pending']

/**
 * Lists Mollie's payments for `reconcile`, with classic webhooks. An event is identified by the payment's state, which is
 * the same however it is read. Next-gen events have ids that Mollie does not list, so receivers of next-gen events are
 * refused.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe key, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { molliePayments } from 'express-payment-webhooks/providers/mollie'
 * import { reconcileEvery } from 'express-payment-webhooks/reconcile'
 *
 * const reconciler = reconcileEvery(webhook, { list: molliePayments({ apiKey: process.env.MOLLIE_API_KEY }) })
 * ```
 */
export function molliePayments(options: MolliePaymentsOptions): Lister {
  rejectUnknown('molliePayments', options, ['apiKey', 'lookBackDays', 'testMode', 'apiUrl', 'fetch'])
  const { apiKey, lookBackDays = 14, testMode = false, apiUrl = 'https://api.mollie.com' } = options
  if (!Number.isSafeInteger(lookBackDays) || lookBackDays < 0) {
    invalidOption('molliePayments', 'lookBackDays must be a whole number of days, at least 0')
  }
  const api = { fetch: options.fetch ?? globalThis.fetch }
  const key = keyOption('molliePayments', apiKey)
  const url = apiUrlOption('molliePayments', apiUrl)
  const { origin } = new URL(url)

  /** Lists the newest payments first: Mollie lists by creation time, and cannot start at another time. */
  async function* list({ since, until, signal }: ListWindow): AsyncGenerator<Listed> {
    const oldest = since.getTime() - lookBackDays * DAY_MS
    let next: string | undefined = `${url}/v2/payments?limit=${PAGE}${testMode ? '&testmode=true' : ''}`
    while (next !== undefined) {
      const readAt = new Date(clock.now()).toISOString()
      const headers = { authorization: `Bearer ${await key()}` }
      const { _embedded, _links }: z.output<typeof page> = await listJson(api, next, { schema: page, headers, signal })
      for (const one of _embedded.payments) {
        const madeAt = Date.parse(one.createdAt)
        if (madeAt < oldest) return
        if (madeAt > until.getTime() || SILENT.includes(one.status)) continue
        yield { body: { id: one.id }, ...(isWhole(one) && { state: { state: one, readAt } }) }
      }
      next = _links.next?.href
      // The key must reach no other host, whatever an answer contains.
      if (next !== undefined && (!URL.canParse(next) || new URL(next).origin !== origin)) {
        throw new Error('molliePayments: the next page is at another host')
      }
    }
  }
  return Object.assign(list, { provider: 'mollie', refuses })
}

/** The same payment would be two events: one by its state, and one by the id that only the callback has. */
function refuses(provider: Provider): string | null {
  if (isClassic(provider)) return null
  return 'molliePayments works only with classic webhooks, but this receiver has a secret, so its webhooks are next-gen: leave the lister out, or use mollie({ apiKey })'
}

/** Lists omit refunds and chargebacks, which are part of a payment's identity. A payment with some must be read. */
function isWhole({ amountRefunded, amountChargedBack }: MolliePayment): boolean {
  return !isSome(amountRefunded) && !isSome(amountChargedBack)
}
