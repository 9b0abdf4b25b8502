/** Chooses the one record that `dismiss` is about. If several match, only the operator knows which one is meant. */
import { CONFLICT } from '../../operator/kept/choose.js'
import { findById, LOOKED_FOR, type Whose } from '../../operator/kept/find-by-id.js'
import { isDismissible } from '../../operator/kept/dismiss.js'
import { keptUnder } from '../../operator/kept/records.js'
import type { EventRecord } from '../../store.js'
import type { OperatorStore } from '../store/operator-store.js'

export type Chosen =
  | { readonly record: EventRecord }
  /** Nothing can be dismissed. With `isDone`, because nothing is left to do. */
  | { readonly reason: string; readonly isDone: boolean }
  | { readonly choices: readonly EventRecord[] }

/** An id with so many records does not identify one of them. */
const MOST = 200

export async function choose(store: OperatorStore, id: string, whose: Whose): Promise<Chosen> {
  const { named, inBody } = await findById(store, id, MOST, whose)
  const found = [...named, ...inBody]
  const [first] = found
  if (first === undefined) return { reason: `the store has nothing under this id ${LOOKED_FOR}`, isDone: false }
  if (first.key === id) return isDismissible(first) ? { record: first } : whyNot(found)
  const matching = new Map<string, EventRecord>()
  for (const record of found) {
    if (isDismissible(record)) matching.set(record.key, record)
    if (record.eventId === null) continue
    for (const other of await keptUnder(store, record.eventId))
      if (other.account === record.account) matching.set(other.key, other)
  }
  const [only, ...others] = matching.values()
  if (only === undefined) return whyNot(found)
  // A dismissal is final, so an id that other records have in their fields does not mean one that mentions it in its body.
  const isMentioned = named.length > 0 && inBody.some(({ key }) => key === only.key)
  // The event of a conflict has had its effect, so its id does not mean the other content.
  const isUnclear = others.length > 0 || isMentioned || only.code === CONFLICT
  return isUnclear ? { choices: [...matching.values()] } : { record: only }
}

function whyNot(found: readonly EventRecord[]): Chosen {
  const isDone = found.every(({ state }) => state === 'done')
  const reason = isDone
    ? 'is done already, so there is nothing to dismiss'
    : 'is being handled; if its process has died, another takes it over within minutes'
  return { reason, isDone }
}
