/**
 * Parts of the flow that not every shop needs. A receiver starts to load its parts when it is made, so that no delivery
 * waits for them. A shop that does not need a part never loads it.
 */
import { isPromise, type Awaitable } from '../../lib/awaitable.js'

/** Returns a part, without a promise if it is already loaded. If it could not be loaded, the next caller tries again. */
export function part<Part>(load: () => Promise<Part>): () => Awaitable<Part> {
  let loaded: Part | undefined
  let loading: Promise<Part> | undefined
  return () =>
    loaded ??
    (loading ??= load()
      .then((found) => (loaded = found))
      .finally(() => (loading = undefined)))
}

/** Calls `use` at once if the part is loaded. If loading fails, `use` is not called; the next user of the part tries again. */
export function whenLoaded<Part>(loading: Awaitable<Part>, use: (part: Part) => void): void {
  if (isPromise(loading)) loading.then(use, () => {})
  else use(loading)
}

/** Keeps events and deliveries for later runs, in stores that outlive the process. */
export const durablePart = part(() => import('./durable.js'))

/** For mode `observe`, and for queues. */
export const insteadPart = part(() => import('./instead.js'))

/** Tests if the store and the queue can be relied on. */
export const healthPart = part(() => import('../lifecycle/health.js'))

/** Distinguishes two accounts that share a store from one account that was mounted twice. */
export const sharedAccountPart = part(() => import('../lifecycle/report-shared-account.js'))
