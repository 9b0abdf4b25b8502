/** Money is late by the time when it was seen, not by the time when it became final. */
import { Big } from 'big.js'
import { larger, NOTHING, smaller, sum } from './amounts.js'
import type { Ledger, ReportedTotal } from './ledger.js'
import type { FinalTransfer } from './transfers.js'

/** The part of a payment's settled money that was seen before the deadline. */
export function settledInTime(
  expiresAt: string | null,
  ledger: Ledger,
  final: readonly FinalTransfer[],
  settled: Big,
): Big {
  if (expiresAt === null) return settled
  const seen = [
    sum(final.filter(({ transfer }) => transfer.seenAt <= expiresAt).map(({ standing }) => standing.amount)),
    totalInTime(expiresAt, ledger),
    authorizedInTime(expiresAt, ledger),
  ]
  return smaller(settled, seen.reduce(larger))
}

/** Money that was reserved in time is not late if it is captured later. */
export function authorizedInTime(expiresAt: string | null, { totals }: Ledger): Big {
  const reserved = totals.filter(({ verdict, seenAt }) => verdict === 'authorized' && isBefore(seenAt, expiresAt))
  return most(reserved)
}

/** A single total counts from the time when the payment was seen. Of several totals, each counts from its own report. */
function totalInTime(expiresAt: string, { totals, seenAt }: Ledger): Big {
  const told = totals.filter(({ verdict }) => verdict !== 'authorized')
  const [first] = told
  const isSingle = first !== undefined && told.every(({ amount }) => amount === first.amount)
  if (isSingle && isBefore(seenAt ?? first.seenAt, expiresAt)) return new Big(first.amount)
  return most(told.filter((one) => isBefore(one.seenAt, expiresAt)))
}

function isBefore(seenAt: string, expiresAt: string | null): boolean {
  return expiresAt === null || seenAt <= expiresAt
}

function most(totals: readonly ReportedTotal[]): Big {
  return totals.map(({ amount }) => new Big(amount)).reduce(larger, NOTHING)
}
