/** Claims events, and releases claims that no delivery holds any more. */
import { isPromise, type Awaitable } from '../../lib/awaitable.js'
import { clock } from '../../lib/clock.js'
import type { ResolvedOptions } from '../../options.js'
import type { ClaimEnding, ClaimRequest, ClaimResult, KeptEvent, Store } from '../../store.js'
import { evidenceOf } from './store-evidence.js'
import { retryQueued } from './retry-queue.js'
import { bounded } from './store-calls.js'

/** How long a failed claim may still be on its way to a store that answers other calls, in milliseconds. */
const STRAY_CLAIM_MS = 1000

/**
 * Claims an event. A claim whose answer is late or lost is released: otherwise the event would stay busy for a whole
 * lease, and some senders give up earlier.
 *
 * @throws DeliveryError `STORE_UNAVAILABLE`
 */
export function claim(
  { store, storeTimeoutMs }: ResolvedOptions,
  request: ClaimRequest,
): Awaitable<ClaimResult<unknown>> {
  let claiming: Awaitable<ClaimResult<unknown>> | undefined
  try {
    const bound = bounded('claim', () => (claiming = store.claim(request)), storeTimeoutMs)
    if (isPromise(bound)) {
      bound.catch(() => {
        evidenceOf(store).failed()
        giveBackStray(store, request, claiming as Promise<ClaimResult<unknown>>)
      })
    }
    return bound
  } catch (error) {
    evidenceOf(store).failed()
    throw error
  }
}

/**
 * While the claim can still reach the store, a release that finds no claim is not final. A store that hung may process
 * the claim late, after the client gave it up. The release is therefore repeated.
 */
function giveBackStray(store: Store<unknown>, request: ClaimRequest, claiming: Promise<ClaimResult<unknown>>): void {
  const reason = 'claimed too late'
  let failedAt = Number.POSITIVE_INFINITY
  let reachableSince: number | undefined
  let isAnswered = false
  claiming.then(
    ({ state }) => {
      isAnswered = true
      if (state === 'claimed') void giveBack(store, request, reason, 'unused')
    },
    () => (failedAt = clock.monotonic()),
  )
  void retryQueued(store, {
    name: 'release',
    call: () => isAnswered || store.release(request.key, request.token, reason, 'unused'),
    isEnough(released) {
      const now = clock.monotonic()
      reachableSince ??= now
      return released || now - Math.max(failedAt, reachableSince) > STRAY_CLAIM_MS
    },
    withinMs: request.leaseMs,
    droppable: true,
  })
}

/**
 * Frees a claim that is not needed any more. A failed release is repeated for as long as the lease may last. Returns
 * true if the claim is known to have been held and freed.
 */
export async function giveBack(
  store: Store<unknown>,
  request: ClaimRequest,
  reason: string,
  ending: ClaimEnding,
  kept?: KeptEvent,
): Promise<boolean> {
  const { key, token, leaseMs } = request
  const call = () => store.release(key, token, reason, ending, kept)
  try {
    return await bounded('release', call)
  } catch {
    // The delivery that led here has been reported, or is about to be.
    void retryQueued(store, { name: 'release', call, withinMs: leaseMs, droppable: true })
    return false
  }
}
