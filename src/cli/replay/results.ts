/**
 * Waits for requested replays. A shop forgets a delivery that had its effect, and quarantines any other again; an event
 * is done, or has failed once more.
 */
import type { EventRecord, EventState } from '../../store.js'
import type { Io } from '../io.js'
import { progress } from '../progress.js'
import { select } from '../records.js'
import type { OperatorStore } from '../store/operator-store.js'
import type { Delivery } from './deliveries.js'

const POLL_MS = 500

type Returned = Delivery & { readonly reason: string | null }

export interface Result {
  readonly replayed: readonly Delivery[]
  /** Deliveries that are back in quarantine, and events that failed again. */
  readonly returned: readonly Returned[]
  readonly waiting: readonly Delivery[]
}

export async function results(
  store: OperatorStore,
  requested: readonly Delivery[],
  waitMs: number,
  io: Io,
): Promise<Result> {
  const { clock } = io
  const replayed: Delivery[] = []
  const returned: Returned[] = []
  let waiting = requested
  const bar = progress(io)
  const giveUpAt = clock.now() + waitMs
  while (waitMs > 0 && waiting.length > 0 && clock.now() < giveUpAt) {
    await clock.sleep(POLL_MS)
    const found = [...(await settledDeliveries(store, waiting)), ...(await settledEvents(store, waiting))]
    for (const { delivery, record } of found) {
      if (record === undefined) replayed.push(delivery)
      else returned.push({ ...delivery, code: record.code, attempts: record.attempts, reason: record.lastError })
    }
    const settled = new Set(found.map(({ delivery }) => delivery))
    waiting = waiting.filter((delivery) => !settled.has(delivery))
    const done = replayed.length + returned.length
    bar.update(done, requested.length, `taken up: ${replayed.length} replayed, ${returned.length} failed`)
  }
  bar.end()
  return { replayed, returned, waiting }
}

/** One that is taken up, with its record where it did not succeed. */
interface Settled {
  readonly delivery: Delivery
  readonly record: EventRecord | undefined
}

async function settledDeliveries(store: OperatorStore, waiting: readonly Delivery[]): Promise<Settled[]> {
  const deliveries = waiting.filter(({ kind }) => kind === 'delivery')
  if (deliveries.length === 0) return []
  const still = await recordsIn(store, 'replay_requested')
  const left = deliveries.filter(({ key }) => !still.has(key))
  const back = left.length === 0 ? new Map<string, EventRecord>() : await recordsIn(store, 'quarantined')
  return left.map((delivery) => ({ delivery, record: back.get(delivery.key) }))
}

/** Each run counts an attempt, so a failed event with as many as before has not been taken up. */
async function settledEvents(store: OperatorStore, waiting: readonly Delivery[]): Promise<Settled[]> {
  const events = waiting.filter(({ kind }) => kind === 'event')
  if (events.length === 0) return []
  const failed = await recordsIn(store, 'failed')
  const settled: Settled[] = []
  for (const delivery of events) {
    const record = failed.get(delivery.key) ?? (await store.getEvent(delivery.key))
    if (record?.state === 'done') settled.push({ delivery, record: undefined })
    else if (record?.state === 'failed' && record.attempts > delivery.attempts) settled.push({ delivery, record })
  }
  return settled
}

async function recordsIn(store: OperatorStore, state: EventState): Promise<Map<string, EventRecord>> {
  const records = new Map<string, EventRecord>()
  for await (const record of select(store, { state })) records.set(record.key, record)
  return records
}
