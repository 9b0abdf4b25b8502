/** How long somebody is kept waiting: one timer for one delivery. */
import { clock, type Timer } from './clock.js'

/** What is not finished by then is slow, in milliseconds. Nearly nothing is, and what is quick costs no second timer. */
export const SLOW_MS = 1000

export class Deadline {
  readonly timeoutMs: number
  /** Made with the first listener: of most deliveries one of the two stays empty. */
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

  /** Keeps no process alive: for work that no sender waits for. */
  unref(): this {
    this.#keepsProcess = false
    this.#timer.unref()
    return this
  }

  /** Calls back after a second, or when the deadline expires if that comes first; at once when it has. */
  onSlow(listener: () => void): void {
    if (this.#isSlow) listener()
    else (this.#onSlow ??= []).push(listener)
  }

  /** Calls back when the deadline expires, or at once when it has. */
  onExpire(listener: () => void): void {
    if (this.#isExpired) listener()
    else (this.#onExpire ??= []).push(listener)
  }

  /** There is an answer: nobody waits any more. */
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
