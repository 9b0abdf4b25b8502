/** Repeats failed store calls that must not be lost, one at a time, until the store has answered. */
import type { Awaitable } from '../../lib/awaitable.js'
import { sleep } from '../../lib/clock.js'
import type { Store } from '../../store.js'
import { bounded } from './store-calls.js'

/** Pauses before the first retries, in milliseconds. */
const PAUSES_MS = [100, 150]

/**
 * Pause before all further retries. Much shorter than the contest of an expired lease: when the store is back, a
 * handled event is completed before another process can take it over.
 */
const LONGEST_PAUSE_MS = 250

/** Maximum number of calls waiting for one store. If it is reached, droppable calls are dropped. */
const MAX_WAITING = 1000

/** A failed call of `complete` or `release`. */
export interface PendingCall {
  readonly name: string
  readonly call: () => Awaitable<boolean>
  /** Time, in milliseconds, after which the call is not repeated any more. */
  readonly withinMs: number
  /** Returns false if a different answer has to be waited for. @default any answer is enough */
  readonly isEnough?: (answer: boolean) => boolean
  /** True if dropping the call is harmless, because the event is only delayed. */
  readonly droppable?: boolean
}

interface Waiting extends PendingCall {
  /**
   * The rest of `withinMs`. Only pauses are subtracted: while the process stalled it made no calls, and its first call
   * afterwards may use a dead connection.
   */
  leftMs: number
  readonly resolve: () => void
}

const queues = new WeakMap<Store<unknown>, Set<Waiting>>()

/** Resolves when the store has answered, or when the time is over. Does not keep the process alive. */
export function retryQueued(store: Store<unknown>, pending: PendingCall): Promise<void> {
  return new Promise((resolve) => {
    const waiting = { ...pending, leftMs: pending.withinMs, resolve }
    const queue = queues.get(store)
    if (queue === undefined) {
      const opened = new Set([waiting])
      queues.set(store, opened)
      void workOff(store, opened)
    } else if (pending.droppable === true && queue.size >= MAX_WAITING) resolve()
    else queue.add(waiting)
  })
}

async function workOff(store: Store<unknown>, queue: Set<Waiting>): Promise<void> {
  let failures = 0
  while (queue.size > 0) {
    const pauseMs = PAUSES_MS[failures] ?? LONGEST_PAUSE_MS
    await sleep(pauseMs, { ref: false })
    failures = (await anyAnswered(queue)) ? 0 : failures + 1
    for (const waiting of queue) if ((waiting.leftMs -= pauseMs) <= 0) remove(queue, waiting)
  }
  queues.delete(store)
}

/** Stops at the first failure, so that a recovering store is not flooded with calls. */
async function anyAnswered(queue: Set<Waiting>): Promise<boolean> {
  let any = false
  for (const waiting of queue) {
    const { name, call, isEnough = () => true } = waiting
    try {
      const answer = await bounded(name, call)
      if (!isEnough(answer)) continue
      remove(queue, waiting)
      any = true
    } catch {
      // Moves the call to the end, so that a call that always fails does not block the others.
      queue.delete(waiting)
      queue.add(waiting)
      return any
    }
  }
  return any
}

function remove(queue: Set<Waiting>, waiting: Waiting): void {
  queue.delete(waiting)
  waiting.resolve()
}
