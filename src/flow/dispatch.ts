/** Step 6: exactly one awaited handler for the event's type, and its errors are never swallowed. */
import type { HandlerContext } from '../options.js'
import type { Receiver } from '../receiver.js'
import type { ClaimedEvent } from './deduplicate.js'
import type { Lease } from './lease.js'

/** Throws, or rejects with, whatever the handler does. */
export function dispatch(receiver: Receiver, claimed: ClaimedEvent, lease: Lease): unknown {
  const { on, onUnhandled } = receiver.options
  const { event } = claimed
  const handler = on.get(event.type) ?? onUnhandled
  return handler?.(event, new Context(claimed, lease))
}

/** A class, because a getter in an object literal would be made anew for every event. */
class Context implements HandlerContext<unknown> {
  readonly attempt: number
  readonly idempotencyKey: string
  readonly tx: unknown
  readonly #lease: Lease

  constructor({ attempt, request, tx }: ClaimedEvent, lease: Lease) {
    this.attempt = attempt
    this.idempotencyKey = request.key
    this.tx = tx
    this.#lease = lease
  }

  /** Made when it is asked for: an AbortSignal costs as much as verifying a signature, and few handlers look at it. */
  get signal(): AbortSignal {
    return this.#lease.signal
  }
}
