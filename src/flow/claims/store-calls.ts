/** Calls to the shop's store, each with a time limit: most drivers wait forever by default. */
import { DeliveryError } from '../../errors.js'
import { isPromise, type Awaitable } from '../../lib/awaitable.js'
import { isDeliveryError } from '../../lib/thrown.js'
import { withinTime } from '../../lib/within-time.js'
import type { Store } from '../../store.js'

/** Time limit of one store call in milliseconds, whatever the client's own settings. */
const STORE_TIMEOUT_MS = 2000

/** Stores that this process has prepared. Shared by all receivers of a store. */
const prepared = new WeakMap<Store<unknown>, true | Promise<void>>()

/**
 * Prepares the store once. If the preparation fails, the next delivery tries again. Returns undefined, and no promise,
 * if there is nothing to wait for.
 */
export function prepare(store: Store<unknown>): Promise<void> | undefined {
  const state = prepared.get(store)
  if (state === true) return undefined
  if (state !== undefined) return state
  const preparing = initialise(store)
  prepared.set(store, preparing)
  preparing.then(
    () => prepared.set(store, true),
    () => prepared.delete(store),
  )
  return preparing
}

async function initialise(store: Store<unknown>): Promise<void> {
  await bounded('init', () => store.init())
}

/** Makes a store call whose failure changes nothing: the lease expires anyway. */
export async function bestEffort(name: string, call: () => Awaitable<unknown>): Promise<void> {
  try {
    await bounded(name, call)
  } catch {
    // The delivery that led here has been reported, or is about to be.
  }
}

/**
 * Runs one store call with a time limit. If the store returns a plain value, the result is no promise either.
 *
 * @throws DeliveryError `STORE_UNAVAILABLE` for every failure
 */
export function bounded<T>(name: string, call: () => Awaitable<T>, timeoutMs = STORE_TIMEOUT_MS): Awaitable<T> {
  try {
    const pending = call()
    return isPromise(pending) ? boundedPromise(name, pending, timeoutMs) : pending
  } catch (error) {
    throw unavailable(name, error)
  }
}

async function boundedPromise<T>(name: string, pending: Promise<T>, timeoutMs: number): Promise<T> {
  const tooLate = () =>
    new DeliveryError('STORE_UNAVAILABLE', `the store's ${name} did not answer within ${timeoutMs} ms`)
  try {
    return await withinTime(pending, timeoutMs, tooLate)
  } catch (error) {
    throw isDeliveryError(error) ? error : unavailable(name, error)
  }
}

function unavailable(name: string, cause: unknown): DeliveryError {
  return new DeliveryError('STORE_UNAVAILABLE', `the store's ${name} failed`, { cause })
}
