/** Chooses quarantined deliveries and failed events to replay: all that match the options. */
import type { EventRecord } from '../../store.js'
import { isKept, isRunnable, oldestFirst, select, type ReplayStore, type Selection } from './records.js'

/** The replay of a conflict is a second effect of one event, so it is never chosen together with others. */
export const CONFLICT = 'ID_CONFLICT'

export const HOW_TO_DECIDE = `such an event has had its effect once; replay it by its key, or all with --code ${CONFLICT}`

export interface Delivery extends Pick<EventRecord, 'key' | 'provider' | 'account' | 'eventId' | 'code' | 'attempts'> {
  /** An event is run from its own record; a delivery is one in quarantine. */
  readonly kind: 'event' | 'delivery'
}

/** One of several records with an id, from which the operator has to choose. */
export type Choice = Pick<EventRecord, 'key' | 'state' | 'provider' | 'account' | 'eventId' | 'eventType' | 'code'>

export interface Unknown {
  readonly id: string
  readonly reason: string
  /** True if the records with this id were handled: nothing is left to do. */
  readonly isHandled?: boolean
  /** The records to choose from, if several can be run. */
  readonly choices?: readonly Choice[]
}

export interface Chosen {
  /** Replays to request, oldest first. */
  readonly deliveries: readonly Delivery[]
  /** Replays that were requested before, and are only awaited. */
  readonly underWay: readonly Delivery[]
  readonly unknown: readonly Unknown[]
  readonly leftOut: readonly Delivery[]
  /** Records chosen by an id that is neither their key nor, with a single account, their event id. */
  readonly meant: readonly { readonly id: string; readonly delivery: Delivery }[]
}

export async function selected(store: ReplayStore, wanted: Selection): Promise<Chosen> {
  const { state, code } = wanted
  // Reads the requested ones first, so that one which a shop quarantines again meanwhile is not missed.
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
