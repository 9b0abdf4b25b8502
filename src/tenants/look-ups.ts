/** Asks the shop who a tenant is: once for all who wait, bounded in time and number, and not again at once in vain. */
import { ConfigurationError, DeliveryError } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import type { Awaitable } from '../lib/awaitable.js'
import { clock } from '../lib/clock.js'
import { isDeliveryError, withoutFields } from '../lib/thrown.js'
import { withinTime } from '../lib/within-time.js'
import type { Provider } from '../provider.js'
import type { ReceiverState } from '../flow/state/receiver.js'
import { BoundedMap } from './bounded-map.js'
import { Turns } from './turns.js'

/** Answers a tenant's provider, and nothing for one who is none. */
export type FindProvider<Event extends WebhookEvent> = (tenant: string) => Awaitable<Provider<Event> | null | undefined>

/** A look-up that takes longer has failed. */
const LOOK_UP_MS = 10_000

/** For how long an unknown tenant stays one, in milliseconds. */
const UNKNOWN_MS = 30_000

/**
 * The same for a look-up that failed. Shorter by far: the database may be back, and some senders give up after half a
 * minute.
 */
const FAILED_MS = 1000

const MAX_REMEMBERED = 1000

/** Names that were found once are looked up before those of strangers. */
const MAX_KNOWN = 10_000

export interface Found {
  /** Of a provider that has the tenant as its account. */
  readonly state: ReceiverState
  /** As the shop answered it. */
  readonly original: object
}

interface Refusal {
  readonly until: number
  readonly error: DeliveryError
}

export class LookUps {
  readonly #find: FindProvider<WebhookEvent>
  readonly #prepare: (provider: Provider) => ReceiverState
  readonly #turns = new Turns()
  readonly #refused = new BoundedMap<Refusal>(MAX_REMEMBERED)
  readonly #known = new BoundedMap<true>(MAX_KNOWN)

  constructor(find: FindProvider<WebhookEvent>, prepare: (provider: Provider) => ReceiverState) {
    this.#find = find
    this.#prepare = prepare
  }

  /**
   * @param isKnown the name is none that a stranger may have written
   * @throws DeliveryError `AUTH_TENANT_UNKNOWN`, `TENANT_UNAVAILABLE`
   */
  async get(tenant: string, isKnown = false): Promise<Found> {
    const refusal = this.#refused.get(tenant)
    if (refusal !== undefined && clock.monotonic() < refusal.until) throw refusal.error
    const kind = isKnown || this.#known.get(tenant) === true ? 'known' : 'stranger'
    const found = await this.#turns.run(kind, () => this.#ask(tenant))
    this.#refused.delete(tenant)
    this.#known.set(tenant, true)
    return found
  }

  /** What was refused is asked anew. */
  forget(tenant: string): void {
    this.#refused.delete(tenant)
  }

  async #ask(tenant: string): Promise<Found> {
    try {
      const asking = Promise.resolve().then(() => this.#find(tenant))
      const found = await withinTime(asking, LOOK_UP_MS, () => unavailable(tenant, `took longer than ${LOOK_UP_MS} ms`))
      if (found === null || found === undefined) throw unknownTenant(tenant)
      return { state: this.#prepare(accountOf(found, tenant)), original: found }
    } catch (thrown) {
      const error = isOurs(thrown) ? thrown : unavailable(tenant, 'failed', thrown)
      const isUnknown = error.code === 'AUTH_TENANT_UNKNOWN'
      if (isUnknown) this.#known.delete(tenant)
      this.#refused.set(tenant, { until: clock.monotonic() + (isUnknown ? UNKNOWN_MS : FAILED_MS), error })
      throw error
    }
  }
}

/** Whatever the shop throws says nothing about the tenant. */
function isOurs(thrown: unknown): thrown is DeliveryError {
  return isDeliveryError(thrown) && (thrown.code === 'AUTH_TENANT_UNKNOWN' || thrown.code === 'TENANT_UNAVAILABLE')
}

/** By its account an event of one tenant is never a repeat of another's, whoever names it. */
function accountOf(provider: Provider, tenant: string): Provider {
  if (provider.account === tenant) return provider
  if (provider.account === '') return { ...provider, account: tenant }
  throw new ConfigurationError(
    'CONFIG_ACCOUNT_MISMATCH',
    `tenantWebhook: the provider of tenant ${JSON.stringify(tenant)} has the account ${JSON.stringify(provider.account)}. Find tenants by their exact name, and give the provider that account: { ...provider, account: tenant }`,
  )
}

/** @param tenant undefined where the request names none, or nothing that could be one */
export function unknownTenant(tenant?: string): DeliveryError {
  const which = tenant === undefined ? 'the request names no tenant' : `there is no tenant ${JSON.stringify(tenant)}`
  return new DeliveryError('AUTH_TENANT_UNKNOWN', which)
}

export function unavailable(tenant: string, why: string, cause?: unknown): DeliveryError {
  const options = cause === undefined ? {} : { cause: withoutFields(cause) }
  return new DeliveryError('TENANT_UNAVAILABLE', `the look-up of tenant ${JSON.stringify(tenant)} ${why}`, options)
}
