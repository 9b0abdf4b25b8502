/** Checks if jobs can be stored, and counts them. Any number of probes share one check. */
import { clock } from '../../lib/clock.js'
import { withinTime } from '../../lib/within-time.js'
import type { Queue, QueueCounts } from '../../queue.js'
import { prepareQueue, queueUnavailable } from '../claims/queue-calls.js'

/** How long an answer is reused for further probes, in milliseconds: counting may be expensive. */
const ANSWERED_FOR_MS = 5000
const FAILED_FOR_MS = 1000

/** Time limit for the engine's answer, in milliseconds. */
const TIMEOUT_MS = 2000

interface Asked {
  readonly counts: Promise<QueueCounts>
  goodUntil: number
  /** True if a job could not be stored after the check began. */
  isDoubtful: boolean
}

const asked = new WeakMap<Queue, Asked>()

/** @throws DeliveryError `QUEUE_UNAVAILABLE` */
export function countsOf(queue: Queue): Promise<QueueCounts> {
  const before = asked.get(queue)
  if (before !== undefined && clock.monotonic() < before.goodUntil) return before.counts
  const now: Asked = { counts: ask(queue), goodUntil: Number.POSITIVE_INFINITY, isDoubtful: false }
  asked.set(queue, now)
  now.counts.then(
    () => (now.goodUntil = clock.monotonic() + (now.isDoubtful ? 0 : ANSWERED_FOR_MS)),
    () => (now.goodUntil = clock.monotonic() + FAILED_FOR_MS),
  )
  return now.counts
}

/** A job could not be stored, so an earlier success is no longer valid. An earlier failure stays. */
export function doubtAnswer(queue: Queue): void {
  const before = asked.get(queue)
  if (before === undefined) return
  before.isDoubtful = true
  before.counts.then(
    () => (before.goodUntil = Math.min(before.goodUntil, clock.monotonic())),
    () => {},
  )
}

async function ask(queue: Queue): Promise<QueueCounts> {
  const asking = async () => {
    await prepareQueue(queue)
    await queue.check?.()
    return queue.counts()
  }
  const tooLate = () => new Error(`no answer within ${TIMEOUT_MS} ms`)
  try {
    return await withinTime(asking(), TIMEOUT_MS, tooLate)
  } catch (error) {
    throw queueUnavailable('does not answer', error)
  }
}
