/** Chooses what to replay, quarantined deliveries and failed events: those of some ids, or all that an option selects. */
import type { EventRecord, EventState } from '../../store.js'
import { isKept, isRunnable, keptUnder, select, type ReplayStore, type Selection } from './records.js'

/** The replay of a conflict is a second effect of one event, so it is never one among others. */
export const CONFLICT = 'ID_CONFLICT'

export const HOW_TO_DECIDE = `such an event has had its effect once; replay it by its key, or all with --code ${CONFLICT}`

export interface Delivery extends Pick<EventRecord, 'key' | 'provider' | 'eventId' | 'code' | 'attempts'> {
  /** An event is run out of its own record; a delivery is one in quarantine. */
  readonly kind: 'event' | 'delivery'
}

/** Why a record cannot be run, where no delivery is quarantined beside it. */
const NOTHING_TO_RUN: Readonly<Record<EventState, string>> = {
  done: 'was handled; no delivery of it is quarantined',
  processing: 'is being handled',
  failed: 'failed, and nothing is kept to run it again: its sender has to deliver it',
  quarantined: 'is quarantined under another id',
  replay_requested: 'is quarantined under another id',
}

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

export async function selected(store: ReplayStore, wanted: Selection): Promise<Chosen> {
  const { state, code } = wanted
  // The requested ones first, so that one which a shop quarantines again in between is not missed.
  const underWay = new Map<string, Delivery>()
  if (state === undefined || state === 'replay_requested') {
    for await (const record of select(store, { ...wanted, state: 'replay_requested' }))
      underWay.set(record.key, deliveryOf(record))
  }
  const deliveries: Delivery[] = []
  const leftOut: Delivery[] = []
  if (state === undefined || state === 'quarantined') {
    for await (const record of select(store, { ...wanted, state: 'quarantined' })) {
      underWay.delete(record.key)
      const isUndecided = record.code === CONFLICT && code !== CONFLICT
      ;(isUndecided ? leftOut : deliveries).push(deliveryOf(record))
    }
  }
  if (state === undefined || state === 'failed') {
    for await (const record of select(store, { ...wanted, state: 'failed' }))
      if (isRunnable(record)) deliveries.push(deliveryOf(record))
  }
  return { deliveries, underWay: [...underWay.values()], unknown: [], leftOut }
}

export async function byId(store: ReplayStore, ids: readonly string[]): Promise<Chosen> {
  const deliveries = new Map<string, Delivery>()
  const unknown: Unknown[] = []
  for (const id of new Set(ids)) {
    const record = await store.getEvent(id)
    const found = await keptFor(store, id, record)
    const problem = problemOf(id, record, found)
    if (problem === undefined) deliveries.set(found[0]!.key, deliveryOf(found[0]!))
    else unknown.push({ id, reason: problem })
  }
  return { deliveries: [...deliveries.values()], underWay: [], unknown, leftOut: [] }
}

function problemOf(id: string, record: EventRecord | null, found: readonly EventRecord[]): string | undefined {
  const [only, ...others] = found
  if (only === undefined) return record === null ? 'the store has nothing under this id' : NOTHING_TO_RUN[record.state]
  if (others.length > 0) {
    const keys = found.map(({ key, code }) => `${key} (${code})`).join(', ')
    return `several deliveries are quarantined under this id; name one by its key: ${keys}`
  }
  if (only.code === CONFLICT && only.key !== id) return `is kept as ${CONFLICT}; ${HOW_TO_DECIDE}: ${only.key}`
  return undefined
}

/** An id may be a key. It may also be the id of an event, whose own record comes before its quarantined deliveries. */
async function keptFor(store: ReplayStore, id: string, record: EventRecord | null): Promise<EventRecord[]> {
  if (record === null) return []
  const isChosen = isRunnable(record) || (record.key === id && isKept(record))
  return isChosen ? [record] : keptUnder(store, id)
}

function deliveryOf(record: EventRecord): Delivery {
  const { key, provider, eventId, code, attempts } = record
  return { key, provider, eventId, code, attempts, kind: isKept(record) ? 'delivery' : 'event' }
}
