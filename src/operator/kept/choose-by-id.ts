/**
 * Chooses the records to replay by ids that the operator has. An id chooses the single record that has it and can be
 * run again. If several records match, only the operator knows which one is meant.
 */
import { DISMISSED } from '../../lib/dismissed.js'
import type { EventRecord } from '../../store.js'
import { CONFLICT, deliveryOf, HOW_TO_DECIDE, type Choice, type Chosen, type Delivery, type Unknown } from './choose.js'
import { findById, LOOKED_FOR, type Whose } from './find-by-id.js'
import { accountOf, isKept, isRunnable, oldestFirst, select, type ReplayStore } from './records.js'
import { withKept, type Found } from './with-kept.js'

/** An id with so many records does not identify one of them; further records are not read. */
const MOST = 200

/** Number of records that the error message lists if none can be run. */
const NAMED = 10

export async function byId(store: ReplayStore, ids: readonly string[], whose: Whose = {}): Promise<Chosen> {
  const chosen = new Map<string, EventRecord>()
  const unknown: Unknown[] = []
  const meant: { id: string; delivery: Delivery }[] = []
  for (const id of new Set(ids)) {
    const { found: records, inPassing } = judged(await findById(store, id, MOST, whose))
    const found = withKept(records, MOST)
    const runnable = await runnableOf(store, id, found, whose)
    const problem = problemOf(id, found, runnable, inPassing)
    if (problem !== undefined) {
      unknown.push({ id, ...problem })
      continue
    }
    const record = runnable[0]!
    const delivery = deliveryOf(record)
    chosen.set(record.key, record)
    const isWhole = delivery.eventId === id && accountOf(delivery) === null
    if (delivery.key !== id && !isWhole) meant.push({ id, delivery })
  }
  const deliveries = oldestFirst([...chosen.values()]).map(deliveryOf)
  return { deliveries, underWay: [], unknown, leftOut: [], meant }
}

/** The record with exactly this key: for a form on the page that showed this record. */
export async function byKey(store: ReplayStore, key: string): Promise<Delivery | undefined> {
  const record = await store.getEvent(key)
  return record?.key === key && canRun(record) ? deliveryOf(record) : undefined
}

/**
 * Splits the records that have the id only in their body, if other records have it in their fields. The fields of a readable
 * event name its order, so its body mentions the id in passing, such as a payment that replaces an earlier one. An unreadable
 * delivery has no such fields, and may be the missing payment.
 */
function judged({ named, inBody }: Found): { readonly found: Found; readonly inPassing: readonly EventRecord[] } {
  if (named.length === 0) return { found: { named, inBody }, inPassing: [] }
  const isUnreadable = ({ eventId }: EventRecord) => eventId === null
  return {
    found: { named, inBody: inBody.filter(isUnreadable) },
    inPassing: inBody.filter((record) => !isUnreadable(record)),
  }
}

function canRun(record: EventRecord): boolean {
  return isKept(record) || isRunnable(record)
}

/**
 * Adds the deliveries that are quarantined under the same event ids. An event's own record comes before its quarantined
 * deliveries.
 * Two accounts at one provider may have events with the same id, so the id alone may mean either.
 */
async function runnableOf(
  store: ReplayStore,
  id: string,
  found: readonly EventRecord[],
  whose: Whose,
): Promise<EventRecord[]> {
  const [first] = found
  if (first?.key === id && canRun(first)) return [first]
  const runnable = new Map<string, EventRecord>()
  for (const record of found) {
    if (canRun(record)) runnable.set(record.key, record)
    if (record.eventId === null) continue
    for await (const other of select(store, { ...whose, eventId: record.eventId })) {
      const isMeant = other.eventId === id || (isKept(other) && other.account === record.account)
      if (isMeant && canRun(other)) runnable.set(other.key, other)
    }
  }
  const all = [...runnable.values()]
  const events = all.filter(isRunnable)
  const hasOwnRecord = ({ eventId, account }: EventRecord) =>
    events.some((event) => event.eventId === eventId && event.account === account)
  return all.filter((record) => isRunnable(record) || !hasOwnRecord(record))
}

function problemOf(
  id: string,
  found: readonly EventRecord[],
  runnable: readonly EventRecord[],
  inPassing: readonly EventRecord[],
): Omit<Unknown, 'id'> | undefined {
  if (found.length === 0) return { reason: `the store has nothing under this id ${LOOKED_FOR}` }
  if (found.length >= MOST)
    return { reason: `is in ${MOST} records or more; name one by its event id or key, as \`events\` lists them` }
  const [only, ...others] = runnable
  if (only === undefined) {
    const isHandled = found.every(({ state }) => state === 'done')
    const reason = nothingToRun(id, found)
    if (inPassing.length === 0) return { reason, isHandled }
    const mentioned = `${reason}; other events that are kept have it in their bodies, and are run by their keys`
    return { reason: mentioned, isHandled, choices: inPassing.slice(0, NAMED).map(choiceOf) }
  }
  if (others.length > 0) {
    const reason = `${runnable.length} records that can be run again have this id, so none is replayed; name what you mean by its key`
    return { reason, choices: runnable.map(choiceOf) }
  }
  if (only.code === CONFLICT && only.key !== id)
    return { reason: `is kept as ${CONFLICT}; ${HOW_TO_DECIDE}: ${only.key}` }
  return undefined
}

function nothingToRun(id: string, found: readonly EventRecord[]): string {
  const [only, ...others] = found
  const named = (record: EventRecord) => `${record.eventId ?? record.key} ${whyNot(record)}`
  if (others.length === 0) return only!.key === id || only!.eventId === id ? whyNot(only!) : named(only!)
  const rest = found.length > NAMED ? `; and ${found.length - NAMED} more` : ''
  return `nothing under this id can be run again: ${found.slice(0, NAMED).map(named).join('; ')}${rest}`
}

/** The reason why a record cannot be run if no delivery of it is quarantined. */
function whyNot({ state, keptAs, code }: EventRecord): string {
  if (code === DISMISSED) return 'was dismissed without a run'
  if (state === 'done') return 'was handled; no delivery of it is quarantined'
  if (state === 'processing')
    return keptAs === null
      ? 'is being handled'
      : 'is being handled; if its process has died, another takes it over within minutes'
  return 'failed, and nothing is kept to run it again: its sender, or the queue if the shop has one, has to deliver it'
}

function choiceOf({ key, state, provider, account, eventId, eventType, code }: EventRecord): Choice {
  return { key, state, provider, account, eventId, eventType, code }
}
