/** Finds records by an id: people who have an id rarely know its kind. */
import type { EventQuery, EventRecord } from '../../store.js'
import { aboutOrder } from './about-order.js'
import { byKeptText } from './by-kept-text.js'
import { byPartOfId } from './by-part-of-id.js'
import { isKept, select, type ReplayStore } from './records.js'
import { foundWith, type Found } from './with-kept.js'

/** For an operator who is told that nothing was found. */
export const LOOKED_FOR =
  '(looked for as an event, a key, a payment, an order, a part of an event id, and in the bodies of what is kept to run again; of what was handled, a record has the event, the order and one id of the payment, and no id of a refund, a charge or a dispute; a job that waits in a queue, or whose handler runs in a transactional store, has no record yet)'

/** Limit for the records of one event id, most of which are deliveries of one event. */
const LOOKED_AT = 1000

/** Further conditions: an order or event of another account may have the same id. */
export type Whose = Pick<EventQuery, 'account'>

/**
 * The records for the first kind of id that finds any, and those that have the id in their kept body. Keys and whole event ids are
 * names of this package, which no body has.
 */
export async function findById(store: ReplayStore, id: string, limit: number, whose: Whose = {}): Promise<Found> {
  const { account } = whose
  const record = await store.getEvent(id)
  if (record?.key === id) return foundWith(account === undefined || record.account === account ? [record] : [], [])
  if (record !== null) return foundWith(await ofEachAccount(store, record.eventId!, limit, whose), [])
  const [records, kept] = await Promise.all([named(store, id, limit, whose), byKeptText(store, id, whose)])
  // Of more records than the limit, some have the id in their fields as well.
  const isCut = records.length >= limit
  const others = kept.filter(({ orderId, paymentId }) => !isCut || (orderId !== id && paymentId !== id))
  return foundWith(records, others)
}

async function named(store: ReplayStore, id: string, limit: number, whose: Whose): Promise<readonly EventRecord[]> {
  const { records: ofOrder } = await aboutOrder(store, id, whose, limit)
  if (ofOrder.length > 0) return ofOrder
  const ofPayment = await store.listEvents({ ...whose, paymentId: id, limit })
  if (ofPayment.length > 0) return ofPayment
  return (await byPartOfId(store, id, whose)).slice(0, limit)
}

/**
 * Accounts with one provider may have events of one id. Returns for each account its event, or else what is kept under
 * the id.
 */
async function ofEachAccount(
  store: ReplayStore,
  eventId: string,
  limit: number,
  whose: Whose,
): Promise<readonly EventRecord[]> {
  const records = new Map<string | null, EventRecord>()
  for await (const record of select(store, { ...whose, eventId }, Math.max(limit, LOOKED_AT))) {
    const before = records.get(record.account)
    if (before === undefined || (isKept(before) && !isKept(record))) records.set(record.account, record)
  }
  return [...records.values()].slice(0, limit)
}
