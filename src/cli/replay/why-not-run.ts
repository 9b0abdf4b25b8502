/** Explains why a record that was chosen is not run: since then, another process handled, claimed or removed it. */
import { DISMISSED } from '../../lib/dismissed.js'
import type { Delivery, Unknown } from '../../operator/kept/choose.js'
import type { DurableStore } from '../../store.js'

export async function whyNotRun(
  store: Pick<DurableStore<unknown>, 'getEvent'>,
  { key, eventId, kind }: Delivery,
): Promise<Unknown> {
  const id = eventId ?? key
  const record = await store.getEvent(key)
  if (record === null) {
    const left = kind === 'delivery' ? 'it left the quarantine, handled or dismissed' : 'its record has expired'
    return { id, reason: `nothing is left to run: ${left} meanwhile` }
  }
  if (record.code === DISMISSED) return { id, reason: 'was dismissed meanwhile, without a run' }
  if (record.state === 'done') return { id, reason: 'is done meanwhile', isHandled: true }
  if (record.state === 'processing') return { id, reason: 'is being handled now' }
  return { id, reason: `cannot be run again: it is ${record.state}, and nothing of it is kept` }
}
