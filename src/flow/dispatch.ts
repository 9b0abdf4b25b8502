/** Step 6: runs exactly one handler for the event's type, awaits it, and never swallows its errors. */
import type { HandlerContext } from '../options.js'
import type { Lease } from './claims/lease.js'
import type { Claimed, DeliveryContext } from './state/context.js'
import type { ReceiverState } from './state/receiver.js'

/** Throws or rejects with the handler's error. */
export function dispatch(
  { options }: ReceiverState,
  delivery: DeliveryContext,
  claimed: Claimed,
  lease: Lease,
): unknown {
  const { event } = claimed
  const handler = options.on.get(event.type) ?? options.onUnhandled
  return handler?.(event, new Context(delivery, claimed, lease))
}

/** A class, because an object literal would create a new getter for every event. */
class Context implements HandlerContext<unknown> {
  readonly attempt: number
  readonly idempotencyKey: string
  readonly account: string
  readonly tx: unknown
  readonly #delivery: DeliveryContext
  readonly #lease: Lease

  constructor(delivery: DeliveryContext, { claim }: Claimed, lease: Lease) {
    this.attempt = claim.attempt
    this.idempotencyKey = claim.request.key
    this.account = claim.request.account
    this.tx = claim.tx
    this.#delivery = delivery
    this.#lease = lease
  }

  get requestId(): string {
    return this.#delivery.requestId
  }

  /** Made on first access: an AbortSignal costs as much as verifying a signature, and few handlers use it. */
  get signal(): AbortSignal {
    return this.#lease.signal
  }
}
