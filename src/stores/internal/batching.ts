/**
 * Store calls that arrive together are sent to the database together: one commit or one round trip, and one answer per
 * call.
 */
import type { Awaitable } from '../../lib/awaitable.js'
import { clock } from '../../lib/clock.js'

export interface Batching<Call, Answer> {
  /**
   * Makes all of these calls, which concern different keys, as one. Either all of them take effect, or `run` rejects
   * and none has.
   * The answers are in the order of the calls. An Error among them is the answer of that call alone. Also gets single
   * calls.
   */
  readonly run: (calls: readonly Call[]) => Awaitable<readonly (Answer | Error)[]>
  readonly keyOf: (call: Call) => string
  /** True for an error after which nothing of the batch has taken effect and which a single call may have caused. */
  readonly isRefusal: (error: unknown) => boolean
}

export interface Batches<Call, Answer> {
  /**
   * Batches the call with all others of this turn of the event loop, or of the time while too many batches are under
   * way.
   */
  readonly add: (call: Call) => Promise<Answer>
  /** Sends all waiting calls at once. */
  readonly flush: () => void
}

/** Batches under way at a time: one may wait for the disk while the database works on the next. */
const LANES = 2

/** Keeps a batch from blocking the event loop or the database for long. */
const MAX_CALLS = 100

/** After this time, in milliseconds, the next batch no longer waits for a slow one: its connection may be dead. */
const SLOW_MS = 100

interface Waiting<Call, Answer> {
  readonly call: Call
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** Repeats a refused batch call by call, so that a call which the database cannot accept does not harm the others. */
export function batching<Call, Answer>({ run, keyOf, isRefusal }: Batching<Call, Answer>): Batches<Call, Answer> {
  let waiting: Waiting<Call, Answer>[] = []
  let isScheduled = false
  let isTimed = false
  const underWay = new Set<symbol>()

  const schedule = () => {
    if (isScheduled) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      while (waiting.length > 0 && underWay.size < LANES) void send()
      if (waiting.length > 0) passBySlow()
    })
  }

  const send = async () => {
    const batch = take()
    const lane = Symbol()
    underWay.add(lane)
    try {
      settle(batch, await run(batch.map(({ call }) => call)))
    } catch (error) {
      if (batch.length > 1 && isRefusal(error)) for (const one of batch) void sendAlone(one)
      else for (const { reject } of batch) reject(error)
    }
    underWay.delete(lane)
    if (waiting.length > 0) schedule()
  }

  const sendAlone = async (one: Waiting<Call, Answer>) => {
    try {
      settle([one], await run([one.call]))
    } catch (error) {
      one.reject(error)
    }
  }

  /** Takes only the first of several calls about one key: the later calls must see its result. */
  const take = () => {
    if (waiting.length === 1) return waiting.splice(0)
    const keys = new Set<string>()
    const batch: typeof waiting = []
    const left: typeof waiting = []
    for (const one of waiting) {
      const key = keyOf(one.call)
      const fits = batch.length < MAX_CALLS && !keys.has(key)
      ;(fits ? batch : left).push(one)
      keys.add(key)
    }
    waiting = left
    return batch
  }

  const passBySlow = () => {
    if (isTimed) return
    isTimed = true
    const lanes = [...underWay]
    const pass = () => {
      isTimed = false
      for (const lane of lanes) underWay.delete(lane)
      if (waiting.length > 0) schedule()
    }
    clock.setTimeout(pass, SLOW_MS).unref()
  }

  return {
    add: (call) =>
      new Promise((resolve, reject) => {
        waiting.push({ call, resolve, reject })
        schedule()
      }),
    flush: () => {
      while (waiting.length > 0) void send()
    },
  }
}

function settle<Call, Answer>(batch: readonly Waiting<Call, Answer>[], answers: readonly (Answer | Error)[]): void {
  batch.forEach(({ resolve, reject }, at) => {
    const answer = answers[at]!
    if (answer instanceof Error) reject(answer)
    else resolve(answer)
  })
}
