/**
 * Makes the calls of a real delivery to a store, for health checks and `init`. A simple ping does not find a full disk,
 * a missing permission or a missing primary key.
 */
import type { Store } from '../store.js'
import type { Awaitable } from './awaitable.js'

/** Prefix of the keys of these records. No digest begins with it. `listEvents` omits such keys. */
const HIDDEN = '~'

/** Makes one call, for example with its own time limit. */
type Call = <T>(name: string, call: () => Awaitable<T>) => Awaitable<T>

const directly: Call = (_name, call) => call()

/** Long enough that the check of a slow store does not lose its claim. */
const LEASE_MS = 5000

/** Unique to this process, so that the checks of several processes do not wait for the same row. */
const PROCESS = `${process.pid}:${Math.random().toString(36).slice(2)}`
let made = 0
/** The event of the last check, if the check left it free. */
const free = new WeakMap<object, string>()

/** True for the records of checks, which are not events. */
export function isHidden(key: string): boolean {
  return key.startsWith(HIDDEN)
}

/** Claims a hidden event and completes it. Leaves nothing for which the next check has to wait. */
export async function takeClaimPath(store: Pick<Store<unknown>, 'claim' | 'complete'>, call = directly): Promise<void> {
  const key = free.get(store) ?? newKey()
  // Not available until the claim is completed: two checks at the same time need two events, and a failed claim may
  // have reached the store.
  free.delete(store)
  const token = `${key}:${++made}`
  const request = {
    key,
    token,
    contentHash: 'health-check',
    leaseMs: LEASE_MS,
    contestMs: LEASE_MS,
    retainMs: 0,
    eventId: key,
    eventType: 'health-check',
    provider: 'health-check',
    account: '',
    orderId: null,
    paymentId: null,
    amount: null,
  }
  const { state } = await call('claim', () => store.claim(request))
  if (state !== 'claimed') throw new Error(`a new event could not be claimed: ${state}`)
  if (!(await call('complete', () => store.complete(key, token))))
    throw new Error('a claim was lost before it was completed')
  free.set(store, key)
}

/** Keeps a hidden delivery and removes it, if the store keeps deliveries. */
export async function takeQuarantinePath(
  store: Pick<Store<unknown>, 'quarantine'> & { removeQuarantined?(key: string): Awaitable<boolean> },
  call = directly,
): Promise<void> {
  if (store.quarantine === undefined) return
  const key = `${HIDDEN}${PROCESS}:kept`
  await call('quarantine', () =>
    store.quarantine?.({
      key,
      provider: 'health-check',
      account: '',
      eventId: null,
      orderId: null,
      code: 'HEALTH_CHECK',
      message: 'a check that deliveries can be kept',
      body: Buffer.from('{}'),
      headers: {},
    }),
  )
  await call('removeQuarantined', () => store.removeQuarantined?.(key))
}

function newKey(): string {
  return `${HIDDEN}${PROCESS}:${++made}`
}
