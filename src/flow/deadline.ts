/** How long a sender is kept waiting. The work goes on after it: only the answer does not wait. */
import { DeliveryError } from '../errors.js'
import type { WebhookEvent } from '../event.js'
import type { Outcome } from '../outcome.js'

export class Deadline {
  /** The event, once it is known. */
  event: WebhookEvent | null = null
  #passed = false
  #listener: (() => void) | undefined

  /** Calls back when the deadline passes, or at once when it has. */
  onPass(listener: () => void): void {
    this.#listener = listener
    if (this.#passed) listener()
  }

  pass(): void {
    this.#passed = true
    this.#listener?.()
  }
}

/** Answers what the work comes to, or `retry_later` at the deadline. Both are reported when both happen. */
export function withDeadline(
  timeoutMs: number,
  work: (deadline: Deadline) => Promise<Outcome>,
  report: (outcome: Outcome) => void,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const deadline = new Deadline()
    const answer = (outcome: Outcome) => {
      report(outcome)
      resolve(outcome)
    }
    const timer = setTimeout(() => {
      deadline.pass()
      const error = new DeliveryError(
        'DEADLINE_PASSED',
        `not finished within ${timeoutMs} ms; the work goes on, and the next delivery is told how it ended`,
      )
      answer({ kind: 'retry_later', error, event: deadline.event })
    }, timeoutMs)
    void work(deadline).then((outcome) => {
      clearTimeout(timer)
      answer(outcome)
    })
  })
}
