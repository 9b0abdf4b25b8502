/** Where the money of an order comes from: every transfer and every payment request, and what each is worth. */
import { sumDecimals } from '../money.js'
import { transferName, withoutEchoes, withSharedFailures } from './echoes.js'
import type { OrderPayment, OrderTransaction, PaymentAttempt } from './order-payment.js'

/**
 * How far the money of a source has come:
 *
 * - `final`: arrived for good.
 * - `disputed`: the same, but its provider later called it a failure. It counts until a person has looked.
 * - `pending`: a transfer that was seen and is not final.
 * - `under_way`: a payment was seen whose amount may still grow, or is not known.
 * - `reported`: the total of a payment that is neither complete nor under way.
 * - `gone`: failed, or sent back.
 */
export type Standing = 'final' | 'disputed' | 'pending' | 'under_way' | 'reported' | 'gone'

export interface Source {
  readonly name: string
  /** What it brings, or brought; '0' where that is not known. */
  readonly amount: string
  /** The part of it that was seen before the deadline. */
  readonly inTime: string
  readonly standing: Standing
  /** It was final for this shop, and is not any more. */
  readonly isUndone: boolean
  /** It was called both a success and a failure. */
  readonly isContradicted: boolean
}

/** @param confirmations how many make a transfer final; null takes the provider's word */
export function sourcesOf(order: OrderPayment, confirmations: number | null): readonly Source[] {
  const transfers = withoutEchoes(withSharedFailures(order.transactions), (those) =>
    sumDecimals(those.filter((one) => isFinal(one, confirmations)).map(({ amount }) => amount)),
  )
  return [
    ...transfers.map((one) => transferSource(order, one, confirmations)),
    ...order.attempts.map((one) => attemptSource(order, one, confirmations)),
  ]
}

function transferSource(order: OrderPayment, one: OrderTransaction, confirmations: number | null): Source {
  const { amount, seenAt, verdicts, state } = one
  const failedLater = follows(verdicts.failed, verdicts.confirmed)
  const standing = isFinal(one, confirmations) ? 'final' : state === 'failed' ? 'gone' : 'pending'
  return {
    name: transferName(one),
    amount,
    inTime: isInTime(order, seenAt) ? amount : '0',
    standing: standing === 'final' && failedLater ? 'disputed' : standing,
    isUndone: wasFinal(one, confirmations),
    isContradicted: 'failed' in verdicts && 'confirmed' in verdicts,
  }
}

function attemptSource(order: OrderPayment, one: PaymentAttempt, confirmations: number | null): Source {
  const settled = isSettled(one, confirmations)
  return {
    name: `${one.provider} payment ${one.paymentId}`,
    amount: one.totals.at(-1)?.amount ?? '0',
    inTime: receivedInTime(order, one),
    standing: settled ? (wasReversed(one) ? 'disputed' : 'final') : unsettledStanding(one),
    isUndone: !settled && wasSettled(one, confirmations),
    isContradicted: contradictsSuccess(one),
  }
}

function unsettledStanding(attempt: PaymentAttempt): Standing {
  const state = attemptState(attempt)
  if (state === 'refunded') return 'gone'
  return state === 'open' && 'detected' in attempt.verdicts ? 'under_way' : 'reported'
}

/**
 * A refund is the last word, and a payment that succeeded is not undone by a failure beside it. A payer can still pay
 * what was canceled or had run out, as long as the provider leaves it open: money that is dated later opens it again.
 */
export function attemptState({ verdicts }: PaymentAttempt): 'refunded' | 'confirmed' | 'closed' | 'open' {
  if ('refunded' in verdicts) return 'refunded'
  if ('confirmed' in verdicts) return 'confirmed'
  const endings = (['failed', 'canceled', 'expired'] as const).filter((verdict) => verdict in verdicts)
  return endings.every((verdict) => follows(verdicts.detected, verdicts[verdict])) ? 'open' : 'closed'
}

/** True when both times are known, and the first is the later. */
export function follows(later: string | null | undefined, earlier: string | null | undefined): boolean {
  return later != null && earlier != null && Date.parse(later) > Date.parse(earlier)
}

function wasReversed({ verdicts }: PaymentAttempt): boolean {
  return follows(verdicts.failed, verdicts.confirmed) || follows(verdicts.canceled, verdicts.confirmed)
}

/**
 * Whichever came first: another attempt would have had another id, so the provider has said two things of one payment.
 * Only a payer who cancels can still have money on its way, which then makes the payment a success.
 */
function contradictsSuccess({ verdicts }: PaymentAttempt): boolean {
  if (!('confirmed' in verdicts)) return false
  const canceled = 'canceled' in verdicts && !follows(verdicts.confirmed, verdicts.canceled)
  return 'failed' in verdicts || 'expired' in verdicts || canceled
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

/** A single total counts from the moment the payment was seen; of several, each from when it was reported. */
function receivedInTime(order: OrderPayment, { totals, seenAt }: PaymentAttempt): string {
  if (totals.length === 1) return isInTime(order, seenAt ?? totals[0]!.seenAt) ? totals[0]!.amount : '0'
  return totals.findLast((one) => isInTime(order, one.seenAt))?.amount ?? '0'
}

function isInTime({ expiresAt }: OrderPayment, seenAt: string): boolean {
  return expiresAt === null || Date.parse(seenAt) <= Date.parse(expiresAt)
}
