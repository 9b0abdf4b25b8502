/** Two things known become one, the same whichever came first. */
import type { WebhookEvent } from '../event.js'
import type { TransactionVerdict, Verdicts } from './order-payment.js'

/** Every verdict of both, each with the later of its dates. */
export function mergeVerdicts<Verdict extends string>(a: Verdicts<Verdict>, b: Verdicts<Verdict>): Verdicts<Verdict> {
  const merged: Partial<Record<Verdict, string | null>> = {}
  for (const name of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort() as Verdict[]) {
    merged[name] = larger(a[name] ?? null, b[name] ?? null)
  }
  return merged
}

/** What a transfer is, of all that was said of it. */
export function stateOf(verdicts: Verdicts<TransactionVerdict>): TransactionVerdict {
  return 'confirmed' in verdicts ? 'confirmed' : 'failed' in verdicts ? 'failed' : 'detected'
}

/** When it happened, as far as is known. */
export function timeOf({ occurredAt, receivedAt }: WebhookEvent): string {
  return occurredAt ?? receivedAt
}

/** Of two texts, null standing for none; times are ISO 8601 in UTC, so that the smaller is the earlier. */
export function smaller(a: string | null, b: string | null): string | null {
  return a === null || b === null ? (a ?? b) : a < b ? a : b
}

function larger(a: string | null, b: string | null): string | null {
  return a === null || b === null ? (a ?? b) : a > b ? a : b
}

export function sortedBy<Item>(items: readonly Item[], key: (item: Item) => string): readonly Item[] {
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}
