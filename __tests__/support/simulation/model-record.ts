/** A record of the model, as the operator and the shop's watcher read it. */
import type { EventRecord } from '../../../src/store.js'
import { timeOf, type Row } from './model-store.js'

export function recordOf(row: Row): EventRecord {
  const { request, quarantined, kept } = row
  return {
    key: row.key,
    state: row.state,
    eventId: request?.eventId ?? quarantined?.eventId ?? null,
    eventType: request?.eventType ?? null,
    provider: request?.provider ?? quarantined?.provider ?? '',
    account: request?.account ?? quarantined?.account ?? null,
    orderId: request?.orderId ?? quarantined?.orderId ?? null,
    paymentId: request?.paymentId ?? null,
    amount: request?.amount ?? null,
    attempts: row.attempt,
    lastError: row.lastError,
    failedRuns: row.failedRuns.slice(0, 5),
    code: quarantined?.code ?? (row.isDismissed ? 'DISMISSED' : null),
    keptAs: kept?.form ?? (quarantined === null ? null : 'delivery'),
    dueAt: row.dueAt === null ? null : timeOf(row.dueAt),
    createdAt: timeOf(0),
    updatedAt: timeOf(0),
    body: kept?.body ?? quarantined?.body ?? null,
    headers: kept?.headers ?? quarantined?.headers ?? null,
  }
}
