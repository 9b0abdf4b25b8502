/** The tenants of one door that are loaded: loaded when they are needed, and forgotten when nothing is left to do for them. */
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

/** After how long a provider that could not be asked for again is asked for once more. */
const REFRESH_AGAIN_MS = 30_000

/** For how long a due record waits for its operator, whose tenant is none any more, before that is asked again. */
const ORPHAN_MS = 10 * 60_000
const MAX_ORPHANS = 1000

/** Tenants that are loaded at a time for what the store has kept of them. */
const MAX_ADOPTED = 32

/** An account that no tenant of ours has, with this provider or, where it is null, with any. */
interface Orphan {
  readonly provider: string | null
  readonly until: number
}

/** How long they stay beyond their time: until the store was looked at again, which is every two seconds or so. */
const ADOPTED_MS = 10_000

interface Needs extends Keeping {
  readonly lookUps: LookUps
  /** Something went wrong of which no delivery tells. */
  readonly report: (error: DeliveryError) => void
}

export class Tenants {
  readonly #needs: Needs
  /** Least recently used first. */
  readonly #loaded = new Map<string, LoadedTenant>()
  readonly #loading = new Map<string, Promise<void>>()
  /** Forgotten, and not at their end yet. */
  readonly #retiring = new Set<LoadedTenant>()
  readonly #orphans = new BoundedMap<Orphan>(MAX_ORPHANS)
  #adopting = 0
  #sweep: Timer | undefined
  #isClosed = false

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** How many are loaded. */
  get size(): number {
    return this.#loaded.size
  }

  /** Deliveries in progress, of those that are being forgotten as well. */
  get inProgress(): number {
    return [...this.#loaded.values(), ...this.#retiring].reduce((sum, { state }) => sum + state.inProgress.count, 0)
  }

  /** One that is loaded already. Whoever gets it calls its `end()`. */
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
   * Loads one that is not. Whoever gets it calls its `end()`.
   *
   * @throws DeliveryError `AUTH_TENANT_UNKNOWN`, `TENANT_UNAVAILABLE`
   */
  async load(tenant: string, isKnown = false): Promise<LoadedTenant> {
    for (let tries = 0; tries < 3 && !this.#isClosed; tries++) {
      await this.#loadOnce(tenant, isKnown)
      const loaded = this.take(tenant)
      if (loaded !== undefined) return loaded
      // Forgotten meanwhile: what was found may be old.
    }
    throw this.#isClosed ? shuttingDown() : unavailable(tenant, 'was overtaken: it was forgotten again and again')
  }

  /** Has the next delivery ask for the tenant anew; deliveries in progress end as they began. */
  forget(tenant: string): void {
    this.#loading.delete(tenant)
    this.#needs.lookUps.forget(tenant)
    this.#orphans.delete(tenant)
    this.#unload(tenant)
  }

  /** A record is due, and perhaps it is one of ours: the next look at the store finds its receiver. */
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
   * Whose job it is, which was authentic when it was stored. It stays for a moment, until the job runs.
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

  /** One look-up at a time for a tenant, however many wait for it. */
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

  /** The old provider serves until a new one is there. */
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
