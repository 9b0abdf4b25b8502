/** The options of `tenantWebhook`, and their defaults. */
import type { Request } from 'express'
import type { WebhookEvent } from '../event.js'
import { MAX_TIMER_MS } from '../lib/clock.js'
import { invalidOption } from '../lib/invalid-option.js'
import type { WebhookOptions } from '../options.js'
import type { FindProvider } from './look-ups.js'

/** What `tenantWebhook` takes: whose delivery it is, what a tenant's provider is, and what every door takes. */
export interface TenantWebhookOptions<Event extends WebhookEvent, Tx = undefined> extends WebhookOptions<Event, Tx> {
  /**
   * The tenant a request is for: a name of 1 to 128 letters, digits, `_`, `.`, `:` and `-`, the first of them a letter or a
   * digit. Everything else is answered as an unknown tenant is. Anybody may write it; only the tenant's own secret proves
   * a delivery.
   */
  readonly tenant: (req: Request) => string | readonly string[] | undefined
  /**
   * The tenant's provider, with the tenant's own secret; null for who is none. What it throws has the sender come back.
   * Its `account` becomes the tenant; a provider with another account is refused.
   */
  readonly provider: FindProvider<Event>
  /** How long a tenant stays loaded without a delivery, in milliseconds; at least 1000. @default 10 minutes */
  readonly idleMs?: number
  /**
   * How old a tenant's provider may become, in milliseconds, before it is asked for again, beside the deliveries that use
   * it; at least 1000. So a secret that has changed counts in every process. @default 10 minutes
   */
  readonly refreshMs?: number
  /** Tenants loaded at a time; the one that was idle for longest makes room. @default 1000 */
  readonly maxLoaded?: number
}

/** How the tenants of one door are kept. */
export interface Keeping {
  readonly idleMs: number
  readonly refreshMs: number
  readonly maxLoaded: number
}

const TEN_MINUTES = 10 * 60_000

/** @throws ConfigurationError `CONFIG_OPTION_INVALID` */
export function resolveKeeping({
  idleMs = TEN_MINUTES,
  refreshMs = TEN_MINUTES,
  maxLoaded = 1000,
}: { readonly [Name in keyof Keeping]: Keeping[Name] | undefined }): Keeping {
  for (const [name, ms] of Object.entries({ idleMs, refreshMs })) {
    if (Number.isSafeInteger(ms) && ms >= 1000 && ms <= MAX_TIMER_MS) continue
    invalidOption('tenantWebhook', `${name} must be a whole number of milliseconds, from 1000 to ${MAX_TIMER_MS}`)
  }
  if (!(Number.isSafeInteger(maxLoaded) && maxLoaded >= 1)) {
    invalidOption('tenantWebhook', 'maxLoaded must be a whole number, at least 1')
  }
  return { idleMs, refreshMs, maxLoaded }
}
