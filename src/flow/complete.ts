/** Step 7, after the handler resolved: done, and never before. */
import { DeliveryError } from '../errors.js'
import { isPromise } from '../is-promise.js'
import type { Outcome } from '../outcome.js'
import type { Receiver } from '../receiver.js'
import type { Awaitable, ClaimRequest, Store } from '../store.js'
import type { ConfirmedEvent } from './confirm.js'
import type { ClaimedEvent } from './deduplicate.js'
import { reportError } from './report.js'
import { bounded } from './store-calls.js'

/** Pauses before further attempts to record a handled event, in milliseconds. */
const RETRIES_MS = [100, 500, 2500, 10_000]

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

function uncompleted(receiver: Receiver, { event, request, attempt }: ClaimedEvent, cause: DeliveryError): Outcome {
  const { store } = receiver.options
  // The effect is undone with its transaction, so the sender has to deliver again.
  if (store.transactional === true) return { kind: 'retry_later', error: cause, event, attempt }
  // The effect stands. Releasing would have it happen twice, and so would asking for another delivery.
  const error = new DeliveryError(
    'COMPLETE_FAILED',
    `the handler for ${event.id} resolved but the store could not record it; trying again`,
    { cause },
  )
  const kind = kindOf(receiver, event)
  reportError(receiver, { error, kind, event, body: null })
  void completeLater(store, request)
  return { kind, event, attempt }
}

function kindOf({ options }: Receiver, { type }: ConfirmedEvent): 'handled' | 'unhandled' {
  return options.on.has(type) ? 'handled' : 'unhandled'
}

async function completeLater(store: Store<unknown>, { key, token }: ClaimRequest): Promise<void> {
  for (const pause of RETRIES_MS) {
    await new Promise((resolve) => setTimeout(resolve, pause).unref())
    try {
      await bounded('complete', () => store.complete(key, token))
      return
    } catch {
      // Reported once already; when all attempts fail, the claim's lease ends by itself.
    }
  }
}
