/**
 * Parts of the flow that not every shop needs. A receiver that needs one begins to load it when it is made, so that no
 * delivery waits for it; a shop that never does, does not load it.
 */
import { isPromise, type Awaitable } from '../../lib/awaitable.js'

/** Answers a part; without a promise once it is there. One that could not be loaded is tried again by whoever asks next. */
export function part<Part>(load: () => Promise<Part>): () => Awaitable<Part> {
  let loaded: Part | undefined
  let loading: Promise<Part> | undefined
  return () =>
    loaded ??
    (loading ??= load()
      .then((found) => (loaded = found))
      .finally(() => (loading = undefined)))
}

/** At once where the part is there. One that cannot be loaded is tried again by whoever needs it next. */
export function whenLoaded<Part>(loading: Awaitable<Part>, use: (part: Part) => void): void {
  if (isPromise(loading)) loading.then(use, () => {})
  else use(loading)
}

/** What is kept for later, and run again: for stores that outlive the process. */
export const durablePart = part(() => import('./durable.js'))

/** Mode `observe`, and a queue. */
export const insteadPart = part(() => import('./instead.js'))

/** What tries out whether the store and the queue can be relied on. */
export const healthPart = part(() => import('../lifecycle/health.js'))

/** What tells two accounts that share a store from one that was mounted twice. */
export const sharedAccountPart = part(() => import('../lifecycle/report-shared-account.js'))
