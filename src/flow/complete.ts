/** Step 7, after the handler resolved: done, and never before. */
import { DeliveryError } from '../errors.js'
import { isPromise } from '../is-promise.js'
import type { Outcome } from '../outcome.js'
import type { InFlight, Receiver } from '../receiver.js'
import type { Awaitable } from '../store.js'
import type { ConfirmedEvent } from './to-event.js'
import { forget, type ClaimedEvent } from './deduplicate.js'
import { Lease, MAX_LEASES } from './lease.js'
import { makeUp } from './make-up.js'
import { reportError } from './report.js'
import { isRefusal } from './recognise.js'
import { bounded } from './store-calls.js'

/** Records that the handler resolved. */
export function complete(receiver: Receiver, claimed: ClaimedEvent): Awaitable<Outcome> {
  const { store } = receiver.options
  const { key, token } = claimed.request
  try {
    const completing = bounded('complete', () => store.complete(key, token))
    if (!isPromise(completing)) return completed(receiver, claimed, completing)
    return completing.then(
      (held) => completed(receiver, claimed, held),
      (error: unknown) => uncompleted(receiver, claimed, error as DeliveryError),
    )
  } catch (error) {
    return uncompleted(receiver, claimed, error as DeliveryError)
  }
}

function completed(receiver: Receiver, { event, attempt }: ClaimedEvent, held: boolean): Outcome {
  if (held) return { kind: kindOf(receiver, event), event, attempt }
  const error = new DeliveryError(
    'LEASE_LOST',
    `the claim on ${event.id} was lost while its handler ran; another process may have run it too`,
  )
  return { kind: 'retry_later', error, event, attempt }
}

function uncompleted(receiver: Receiver, claimed: ClaimedEvent, cause: DeliveryError): Outcome {
  const { event, attempt } = claimed
  if (isRefusal(cause.cause)) {
    const refused = new DeliveryError('HANDLER_FAILED', `the handler for ${event.type} did what was refused`, {
      cause: cause.cause,
    })
    return { kind: 'failed', error: refused, event, attempt }
  }
  // The effect is undone with its transaction, so the sender has to deliver again.
  if (receiver.options.store.transactional === true) return { kind: 'retry_later', error: cause, event, attempt }
  // The effect stands. Releasing would have it happen twice, and so would asking for another delivery.
  const error = new DeliveryError(
    'COMPLETE_FAILED',
    `the handler for ${event.id} resolved but the store could not record it; trying again`,
    { cause },
  )
  const kind = kindOf(receiver, event)
  reportError(receiver, { error, kind, event, body: null })
  const outcome: Outcome = { kind, event, attempt }
  completeLater(receiver, claimed, outcome)
  return outcome
}

function kindOf({ options }: Receiver, { type }: ConfirmedEvent): 'handled' | 'unhandled' {
  return options.on.has(type) ? 'handled' : 'unhandled'
}

/**
 * Until the store has recorded it, for as long as a handler may hang: the claim is renewed, further deliveries to this
 * process are answered without the store, and `close()` waits. Whether the claim was still held does not matter then:
 * the first call may have been the one that reached the store.
 */
function completeLater(receiver: Receiver, { request, entry }: ClaimedEvent, outcome: Outcome): void {
  const { key, token, contentHash } = request
  const { inFlight, underWay, options } = receiver
  const { store, leaseMs } = options
  const handled: InFlight = { contentHash, outcome: Promise.resolve(outcome) }
  const current = inFlight.get(key)
  if (current === undefined || current === entry) inFlight.set(key, handled)
  const lease = new Lease(options, request, () => {})
  lease.keepAlive()
  underWay.begin()
  const call = () => store.complete(key, token)
  void makeUp(store, { name: 'complete', call, withinMs: MAX_LEASES * leaseMs }).then(() => {
    lease.end()
    forget(receiver, key, handled)
    underWay.end()
  })
}
