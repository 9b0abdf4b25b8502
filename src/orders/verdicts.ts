/** How far a payment has come by its provider's word, as far as that is about the whole of it. */
import type { Ledger } from './ledger.js'
import { follows } from './times.js'

/**
 * - `open`: the buyer can still pay it, or what was reserved waits for its capture.
 * - `complete`: the provider calls it paid; there is no more to come.
 * - `closed`: it failed, was given up, or ran out of time.
 * - `sent_back`: all that came went back.
 */
export type PaymentState = 'open' | 'complete' | 'closed' | 'sent_back'

const ENDINGS = ['failed', 'canceled', 'expired'] as const

/**
 * A payment that succeeded is not undone by a failure beside it. A payer can still pay what was canceled or had run out,
 * as long as the provider leaves it open: money that is dated later opens it again.
 */
export function stateOf({ verdicts }: Ledger): PaymentState {
  if ('confirmed' in verdicts) return 'complete'
  if ('refunded' in verdicts) return 'sent_back'
  const endings = ENDINGS.filter((verdict) => verdict in verdicts)
  const isOpenAgain = (ending: (typeof ENDINGS)[number]) =>
    follows(verdicts.detected, verdicts[ending]) || follows(verdicts.authorized, verdicts[ending])
  return endings.every(isOpenAgain) ? 'open' : 'closed'
}

/** True when it was called a failure, or given up, after it had succeeded at this time. */
export function failedAfter({ verdicts }: Ledger, success: string | null | undefined): boolean {
  return follows(verdicts.failed, success) || follows(verdicts.canceled, success)
}

/** The same for a transfer of it. Of a reservation only the rest is given up: what was captured stays. */
export function transferFailedAfter(ledger: Ledger, success: string | null | undefined): boolean {
  return 'authorized' in ledger.verdicts ? follows(ledger.verdicts.failed, success) : failedAfter(ledger, success)
}

/**
 * A payer whose card was refused, or who canceled, may pay the same payment after that: a success that is dated later is no
 * contradiction. Nothing is paid once its time is up.
 */
export function contradictsSuccess({ verdicts }: Ledger): boolean {
  if (!('confirmed' in verdicts)) return false
  const isLast = (ending: 'failed' | 'canceled') => ending in verdicts && !follows(verdicts.confirmed, verdicts[ending])
  return 'expired' in verdicts || isLast('failed') || isLast('canceled')
}

/** The same for a transfer of a payment: failed, or given up, and not known to be before it. */
export function contradictsTransfer({ verdicts }: Ledger, confirmedAt: string | null | undefined): boolean {
  const endings = 'authorized' in verdicts ? (['failed'] as const) : (['failed', 'canceled'] as const)
  return endings.some((ending) => ending in verdicts && !follows(confirmedAt, verdicts[ending]))
}
