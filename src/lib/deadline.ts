/** How long somebody is kept waiting: one timer for one delivery. */
import { clock, type Timer } from './clock.js'

export class Deadline {
  readonly timeoutMs: number
  readonly #timer: Timer
  readonly #listeners: (() => void)[] = []
  #expired = false

  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs
    this.#timer = clock.setTimeout(() => this.#expire(), timeoutMs)
  }

  /** Keeps no process alive: for work that no sender waits for. */
  unref(): this {
    this.#timer.unref()
    return this
  }

  /** Calls back when the deadline expires, or at once when it has. */
  onExpire(listener: () => void): void {
    if (this.#expired) listener()
    else this.#listeners.push(listener)
  }

  /** There is an answer: nobody waits any more. */
  clear(): void {
    clock.clear(this.#timer)
  }

  #expire(): void {
    this.#expired = true
    for (const listener of this.#listeners) listener()
  }
}
