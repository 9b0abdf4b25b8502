/**
 * Waits for requested replays. A shop removes a delivery that was handled, and quarantines any other again. An event
 * becomes done, or has failed once more.
 */
import { DISMISSED } from '../../lib/dismissed.js'
import type { EventRecord, EventState } from '../../store.js'
import type { Delivery } from './choose.js'
import { select, type ReplayStore } from './records.js'

/** Up to this number, records are read one by one, because a list may be long. */
const FEW = 20

type Returned = Delivery & { readonly reason: string | null }

export interface Result {
  readonly replayed: readonly Delivery[]
  /** Deliveries that are back in quarantine, and events that failed again. */
  readonly returned: readonly Returned[]
  /** Events that an operator dismissed meanwhile: they are done without a run. */
  readonly dismissed: readonly Delivery[]
  readonly waiting: readonly Delivery[]
}

export interface Waiting {
  /** Milliseconds; 0 does not wait. */
  readonly waitMs: number
  /** Milliseconds between two looks. */
  readonly pollMs: number
  readonly clock: { now(): number; sleep(ms: number): Promise<void> }
  readonly onProgress?: (result: Result) => void
}

export async function results(
  store: ReplayStore,
  requested: readonly Delivery[],
  { waitMs, pollMs, clock, onProgress }: Waiting,
): Promise<Result> {
  const replayed: Delivery[] = []
  const returned: Returned[] = []
  const dismissed: Delivery[] = []
  let waiting = requested
  const giveUpAt = clock.now() + waitMs
  while (waitMs > 0 && waiting.length > 0 && clock.now() < giveUpAt) {
    await clock.sleep(pollMs)
    const found = [...(await settledDeliveries(store, waiting)), ...(await settledEvents(store, waiting))]
    for (const { delivery, record } of found) {
      if (record === undefined) replayed.push(delivery)
      else if (record.code === DISMISSED) dismissed.push(delivery)
      else returned.push({ ...delivery, code: record.code, attempts: record.attempts, reason: record.lastError })
    }
    const settled = new Set(found.map(({ delivery }) => delivery))
    waiting = waiting.filter((delivery) => !settled.has(delivery))
    onProgress?.({ replayed, returned, dismissed, waiting })
  }
  return { replayed, returned, dismissed, waiting }
}

/** A replay that was taken up, or is not needed any more; it has a record if it did not succeed. */
interface Settled {
  readonly delivery: Delivery
  readonly record: EventRecord | undefined
}

async function settledDeliveries(store: ReplayStore, waiting: readonly Delivery[]): Promise<Settled[]> {
  const deliveries = waiting.filter(({ kind }) => kind === 'delivery')
  if (deliveries.length === 0) return []
  const still = await recordsOf(store, deliveries, 'replay_requested')
  const left = deliveries.filter(({ key }) => !still.has(key))
  const back = left.length === 0 ? new Map<string, EventRecord>() : await recordsOf(store, left, 'quarantined')
  return left.map((delivery) => ({ delivery, record: back.get(delivery.key) }))
}

/** Each run counts an attempt, so a failed event with as many attempts as before has not been taken up. */
async function settledEvents(store: ReplayStore, waiting: readonly Delivery[]): Promise<Settled[]> {
  const events = waiting.filter(({ kind }) => kind === 'event')
  if (events.length === 0) return []
  const failed = await recordsOf(store, events, 'failed')
  const settled: Settled[] = []
  for (const delivery of events) {
    const record = failed.get(delivery.key) ?? (await store.getEvent(delivery.key))
    if (record?.state === 'done') settled.push({ delivery, record: record.code === DISMISSED ? record : undefined })
    else if (record?.state === 'failed' && record.attempts > delivery.attempts) settled.push({ delivery, record })
  }
  return settled
}

async function recordsOf(
  store: ReplayStore,
  deliveries: readonly Delivery[],
  state: EventState,
): Promise<Map<string, EventRecord>> {
  const records = new Map<string, EventRecord>()
  const add = (record: EventRecord) => void records.set(record.key, record)
  if (deliveries.length > FEW) {
    for await (const record of select(store, { state })) add(record)
    return records
  }
  for (const { key } of deliveries) {
    const record = await store.getEvent(key)
    if (record?.state === state) add(record)
  }
  return records
}
