/** Chooses the deliveries to replay: those of some ids, or all that an option selects. */
import type { EventRecord } from '../../store.js'
import { isKept, keptUnder, select, type Selection } from '../records.js'
import type { OperatorStore } from '../store/operator-store.js'

/** The replay of a conflict is a second effect of one event, so it is never one among others. */
export const CONFLICT = 'ID_CONFLICT'

export const HOW_TO_DECIDE = `such an event has had its effect once; replay it by its key, or all with --code ${CONFLICT}`

export type Delivery = Pick<EventRecord, 'key' | 'provider' | 'eventId' | 'code'>

interface Unknown {
  readonly id: string
  readonly reason: string
}

export interface Chosen {
  /** To be requested. */
  readonly deliveries: readonly Delivery[]
  /** Requested before: only waited for. */
  readonly underWay: readonly Delivery[]
  readonly unknown: readonly Unknown[]
  readonly leftOut: readonly Delivery[]
}

export async function selected(store: OperatorStore, { state, provider, code }: Selection): Promise<Chosen> {
  // The requested ones first, so that one which a shop quarantines again in between is not missed.
  const underWay = new Map<string, Delivery>()
  if (state !== 'quarantined') {
    const requested = { state: 'replay_requested', provider, code } as const
    for await (const record of select(store, requested)) underWay.set(record.key, deliveryOf(record))
  }
  const deliveries: Delivery[] = []
  const leftOut: Delivery[] = []
  if (state !== 'replay_requested') {
    for await (const record of select(store, { state: 'quarantined', provider, code })) {
      underWay.delete(record.key)
      const isUndecided = record.code === CONFLICT && code !== CONFLICT
      ;(isUndecided ? leftOut : deliveries).push(deliveryOf(record))
    }
  }
  return { deliveries, underWay: [...underWay.values()], unknown: [], leftOut }
}

export async function byId(store: OperatorStore, ids: readonly string[]): Promise<Chosen> {
  const deliveries = new Map<string, Delivery>()
  const unknown: Unknown[] = []
  for (const id of new Set(ids)) {
    const found = await keptFor(store, id)
    const problem = problemOf(id, found)
    if (problem === undefined) deliveries.set(found[0]!.key, deliveryOf(found[0]!))
    else unknown.push({ id, reason: problem })
  }
  return { deliveries: [...deliveries.values()], underWay: [], unknown, leftOut: [] }
}

function problemOf(id: string, found: readonly EventRecord[]): string | undefined {
  const [only, ...others] = found
  if (only === undefined) return 'no quarantined delivery under this id'
  if (others.length > 0) {
    const keys = found.map(({ key, code }) => `${key} (${code})`).join(', ')
    return `several deliveries are quarantined under this id; name one by its key: ${keys}`
  }
  if (only.code === CONFLICT && only.key !== id) return `is kept as ${CONFLICT}; ${HOW_TO_DECIDE}: ${only.key}`
  return undefined
}

/** An id may be a key. It may also be the id of an event, whose own record is found before its kept deliveries. */
async function keptFor(store: OperatorStore, id: string): Promise<EventRecord[]> {
  const record = await store.getEvent(id)
  if (record === null) return []
  return record.key === id && isKept(record) ? [record] : keptUnder(store, id)
}

function deliveryOf({ key, provider, eventId, code }: EventRecord): Delivery {
  return { key, provider, eventId, code }
}
