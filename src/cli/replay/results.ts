/** Waits for requested replays. A shop forgets a delivery that had its effect, and quarantines any other again. */
import type { EventRecord, EventState } from '../../store.js'
import type { Io } from '../io.js'
import { progress } from '../progress.js'
import { select } from '../records.js'
import type { OperatorStore } from '../store/operator-store.js'
import type { Delivery } from './deliveries.js'

const POLL_MS = 500

export interface Result {
  readonly replayed: readonly Delivery[]
  /** Back in quarantine. */
  readonly returned: readonly (Delivery & { readonly reason: string | null })[]
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
  const returned: (Delivery & { reason: string | null })[] = []
  let waiting = requested
  const bar = progress(io)
  const giveUpAt = clock.now() + waitMs
  while (waitMs > 0 && waiting.length > 0 && clock.now() < giveUpAt) {
    await clock.sleep(POLL_MS)
    const still = await recordsIn(store, 'replay_requested')
    const left = waiting.filter(({ key }) => !still.has(key))
    waiting = waiting.filter(({ key }) => still.has(key))
    const back = left.length === 0 ? new Map<string, EventRecord>() : await recordsIn(store, 'quarantined')
    for (const delivery of left) {
      const record = back.get(delivery.key)
      if (record === undefined) replayed.push(delivery)
      else returned.push({ ...delivery, code: record.code, reason: record.lastError })
    }
    const done = replayed.length + returned.length
    bar.update(done, requested.length, `taken up: ${replayed.length} replayed, ${returned.length} back in quarantine`)
  }
  bar.end()
  return { replayed, returned, waiting }
}

async function recordsIn(store: OperatorStore, state: EventState): Promise<Map<string, EventRecord>> {
  const records = new Map<string, EventRecord>()
  for await (const record of select(store, { state })) records.set(record.key, record)
  return records
}
