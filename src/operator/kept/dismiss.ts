/** Dismisses what nobody can handle, for the operator's command and page. */
import type { DurableStore, EventRecord } from '../../store.js'
import { isKept } from './records.js'

/** True for what can be dismissed: a failed event, and a quarantined delivery. */
export function isDismissible(record: EventRecord): boolean {
  return record.state === 'failed' || isKept(record)
}

/** False if the record is not there to be dismissed any more. */
export async function dismissRecord(
  store: Pick<DurableStore<unknown>, 'dismiss' | 'removeQuarantined'>,
  record: EventRecord,
): Promise<boolean> {
  return isKept(record) ? store.removeQuarantined(record.key) : store.dismiss(record.key)
}
