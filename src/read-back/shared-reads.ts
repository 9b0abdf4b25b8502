/**
 * Read-backs, shared by deliveries that name the same payment and bounded for all of them: anybody can cause one, and
 * each asks the provider.
 */
import { DeliveryError } from '../errors.js'
import { clock } from '../lib/clock.js'

/** Reads at a time. A shop that is paid ten times a second needs a handful. */
const PLACES = 32

/** Places that a payment which was read a moment ago may not take: somebody who repeats true ids cannot fill them. */
const RESERVED = 8

/** How long a read counts as a moment ago, in milliseconds. */
const RECENT_MS = 60_000

/** Payments remembered as read a moment ago, and payments waiting for a place. */
const MAX_RECENT = 10_000
const MAX_WAITING = 1000

/** One payment: at most one read that runs, and one that is to begin after it. */
interface Lane<Result> {
  isRunning: boolean
  next: { readonly result: Promise<Result>; readonly start: () => void } | null
}

export class SharedReads {
  readonly #lanes = new Map<string, Lane<unknown>>()
  /** Lanes whose next read waits for a place, in the order in which they asked. */
  readonly #waiting = new Set<string>()
  /** When payments were read last, oldest first. */
  readonly #recent = new Map<string, number>()
  #running = 0

  /**
   * Shares a read that begins from now on: a read that runs already may have missed what this delivery is about.
   *
   * @throws DeliveryError `BUSY` when too many payments wait for a place
   */
  share<Result>(key: string, read: () => Promise<Result>): Promise<Result> {
    const next = this.#lanes.get(key)?.next
    if (next != null) return next.result as Promise<Result>
    if (this.#waiting.size >= MAX_WAITING) {
      return Promise.reject(new DeliveryError('BUSY', `${MAX_WAITING} payments wait to be read back`))
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

/** One for each receiver, so that the senders of one hold up no other. */
export function readsOf(receiver: object): SharedReads {
  let reads = known.get(receiver)
  if (reads === undefined) known.set(receiver, (reads = new SharedReads()))
  return reads
}
