/** The loaded tenants of one door: loaded when they are needed, and forgotten when no work is left for them. */
import type { DueRecord } from '../flow/state/receiver.js'
import { shutDown, shuttingDown } from '../flow/lifecycle/shut-down.js'
import { clock, type Timer } from '../lib/clock.js'
import type { DeliveryError } from '../errors.js'
import type { Receiver } from '../receiver.js'
import { BoundedMap } from './bounded-map.js'
import { LoadedTenant } from './loaded-tenant.js'
import { unavailable, type Found, type LookUps } from './look-ups.js'
import type { Keeping } from './options.js'
import { isTenantId } from './tenant-id.js'

/** Pause before a provider is looked up again after a failed renewal. */
const REFRESH_AGAIN_MS = 30_000

/** Pause before the tenant of a due record is looked up again after it was not found. */
const ORPHAN_MS = 10 * 60_000
const MAX_ORPHANS = 1000

/** Tenants that are loaded at a time for events that the store keeps. */
const MAX_ADOPTED = 32

/** An account that no tenant has with this provider, or with any provider if that is null. */
interface Orphan {
  readonly provider: string | null
  readonly until: number
}

/** How long such a tenant stays loaded in addition: until the store's next check for due events, about every two seconds. */
const ADOPTED_MS = 10_000

interface Needs extends Keeping {
  readonly lookUps: LookUps
  /** Reports an error that belongs to no delivery. */
  readonly report: (error: DeliveryError) => void
}

export class Tenants {
  readonly #needs: Needs
  /** Least recently used first. */
  readonly #loaded = new Map<string, LoadedTenant>()
  readonly #loading = new Map<string, Promise<void>>()
  /** Tenants that were forgotten while they still have work. */
  readonly #retiring = new Set<LoadedTenant>()
  readonly #orphans = new BoundedMap<Orphan>(MAX_ORPHANS)
  #adopting = 0
  #sweep: Timer | undefined
  #isClosed = false

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Number of loaded tenants. */
  get size(): number {
    return this.#loaded.size
  }

  /** Deliveries in progress, including those of tenants that are being forgotten. */
  get inProgress(): number {
    return [...this.#loaded.values(), ...this.#retiring].reduce((sum, { state }) => sum + state.inProgress.count, 0)
  }

  /** Returns a tenant that is loaded already. The caller must call its `end()`. */
  take(tenant: string): LoadedTenant | undefined {
    const loaded = this.#loaded.get(tenant)
    if (loaded === undefined) return undefined
    this.#loaded.delete(tenant)
    if (loaded.isClosed) return undefined
    this.#loaded.set(tenant, loaded)
    loaded.begin()
    if (loaded.takeRenewal(REFRESH_AGAIN_MS)) void this.#refresh(tenant)
    return loaded
  }

  /**
   * Loads a tenant. The caller must call its `end()`.
   *
   * @throws DeliveryError `AUTH_TENANT_UNKNOWN`, `TENANT_UNAVAILABLE`
   */
  async load(tenant: string, isKnown = false): Promise<LoadedTenant> {
    for (let tries = 0; tries < 3 && !this.#isClosed; tries++) {
      await this.#loadOnce(tenant, isKnown)
      const loaded = this.take(tenant)
      if (loaded !== undefined) return loaded
      // Forgotten meanwhile: the provider that was found may be out of date.
    }
    throw this.#isClosed ? shuttingDown() : unavailable(tenant, 'was overtaken: it was forgotten again and again')
  }

  /** Makes the next delivery look up the tenant again; deliveries in progress end as they began. */
  forget(tenant: string): void {
    this.#loading.delete(tenant)
    this.#needs.lookUps.forget(tenant)
    this.#orphans.delete(tenant)
    this.#unload(tenant)
  }

  /** Loads the tenant of a due record if it may be one of ours. The next check of the store then finds its receiver. */
  adopt({ provider, account }: DueRecord): void {
    if (!isTenantId(account) || this.#loaded.has(account) || this.#adopting >= MAX_ADOPTED) return
    const orphan = this.#orphans.get(account)
    const isAsked = orphan !== undefined && clock.monotonic() < orphan.until
    if (isAsked && (orphan.provider ?? provider) === provider) return
    this.#adopting++
    void this.load(account, true)
      .then(
        (loaded) => {
          loaded.end(ADOPTED_MS)
          if (loaded.state.provider.name !== provider) this.#orphan(account, provider)
        },
        (thrown: unknown) => {
          const error = thrown as DeliveryError
          if (error.code === 'AUTH_TENANT_UNKNOWN') this.#orphan(account, null)
          this.#needs.report(error)
        },
      )
      .finally(() => this.#adopting--)
  }

  /**
   * Returns the receiver of a job, which was authentic when it was stored. The tenant stays loaded for a moment, until
   * the job runs.
   *
   * @throws DeliveryError `AUTH_TENANT_UNKNOWN`, `TENANT_UNAVAILABLE`
   */
  async receiverOf({ provider, account }: DueRecord): Promise<Receiver | undefined> {
    if (!isTenantId(account)) return undefined
    const loaded = this.take(account) ?? (await this.load(account, true))
    loaded.end(ADOPTED_MS)
    return loaded.state.provider.name === provider ? loaded.receiver : undefined
  }

  #orphan(account: string, provider: string | null): void {
    this.#orphans.set(account, { provider, until: clock.monotonic() + ORPHAN_MS })
  }

  async close(timeoutMs: number): Promise<void> {
    this.#isClosed = true
    clock.clear(this.#sweep)
    const all = [...this.#loaded.values(), ...this.#retiring]
    await Promise.all(all.map(({ state }) => shutDown(state, timeoutMs)))
  }

  /** One look-up at a time per tenant, however many requests wait for it. */
  #loadOnce(tenant: string, isKnown: boolean): Promise<void> {
    const running = this.#loading.get(tenant)
    if (running !== undefined) return running
    const loading: Promise<void> = this.#needs.lookUps
      .get(tenant, isKnown)
      .then((found) => {
        if (this.#loading.get(tenant) === loading) this.#keep(tenant, found)
      })
      .finally(() => {
        if (this.#loading.get(tenant) === loading) this.#loading.delete(tenant)
      })
    this.#loading.set(tenant, loading)
    return loading
  }

  #keep(tenant: string, { state, original }: Found): void {
    if (this.#isClosed) throw shuttingDown()
    const before = this.#loaded.get(tenant)
    if (before?.original === original) return
    if (before === undefined) this.#makeRoom(tenant)
    const loaded = new LoadedTenant(state, original, this.#needs.refreshMs)
    this.#unload(tenant)
    this.#loaded.set(tenant, loaded)
    this.#sweepLater()
  }

  #makeRoom(tenant: string): void {
    const { maxLoaded } = this.#needs
    if (this.#loaded.size < maxLoaded) return
    for (const [name, { isBusy }] of this.#loaded) {
      if (!isBusy) return this.#unload(name)
    }
    throw unavailable(tenant, `has to wait: ${maxLoaded} tenants are loaded, and all have work in progress`)
  }

  #unload(tenant: string): void {
    const loaded = this.#loaded.get(tenant)
    if (loaded === undefined) return
    this.#loaded.delete(tenant)
    this.#retiring.add(loaded)
    void loaded.retire().finally(() => this.#retiring.delete(loaded))
  }

  /** The old provider stays in use until the new one is found. */
  async #refresh(tenant: string): Promise<void> {
    try {
      await this.#loadOnce(tenant, true)
    } catch (error) {
      const refusal = error as DeliveryError
      if (refusal.code === 'AUTH_TENANT_UNKNOWN') this.#unload(tenant)
      else this.#needs.report(refusal)
    }
  }

  #sweepLater(): void {
    this.#sweep ??= clock
      .setTimeout(() => {
        this.#sweep = undefined
        for (const [name, { idleForMs }] of this.#loaded) if (idleForMs >= this.#needs.idleMs) this.#unload(name)
        if (this.#loaded.size > 0 && !this.#isClosed) this.#sweepLater()
      }, this.#needs.idleMs / 4)
      .unref()
  }
}
