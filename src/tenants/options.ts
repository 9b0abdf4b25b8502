/** The options of `tenantWebhook`, and their defaults. */
import type { Request } from 'express'
import type { WebhookEvent } from '../event.js'
import { MAX_TIMER_MS } from '../lib/clock.js'
import { invalidOption } from '../lib/invalid-option.js'
import type { WebhookOptions } from '../options.js'
import type { FindProvider } from './look-ups.js'

/** The options of `tenantWebhook`: how to find the tenant of a delivery and its provider, and the options of every door. */
export interface TenantWebhookOptions<Event extends WebhookEvent, Tx = undefined> extends WebhookOptions<Event, Tx> {
  /**
   * Returns the tenant of a request: a name of 1 to 128 letters, digits, `_`, `.`, `:` and `-`, beginning with a letter
   * or a digit. Any other value is answered like an unknown tenant. Anybody may send a name; only the tenant's own
   * secret proves a delivery.
   */
  readonly tenant: (req: Request) => string | readonly string[] | undefined
  /**
   * Returns the tenant's provider, with the tenant's own secret; null if there is no such tenant. If it throws, the
   * sender has to deliver again. The provider's `account` becomes the tenant; a provider with another account is
   * refused.
   */
  readonly provider: FindProvider<Event>
  /** How long a tenant stays loaded without a delivery, in milliseconds; at least 1000. @default 10 minutes */
  readonly idleMs?: number | undefined
  /**
   * Age in milliseconds after which a tenant's provider is looked up again, in the background of the deliveries that
   * use it; at least 1000. So a changed secret takes effect in every process.
   * @default 10 minutes
   */
  readonly refreshMs?: number | undefined
  /** Maximum of loaded tenants; the one that was idle for longest makes room. @default 1000 */
  readonly maxLoaded?: number | undefined
}

/** Limits for the loaded tenants of one door. */
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
