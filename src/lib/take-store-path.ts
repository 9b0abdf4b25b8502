/**
 * The way of a real delivery through a store, for health checks and `init`: what merely asks whether the store answers
 * finds no full disk, no missing right and no missing primary key.
 */
import type { Store } from '../store.js'
import type { Awaitable } from './awaitable.js'

/** What the keys of these records begin with, and no digest does. `listEvents` leaves them out. */
const HIDDEN = '~'

/** How one call is made, for example within a time of its own. */
type Call = <T>(name: string, call: () => Awaitable<T>) => Awaitable<T>

const directly: Call = (_name, call) => call()

/** For long enough that the check of a slow store does not lose it. */
const LEASE_MS = 5000

/** Of this process alone, so that checks of several wait for no common row. */
const PROCESS = `${process.pid}:${Math.random().toString(36).slice(2)}`
let made = 0
/** The event of the last check, where that left it free. */
const free = new WeakMap<object, string>()

/** True for the records of checks, which are no events. */
export function isHidden(key: string): boolean {
  return key.startsWith(HIDDEN)
}

/** Claims a hidden event and completes it. Nothing is left that the next check has to wait for. */
export async function takeClaimPath(store: Pick<Store<unknown>, 'claim' | 'complete'>, call = directly): Promise<void> {
  const key = free.get(store) ?? newKey()
  // Until it is free again: two checks at a time need two events, and a claim that failed may have reached the store.
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
  if (!(await call('complete', () => store.complete(key, token)))) throw new Error('a claim did not hold')
  free.set(store, key)
}

/** Keeps a hidden delivery and removes it, where the store keeps any. */
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
