/** Calls of a store that come together go to the database together: one commit or one round trip, and an answer each. */
import type { Awaitable } from '../../lib/awaitable.js'
import { clock } from '../../lib/clock.js'

export interface Batching<Call, Answer> {
  /**
   * Makes all of these calls, which are about different keys, as one: all of them take effect, or it rejects and none has.
   * The answers are in the order of the calls; an Error among them is the answer of that call alone. Also gets single calls.
   */
  readonly run: (calls: readonly Call[]) => Awaitable<readonly (Answer | Error)[]>
  readonly keyOf: (call: Call) => string
  /** True for an error after which nothing of the batch has happened, and which one of its calls alone may have caused. */
  readonly isRefusal: (error: unknown) => boolean
}

export interface Batches<Call, Answer> {
  /** Goes along with whatever else comes in this turn of the event loop, or while too many batches are under way. */
  readonly add: (call: Call) => Promise<Answer>
  /** Sends what is waiting without waiting any longer. */
  readonly flush: () => void
}

/** Batches under way at a time: one may wait for the disk while the next is being worked on. */
const LANES = 2

/** So that no batch blocks the event loop, or the database, for long. */
const MAX_CALLS = 100

/** A batch that takes longer is not waited for any more, in milliseconds: its connection may lead nowhere. */
const SLOW_MS = 100

interface Waiting<Call, Answer> {
  readonly call: Call
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** A batch that was refused is repeated call by call, so that a call which the database cannot take harms no other. */
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

  /** Of several calls about one key the first: the others have to see what became of it. */
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
