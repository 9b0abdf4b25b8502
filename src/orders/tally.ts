/** How much money there is for an order, and of what kind. */
import { Big } from 'big.js'
import { withoutEchoes } from './echoes.js'
import type { OrderPayment, OrderTransaction, PaymentAttempt } from './order-payment.js'

export interface Tally {
  /** Arrived for good. */
  readonly final: Big
  /** The part of it that was seen before the deadline. */
  readonly inTime: Big
  /** The part of it that its provider later called a failure. */
  readonly disputed: Big
  /** Arrived and not sent back: what is final, and the totals of payments that are not. */
  readonly received: Big
  /** What was final for this shop, and then failed or was sent back. */
  readonly undone: Big
  /** Transactions that were seen and are not final. */
  readonly pending: Big
  /** A payment was seen whose amount may still grow or is not known. */
  readonly onItsWay: boolean
}

const NOTHING = new Big(0)

export function countMoney(order: OrderPayment, confirmations: number | null): Tally {
  const transactions = withoutEchoes(order.transactions, (those) =>
    total(those.filter((one) => isFinal(one, confirmations)).map(({ amount }) => amount)),
  )
  const arrived = transactions.filter((one) => isFinal(one, confirmations))
  const seen = transactions.filter((one) => one.state !== 'failed' && !arrived.includes(one))
  const kept = order.attempts.filter((one) => attemptState(one) !== 'refunded')
  const settled = kept.filter((one) => isSettled(one, confirmations))
  const final = total([...arrived.map(({ amount }) => amount), ...settled.map(receivedBy)])
  const pending = total(seen.map(({ amount }) => amount))
  return {
    final,
    inTime: total([
      ...arrived.filter(({ seenAt }) => isInTime(order, seenAt)).map(({ amount }) => amount),
      ...settled.map((one) => receivedInTime(order, one)),
    ]),
    disputed: total([
      ...arrived.filter(({ verdicts }) => follows(verdicts.failed, verdicts.confirmed)).map(({ amount }) => amount),
      ...settled.filter(wasReversed).map(receivedBy),
    ]),
    undone: total([
      ...transactions.filter((one) => wasFinal(one, confirmations)).map(({ amount }) => amount),
      ...order.attempts.filter((one) => !settled.includes(one) && wasSettled(one, confirmations)).map(receivedBy),
    ]),
    received: final.plus(total(kept.filter((one) => !settled.includes(one)).map(receivedBy))),
    pending,
    onItsWay:
      pending.gt(0) ||
      kept.some((one) => attemptState(one) === 'open' && 'detected' in one.verdicts && !settled.includes(one)),
  }
}

/** A refund is the last word, and a payment that succeeded is not undone by a failure beside it. */
export function attemptState({ verdicts }: PaymentAttempt): 'refunded' | 'confirmed' | 'closed' | 'open' {
  if ('refunded' in verdicts) return 'refunded'
  if ('confirmed' in verdicts) return 'confirmed'
  return 'failed' in verdicts || 'canceled' in verdicts || 'expired' in verdicts ? 'closed' : 'open'
}

/** True when both times are known, and the first is the later. */
export function follows(later: string | null | undefined, earlier: string | null | undefined): boolean {
  return later != null && earlier != null && Date.parse(later) > Date.parse(earlier)
}

function wasReversed({ verdicts }: PaymentAttempt): boolean {
  return follows(verdicts.failed, verdicts.confirmed) || follows(verdicts.canceled, verdicts.confirmed)
}

function isFinal({ state, confirmations: has }: OrderTransaction, wanted: number | null): boolean {
  if (state === 'failed') return false
  if (wanted === null) return state === 'confirmed'
  if (has === null) return state === 'confirmed' || wanted === 0
  return has >= wanted
}

/** Failed, after a shop that counts confirmations itself had all that it waits for. */
function wasFinal({ state, verdicts, confirmations: has }: OrderTransaction, wanted: number | null): boolean {
  return state === 'failed' && 'detected' in verdicts && wanted !== null && (has ?? 0) >= wanted
}

/** What was merely detected settles nothing before its amount is known. */
function isSettled(attempt: PaymentAttempt, confirmations: number | null): boolean {
  const state = attemptState(attempt)
  return state === 'confirmed' || (state === 'open' && wasSettled(attempt, confirmations))
}

/** The same, whatever became of it. */
function wasSettled({ verdicts, totals }: PaymentAttempt, confirmations: number | null): boolean {
  return 'confirmed' in verdicts || (confirmations === 0 && 'detected' in verdicts && totals.length > 0)
}

function receivedBy({ totals }: PaymentAttempt): string {
  return totals.at(-1)?.amount ?? '0'
}

/** A single total counts from the moment the payment was seen; of several, each from when it was reported. */
function receivedInTime(order: OrderPayment, { totals, seenAt }: PaymentAttempt): string {
  if (totals.length === 1) return isInTime(order, seenAt ?? totals[0]!.seenAt) ? totals[0]!.amount : '0'
  return totals.findLast((one) => isInTime(order, one.seenAt))?.amount ?? '0'
}

function isInTime({ expiresAt }: OrderPayment, seenAt: string): boolean {
  return expiresAt === null || Date.parse(seenAt) <= Date.parse(expiresAt)
}

function total(amounts: readonly string[]): Big {
  return amounts.reduce((sum, amount) => sum.plus(amount), NOTHING)
}
