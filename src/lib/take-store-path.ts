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
const keys = new WeakMap<object, string>()

/** True for the records of checks, which are no events. */
export function isHidden(key: string): boolean {
  return key.startsWith(HIDDEN)
}

/** Claims a hidden event and completes it. Nothing is left that the next check has to wait for. */
export async function takeClaimPath(store: Pick<Store<unknown>, 'claim' | 'complete'>, call = directly): Promise<void> {
  const key = keyOf(store)
  const token = `${key}:${++made}`
  const request = {
    key,
    token,
    contentHash: 'health-check',
    leaseMs: LEASE_MS,
    retainMs: 0,
    eventId: key,
    eventType: 'health-check',
    provider: 'health-check',
  }
  try {
    const { state } = await call('claim', () => store.claim(request))
    if (state !== 'claimed') throw new Error(`a new event could not be claimed: ${state}`)
    if (!(await call('complete', () => store.complete(key, token)))) throw new Error('a claim did not hold')
  } catch (error) {
    // The claim may have reached the store all the same.
    keys.delete(store)
    throw error
  }
}

/** Keeps a hidden delivery and removes it, where the store keeps any. */
export async function takeQuarantinePath(
  store: Pick<Store<unknown>, 'quarantine'> & { removeQuarantined?(key: string): Awaitable<boolean> },
  call = directly,
): Promise<void> {
  if (store.quarantine === undefined) return
  const key = `${keyOf(store)}:kept`
  await call('quarantine', () =>
    store.quarantine?.({
      key,
      provider: 'health-check',
      eventId: null,
      code: 'HEALTH_CHECK',
      message: 'a check that deliveries can be kept',
      body: Buffer.from('{}'),
      headers: {},
    }),
  )
  await call('removeQuarantined', () => store.removeQuarantined?.(key))
}

function keyOf(store: object): string {
  let key = keys.get(store)
  if (key === undefined) keys.set(store, (key = `${HIDDEN}${PROCESS}:${++made}`))
  return key
}
