/** Looks up tenants in the shop: once for all requests that wait, bounded in time and number, without an immediate retry. */
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

/** Returns a tenant's provider, or nothing if there is no such tenant. */
export type FindProvider<Event extends WebhookEvent> = (tenant: string) => Awaitable<Provider<Event> | null | undefined>

/** A look-up that takes longer than this has failed. */
const LOOK_UP_MS = 10_000

/** For how long an unknown tenant is remembered as unknown, in milliseconds. */
const UNKNOWN_MS = 30_000

/** The same for a look-up that failed. Much shorter: the database may be back, and some senders give up after half a minute. */
const FAILED_MS = 1000

const MAX_REMEMBERED = 1000

/** Number of names that were found once; they are looked up before names of strangers. */
const MAX_KNOWN = 10_000

export interface Found {
  /** The state of a provider whose account is the tenant. */
  readonly state: ReceiverState
  /** The provider as the shop returned it. */
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
   * @param isKnown true if the name cannot come from a stranger
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

  /** Makes the next delivery look up a tenant again that was refused. */
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

/** False for any other error of the shop: such an error does not concern the tenant. */
function isOurs(thrown: unknown): thrown is DeliveryError {
  return isDeliveryError(thrown) && (thrown.code === 'AUTH_TENANT_UNKNOWN' || thrown.code === 'TENANT_UNAVAILABLE')
}

/** The account keeps an event of one tenant from being a duplicate of another tenant's, whichever name a request contains. */
function accountOf(provider: Provider, tenant: string): Provider {
  if (provider.account === tenant) return provider
  if (provider.account === '') return { ...provider, account: tenant }
  throw new ConfigurationError(
    'CONFIG_ACCOUNT_MISMATCH',
    `tenantWebhook: the provider of tenant ${JSON.stringify(tenant)} has the account ${JSON.stringify(provider.account)}. Find tenants by their exact name, and give the provider that account: { ...provider, account: tenant }`,
  )
}

/** @param tenant undefined if the request contains no name, or no valid one */
export function unknownTenant(tenant?: string): DeliveryError {
  const which = tenant === undefined ? 'the request names no tenant' : `there is no tenant ${JSON.stringify(tenant)}`
  return new DeliveryError('AUTH_TENANT_UNKNOWN', which)
}

export function unavailable(tenant: string, why: string, cause?: unknown): DeliveryError {
  const options = cause === undefined ? {} : { cause: withoutFields(cause) }
  return new DeliveryError('TENANT_UNAVAILABLE', `the look-up of tenant ${JSON.stringify(tenant)} ${why}`, options)
}
