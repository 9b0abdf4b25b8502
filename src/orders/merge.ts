/** Merges two sets of facts into one; the result does not depend on which came first. */
import { compareDecimals } from '../money.js'
import type { Dispute, Ledger, Refund, RefundTotal, Report, ReportedTotal, Transfer, Verdicts } from './ledger.js'
import { earlierOf, laterOf } from './times.js'

/** All facts of two ledgers of one payment, under the names of the first. */
export function mergeLedgers(a: Ledger, b: Ledger): Ledger {
  return {
    ...a,
    paymentIds: [...new Set([...a.paymentIds, ...b.paymentIds])].sort(),
    verdicts: mergeVerdicts(a.verdicts, b.verdicts),
    seenAt: earlierOf(a.seenAt, b.seenAt),
    totals: mergeLists(a.totals, b.totals, ({ verdict, amount }) => `${verdict} ${amount}`, mergeTotals),
    transfers: mergeLists(a.transfers, b.transfers, ({ id }) => id, mergeTransfers),
    refunds: mergeLists(a.refunds, b.refunds, ({ id }) => id, mergeRefunds),
    refundTotals: mergeLists(a.refundTotals, b.refundTotals, nameOfRefundTotal, mergeRefundTotals),
    disputes: mergeLists(a.disputes, b.disputes, ({ id }) => id, mergeDisputes),
    strays: mergeLists(
      a.strays,
      b.strays,
      ({ eventId, reason }) => `${eventId} ${reason}`,
      (stray) => stray,
    ),
  }
}

/** Merges two lists that are sorted by key, with each key once; the result is sorted alike. */
export function mergeLists<Item>(
  a: readonly Item[],
  b: readonly Item[],
  keyOf: (item: Item) => string,
  merge: (a: Item, b: Item) => Item,
): readonly Item[] {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a
  const merged = [...a]
  for (const item of b) {
    const key = keyOf(item)
    const at = placeOf(merged, key, keyOf)
    const known = merged[at]
    if (known !== undefined && keyOf(known) === key) merged[at] = merge(known, item)
    else merged.splice(at, 0, item)
  }
  return merged
}

/** Finds the position of a key by binary search: an order may have many transfers, and each event brings one. */
function placeOf<Item>(sorted: readonly Item[], key: string, keyOf: (item: Item) => string): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (keyOf(sorted[middle]!) < key) low = middle + 1
    else high = middle
  }
  return low
}

/** The verdicts of both, each with the later of its dates. */
export function mergeVerdicts<Verdict extends string>(a: Verdicts<Verdict>, b: Verdicts<Verdict>): Verdicts<Verdict> {
  const merged: Partial<Record<Verdict, string | null>> = {}
  for (const name of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort() as Verdict[]) {
    merged[name] = laterOf(a[name] ?? null, b[name] ?? null)
  }
  return merged
}

function mergeTotals(a: ReportedTotal, b: ReportedTotal): ReportedTotal {
  return { ...a, asOf: laterOf(a.asOf, b.asOf), seenAt: earlierOf(a.seenAt, b.seenAt)! }
}

function nameOfRefundTotal({ amount, currency }: RefundTotal): string {
  return `${amount ?? 'all'} ${currency}`
}

function mergeRefundTotals(a: RefundTotal, b: RefundTotal): RefundTotal {
  return { ...a, asOf: laterOf(a.asOf, b.asOf) }
}

export function mergeTransfers(a: Transfer, b: Transfer): Transfer {
  const [one, other] = [a.amount.confirmed, b.amount.confirmed]
  return {
    id: a.id,
    hash: earlierOf(a.hash, b.hash),
    network: earlierOf(a.network, b.network),
    original: mergeOriginals(a.original, b.original),
    amount: { seen: smallerOf(a.amount.seen, b.amount.seen), confirmed: smallerOf(one, other) },
    isConflicting: a.isConflicting || b.isConflicting || (one !== null && other !== null && one !== other),
    confirmations: mergeConfirmations(a, b),
    seenAt: earlierOf(a.seenAt, b.seenAt)!,
    verdicts: mergeVerdicts(a.verdicts, b.verdicts),
  }
}

/** For people to read. If the two differ, the choice does not depend on which came first. */
function mergeOriginals(a: Transfer['original'], b: Transfer['original']): Transfer['original'] {
  if (a === null || b === null) return a ?? b
  return `${a.amount} ${a.currency}` < `${b.amount} ${b.currency}` ? a : b
}

function smallerOf(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b
  return compareDecimals(a, b) <= 0 ? a : b
}

/** The highest number reported. But if a transfer was called confirmed without a number, that is enough. */
function mergeConfirmations(a: Transfer, b: Transfer): number | null {
  if (isUncounted(a) || isUncounted(b)) return null
  return a.confirmations === null ? b.confirmations : Math.max(a.confirmations, b.confirmations ?? 0)
}

function isUncounted({ verdicts, confirmations }: Transfer): boolean {
  return 'confirmed' in verdicts && confirmations === null
}

function mergeRefunds(a: Refund, b: Refund): Refund {
  return {
    id: a.id,
    pending: newerReport(a.pending, b.pending),
    confirmed: newerReport(a.confirmed, b.confirmed),
    failed: newerReport(a.failed, b.failed),
    beganAt: earlierOf(a.beganAt, b.beganAt),
  }
}

function mergeDisputes(a: Dispute, b: Dispute): Dispute {
  return {
    id: a.id,
    inquiry: newerReport(a.inquiry, b.inquiry),
    opened: newerReport(a.opened, b.opened),
    won: newerReport(a.won, b.won),
    lost: newerReport(a.lost, b.lost),
    reason: laterOf(a.reason, b.reason),
    respondBy: laterOf(a.respondBy, b.respondBy),
  }
}

/**
 * The report with the later date. With equal dates, the larger amount, and withdrawn if either is: it is better to miss
 * money than to invent some.
 */
function newerReport<Kind extends Report & { readonly withdrawn?: boolean }>(
  a: Kind | null,
  b: Kind | null,
): Kind | null {
  if (a === null || b === null) return a ?? b
  if (a.at !== b.at) return laterOf(a.at, b.at) === a.at ? a : b
  const [less, more] = isLess(a, b) ? [a, b] : [b, a]
  return 'withdrawn' in more ? { ...more, withdrawn: more.withdrawn || less.withdrawn } : more
}

function isLess(a: Report, b: Report): boolean {
  const order = compareDecimals(a.amount, b.amount)
  return order === 0 ? a.currency < b.currency : order < 0
}
