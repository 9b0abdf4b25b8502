/** Holds a claim while its handler runs, and signals the handler when the claim is lost. */
import { clock, type Timer } from '../../lib/clock.js'
import { SLOW_MS } from '../../lib/deadline.js'
import type { ResolvedOptions } from '../../options.js'
import type { ClaimRequest } from '../../store.js'
import { bestEffort, bounded } from './store-calls.js'

/** A handler that still runs after this many leases hangs: its claim is no longer renewed. */
export const MAX_LEASES = 10

/**
 * Longest interval between renewals, in milliseconds. It allows several renewals while others contest the claim, for
 * example after an outage longer than the lease, or after the store's clock was set forward.
 */
const MAX_RENEWAL_MS = 1000

export class Lease {
  readonly #options: ResolvedOptions
  readonly #request: ClaimRequest
  readonly #onLost: () => void
  #abort: AbortController | undefined
  #timer: Timer | undefined
  #lost = false
  #ended = false
  #heldSince = 0
  #renewedAt = 0

  constructor(options: ResolvedOptions, request: ClaimRequest, onLost: () => void) {
    this.#options = options
    this.#request = request
    this.#onLost = onLost
  }

  /** Aborted once the claim is lost. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#lost) this.#abort.abort()
    return this.#abort.signal
  }

  /** Starts to renew the claim. Called only for slow deliveries, so that quick handlers cost no timer. */
  keepAlive(): void {
    if (this.#ended) return
    this.#heldSince = this.#renewedAt = clock.monotonic() - Math.min(SLOW_MS, this.#options.timeoutMs)
    const everyMs = Math.min(this.#options.leaseMs / 3, MAX_RENEWAL_MS)
    this.#timer ??= clock.setInterval(() => void this.#renew(), everyMs).unref()
  }

  end(): void {
    this.#ended = true
    clock.clear(this.#timer)
  }

  /** Releases the claim for the next delivery, although the handler may still run. */
  async giveUp(): Promise<void> {
    const { key, token } = this.#request
    this.lose()
    await bestEffort('release', () => this.#options.store.release(key, token, 'given up at shutdown'))
  }

  async #renew(): Promise<void> {
    const { leaseMs } = this.#options
    const now = clock.monotonic()
    const hung = now - this.#heldSince > MAX_LEASES * leaseMs
    const held = hung ? 'refused' : await this.#extend()
    if (held === 'renewed') this.#renewedAt = now
    else if (held === 'refused') this.lose()
    // Others may have reached the store meanwhile. If they have not, the next renewal still holds the claim.
    else if (now - this.#renewedAt > leaseMs + this.#request.contestMs) this.#warn()
  }

  async #extend(): Promise<'renewed' | 'refused' | 'unanswered'> {
    const { store, leaseMs } = this.#options
    const { key, token } = this.#request
    try {
      return (await bounded('extend', () => store.extend(key, token, leaseMs))) ? 'renewed' : 'refused'
    } catch {
      return 'unanswered'
    }
  }

  /** Does nothing after `end()`: a late renewal may still report a loss. */
  lose(): void {
    if (this.#ended) return
    this.end()
    this.#warn()
  }

  /** From now on another process may run the handler. */
  #warn(): void {
    if (this.#lost) return
    this.#lost = true
    this.#abort?.abort()
    this.#onLost()
  }
}
