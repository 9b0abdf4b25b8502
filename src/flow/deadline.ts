/** How long a sender is kept waiting, from its request to our answer: one timer for one delivery. */
import { DeliveryError } from '../errors.js'
import type { WebhookEvent } from '../event.js'

export class Deadline {
  readonly timeoutMs: number
  /** When the request came, in milliseconds of this process. */
  readonly startedAt = performance.now()
  /** The event, once it is known. */
  event: WebhookEvent | null = null
  readonly #timer: NodeJS.Timeout
  readonly #listeners: (() => void)[] = []
  #passed = false

  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs
    this.#timer = setTimeout(() => this.#pass(), timeoutMs)
  }

  /** Keeps no process alive: for work that no sender waits for. */
  unref(): this {
    this.#timer.unref()
    return this
  }

  /** Calls back when the deadline passes, or at once when it has. */
  onPass(listener: () => void): void {
    if (this.#passed) listener()
    else this.#listeners.push(listener)
  }

  /** There is an answer: nobody waits any more. */
  met(): void {
    clearTimeout(this.#timer)
  }

  #pass(): void {
    this.#passed = true
    for (const listener of this.#listeners) listener()
  }
}

/** The work goes on after it: only the answer does not wait. */
export function deadlinePassed({ timeoutMs }: Deadline): DeliveryError {
  return new DeliveryError(
    'DEADLINE_PASSED',
    `not finished within ${timeoutMs} ms; the work goes on, and the next delivery is told how it ended`,
  )
}
