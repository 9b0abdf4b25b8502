/** One tenant with an open receiver, and the work that is left for it. */
import { shutDown } from '../flow/lifecycle/shut-down.js'
import type { ReceiverState } from '../flow/state/receiver.js'
import { clock } from '../lib/clock.js'
import { InProgress } from '../lib/in-progress.js'
import { openReceiver, type Receiver } from '../receiver.js'

export class LoadedTenant {
  readonly state: ReceiverState
  readonly receiver: Receiver
  /** The tenant's provider as the shop returned it. */
  readonly original: object
  /** Requests and other users whose work may not have reached the receiver yet. */
  readonly #users = new InProgress()
  #usedAt = clock.monotonic()
  #renewAt: number

  constructor(state: ReceiverState, original: object, refreshMs: number) {
    this.state = state
    this.original = original
    this.receiver = openReceiver(state)
    this.#renewAt = this.#usedAt + refreshMs
  }

  /** True while work for the tenant is in progress, or still has to be recorded. */
  get isBusy(): boolean {
    return this.#users.count > 0 || this.state.inProgress.count > 0
  }

  get isClosed(): boolean {
    return this.state.closing.signal.aborted
  }

  get idleForMs(): number {
    return this.isBusy ? 0 : clock.monotonic() - this.#usedAt
  }

  /** True once when the provider has to be looked up again; true again `afterMs` later. */
  takeRenewal(afterMs: number): boolean {
    const now = clock.monotonic()
    if (now < this.#renewAt) return false
    this.#renewAt = now + afterMs
    return true
  }

  begin(): void {
    this.#users.begin()
  }

  /** @param stayMs how much longer than others the tenant stays loaded without use */
  end(stayMs = 0): void {
    this.#usedAt = clock.monotonic() + stayMs
    this.#users.end()
  }

  /** Closes the receiver once no work is left, so that no delivery is refused. */
  async retire(): Promise<void> {
    while (this.isBusy) await Promise.all([this.#users.none(), this.state.inProgress.none()])
    await shutDown(this.state, 0)
  }
}
