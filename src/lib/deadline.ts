/** Time limit of one delivery, with one timer. */
import { clock, type Timer } from './clock.js'

/** A delivery that is not finished by then is slow, in milliseconds. Few are, and a quick one costs no second timer. */
export const SLOW_MS = 1000

export class Deadline {
  readonly timeoutMs: number
  /** Made with the first listener: for most deliveries one of the two lists stays empty. */
  #onSlow: (() => void)[] | undefined
  #onExpire: (() => void)[] | undefined
  #timer: Timer
  #keepsProcess = true
  #isSlow = false
  #isExpired = false

  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs
    this.#timer = clock.setTimeout(() => this.#slow(), Math.min(SLOW_MS, timeoutMs))
  }

  /** Does not keep the process alive: for work for which no sender waits. */
  unref(): this {
    this.#keepsProcess = false
    this.#timer.unref()
    return this
  }

  /** Calls back after a second, or when the deadline expires if that comes first. Calls at once if that time has passed. */
  onSlow(listener: () => void): void {
    if (this.#isSlow) listener()
    else (this.#onSlow ??= []).push(listener)
  }

  /** Calls back when the deadline expires, or at once if it has expired. */
  onExpire(listener: () => void): void {
    if (this.#isExpired) listener()
    else (this.#onExpire ??= []).push(listener)
  }

  /** Stops the timer, because the answer is known. */
  clear(): void {
    clock.clear(this.#timer)
  }

  #slow(): void {
    this.#isSlow = true
    for (const listener of this.#onSlow ?? []) listener()
    const rest = this.timeoutMs - SLOW_MS
    if (rest <= 0) return this.#expire()
    this.#timer = clock.setTimeout(() => this.#expire(), rest)
    if (!this.#keepsProcess) this.#timer.unref()
  }

  #expire(): void {
    this.#isExpired = true
    for (const listener of this.#onExpire ?? []) listener()
  }
}
