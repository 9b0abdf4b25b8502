/** Holds a claim while its handler runs, and tells the handler when it is lost. */
import { clock, type Timer } from '../../lib/clock.js'
import type { ResolvedOptions } from '../../options.js'
import type { ClaimRequest } from '../../store.js'
import { bestEffort, bounded } from './store-calls.js'

/** A handler still running after this many leases has hung: its claim is let go. */
export const MAX_LEASES = 10

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

  /** From now on renews the claim. Called when a handler takes long, so that quick ones cost no timer. */
  keepAlive(): void {
    if (this.#ended) return
    this.#heldSince = this.#renewedAt = clock.monotonic() - this.#options.timeoutMs
    this.#timer ??= clock.setInterval(() => void this.#renew(), this.#options.leaseMs / 3).unref()
  }

  end(): void {
    this.#ended = true
    clock.clear(this.#timer)
  }

  /** Hands the event to whoever delivers it next, although its handler may still be running. */
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
    // An unanswered renewal proves nothing until the lease has passed; a refused one does at once.
    else if (held === 'refused' || now - this.#renewedAt > leaseMs) this.lose()
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
    this.#lost = true
    this.#abort?.abort()
    this.#onLost()
  }
}
