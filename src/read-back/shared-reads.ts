/**
 * Read-backs. Deliveries about the same payment share them, and their total number is limited: anyone can cause a
 * read-back, and each one is a request to the provider.
 */
import { DeliveryError } from '../errors.js'
import { clock } from '../lib/clock.js'

/** Maximum number of parallel reads. A shop with ten payments a second needs a few. */
const PLACES = 32

/**
 * Places that are not available to a payment that was read recently, so that a sender that repeats valid ids cannot use
 * all places.
 */
const RESERVED = 8

/** How long a read counts as recent, in milliseconds. */
const RECENT_MS = 60_000

/** Maximum number of payments that are remembered as recently read, and of payments that wait for a place. */
const MAX_RECENT = 10_000
const MAX_WAITING = 1000

/** One payment: at most one running read, and one that starts after it. */
interface Lane<Result> {
  isRunning: boolean
  next: { readonly result: Promise<Result>; readonly start: () => void } | null
}

export class SharedReads {
  readonly #lanes = new Map<string, Lane<unknown>>()
  /** Keys whose next read waits for a place, in the order of the requests. */
  readonly #waiting = new Set<string>()
  /** Time of the last read of each payment, oldest first. */
  readonly #recent = new Map<string, number>()
  #running = 0

  /**
   * Shares a read that has not started yet: a running read may have missed the change that this delivery is about.
   *
   * @throws DeliveryError `BUSY` when too many payments wait for a place
   */
  share<Result>(key: string, read: () => Promise<Result>): Promise<Result> {
    const next = this.#lanes.get(key)?.next
    if (next != null) return next.result as Promise<Result>
    if (this.#waiting.size >= MAX_WAITING) {
      return Promise.reject(new DeliveryError('BUSY', `${MAX_WAITING} payments are waiting to be read back`))
    }
    const lane = this.#laneOf<Result>(key)
    let start!: () => void
    const begun = new Promise<void>((resolve) => (start = resolve))
    const result = begun.then(read).finally(() => this.#finish(key, lane))
    lane.next = { result, start }
    this.#waiting.add(key)
    this.#startWaiting()
    return result
  }

  #laneOf<Result>(key: string): Lane<Result> {
    let lane = this.#lanes.get(key)
    if (lane === undefined) this.#lanes.set(key, (lane = { isRunning: false, next: null }))
    return lane as Lane<Result>
  }

  #finish(key: string, lane: Lane<unknown>): void {
    lane.isRunning = false
    this.#running--
    if (lane.next === null) this.#lanes.delete(key)
    this.#startWaiting()
  }

  #startWaiting(): void {
    for (const key of this.#waiting) {
      if (this.#running >= PLACES) return
      const lane = this.#lanes.get(key)!
      if (lane.isRunning) continue
      if (this.#running >= PLACES - RESERVED && this.#wasRead(key)) continue
      this.#waiting.delete(key)
      this.#remember(key)
      this.#running++
      lane.isRunning = true
      lane.next!.start()
      lane.next = null
    }
  }

  #wasRead(key: string): boolean {
    const at = this.#recent.get(key)
    return at !== undefined && clock.monotonic() - at < RECENT_MS
  }

  #remember(key: string): void {
    this.#recent.delete(key)
    this.#recent.set(key, clock.monotonic())
    if (this.#recent.size > MAX_RECENT) this.#recent.delete(this.#recent.keys().next().value!)
  }
}

const known = new WeakMap<object, SharedReads>()

/** One per receiver, so that the senders of one receiver do not delay others. */
export function readsOf(receiver: object): SharedReads {
  let reads = known.get(receiver)
  if (reads === undefined) known.set(receiver, (reads = new SharedReads()))
  return reads
}
