/** Store calls that failed and must not stay undone: made again, one at a time, until the store has answered. */
import type { Awaitable } from '../../lib/awaitable.js'
import { sleep } from '../../lib/clock.js'
import type { Store } from '../../store.js'
import { bounded } from './store-calls.js'

/** Pauses before the first attempts, in milliseconds. */
const PAUSES_MS = [100, 150]

/** And before all others: whoever finds the lapsed lease of a handled event when the store is back waits for longer than that. */
const LONGEST_PAUSE_MS = 250

/** Calls waiting for one store; beyond that many, droppable ones are dropped. */
const MAX_WAITING = 1000

/** A call of `complete` or `release` that failed. */
export interface PendingCall {
  readonly name: string
  readonly call: () => Awaitable<boolean>
  /** After how long a failure is the last one, in milliseconds. */
  readonly withinMs: number
  /** False while another answer of the store is to be waited for. @default any answer is enough */
  readonly isEnough?: (answer: boolean) => boolean
  /** Dropping it harms nobody: the event is only put off. */
  readonly droppable?: boolean
}

interface Waiting extends PendingCall {
  /**
   * What is left of `withinMs`, less the pauses alone: a process that stood still has not asked meanwhile, and its first call after
   * that may find a connection that is dead.
   */
  leftMs: number
  readonly resolve: () => void
}

const queues = new WeakMap<Store<unknown>, Set<Waiting>>()

/** Resolves when the store has answered, or when it is too late. Keeps no process alive. */
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

/** Stops at the first call that fails: a store that comes back should not find a crowd at its door. */
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
      // To the end, so that one that always fails holds up no other.
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
