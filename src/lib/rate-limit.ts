/** A limit per minute, for work that strangers can cause. */
import { clock } from './clock.js'

const MINUTE_MS = 60_000

export class RateLimit {
  readonly #perMinute: number
  #start = Number.NEGATIVE_INFINITY
  #taken = 0
  #refused = 0

  constructor(perMinute: number) {
    this.#perMinute = perMinute
  }

  /**
   * Returns null if the call is over the limit. Otherwise returns 0, or at the start of a minute the number of refused
   * calls in the minute before.
   */
  take(): number | null {
    const now = clock.monotonic()
    if (now - this.#start >= MINUTE_MS) {
      const refused = this.#refused
      this.#start = now
      this.#taken = 1
      this.#refused = 0
      return refused
    }
    if (this.#taken < this.#perMinute) {
      this.#taken++
      return 0
    }
    this.#refused++
    return null
  }
}
