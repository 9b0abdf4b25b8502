/** Chooses what to replay, quarantined deliveries and failed events: all that options select. */
import type { EventRecord } from '../../store.js'
import { isKept, isRunnable, oldestFirst, select, type ReplayStore, type Selection } from './records.js'

/** The replay of a conflict is a second effect of one event, so it is never one among others. */
export const CONFLICT = 'ID_CONFLICT'

export const HOW_TO_DECIDE = `such an event has had its effect once; replay it by its key, or all with --code ${CONFLICT}`

export interface Delivery extends Pick<EventRecord, 'key' | 'provider' | 'account' | 'eventId' | 'code' | 'attempts'> {
  /** An event is run out of its own record; a delivery is one in quarantine. */
  readonly kind: 'event' | 'delivery'
}

/** One of several records of an id, for whoever has to say which one is meant. */
export type Choice = Pick<EventRecord, 'key' | 'state' | 'provider' | 'account' | 'eventId' | 'eventType' | 'code'>

export interface Unknown {
  readonly id: string
  readonly reason: string
  /** True where what has the id was handled: there is nothing left to do. */
  readonly isHandled?: boolean
  /** Where several can be run, so that none was chosen. */
  readonly choices?: readonly Choice[]
}

export interface Chosen {
  /** To be requested, oldest first. */
  readonly deliveries: readonly Delivery[]
  /** Requested before: only waited for. */
  readonly underWay: readonly Delivery[]
  readonly unknown: readonly Unknown[]
  readonly leftOut: readonly Delivery[]
  /** What was chosen by an id that is not its key, and not its event's where there is one account alone. */
  readonly meant: readonly { readonly id: string; readonly delivery: Delivery }[]
}

export async function selected(store: ReplayStore, wanted: Selection): Promise<Chosen> {
  const { state, code } = wanted
  // The requested ones first, so that one which a shop quarantines again in between is not missed.
  const underWay = new Map<string, Delivery>()
  if (state === undefined || state === 'replay_requested') {
    for await (const record of select(store, { ...wanted, state: 'replay_requested' }))
      underWay.set(record.key, deliveryOf(record))
  }
  const runnable: EventRecord[] = []
  const leftOut: Delivery[] = []
  if (state === undefined || state === 'quarantined') {
    for await (const record of select(store, { ...wanted, state: 'quarantined' })) {
      underWay.delete(record.key)
      const isUndecided = record.code === CONFLICT && code !== CONFLICT
      if (isUndecided) leftOut.push(deliveryOf(record))
      else runnable.push(record)
    }
  }
  if (state === undefined || state === 'failed') {
    for await (const record of select(store, { ...wanted, state: 'failed' }))
      if (isRunnable(record)) runnable.push(record)
  }
  const deliveries = oldestFirst(runnable).map(deliveryOf)
  return { deliveries, underWay: [...underWay.values()], unknown: [], leftOut, meant: [] }
}

export function deliveryOf(record: EventRecord): Delivery {
  const { key, provider, account, eventId, code, attempts } = record
  return { key, provider, account, eventId, code, attempts, kind: isKept(record) ? 'delivery' : 'event' }
}
