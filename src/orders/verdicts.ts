/** The progress of a payment by the provider's verdicts on the whole payment. */
import type { Ledger } from './ledger.js'
import { follows } from './times.js'

/**
 * - `open`: the buyer can still pay it, or reserved money waits for its capture.
 * - `complete`: the provider calls it paid; no more money is expected.
 * - `closed`: it failed, was canceled, or expired.
 * - `sent_back`: all money that came in went back.
 */
export type PaymentState = 'open' | 'complete' | 'closed' | 'sent_back'

const ENDINGS = ['failed', 'canceled', 'expired'] as const

/**
 * A failure does not undo a payment that succeeded. A payer can still pay a canceled or expired payment while the
 * provider leaves it open: money with a later date opens it again.
 */
export function stateOf({ verdicts }: Ledger): PaymentState {
  if ('confirmed' in verdicts) return 'complete'
  if ('refunded' in verdicts) return 'sent_back'
  const endings = ENDINGS.filter((verdict) => verdict in verdicts)
  const isOpenAgain = (ending: (typeof ENDINGS)[number]) =>
    follows(verdicts.detected, verdicts[ending]) || follows(verdicts.authorized, verdicts[ending])
  return endings.every(isOpenAgain) ? 'open' : 'closed'
}

/** True if a failure or cancellation is dated after this success. */
export function failedAfter({ verdicts }: Ledger, success: string | null | undefined): boolean {
  return follows(verdicts.failed, success) || follows(verdicts.canceled, success)
}

/** The same for a transfer of the payment. If a reservation is canceled, only its rest is given up: captured money stays. */
export function transferFailedAfter(ledger: Ledger, success: string | null | undefined): boolean {
  return 'authorized' in ledger.verdicts ? follows(ledger.verdicts.failed, success) : failedAfter(ledger, success)
}

/**
 * A payer whose card was refused, or who canceled, may pay the same payment later: a success with a later date is no
 * contradiction. After expiry, a payment cannot succeed.
 */
export function contradictsSuccess({ verdicts }: Ledger): boolean {
  if (!('confirmed' in verdicts)) return false
  const isLast = (ending: 'failed' | 'canceled') => ending in verdicts && !follows(verdicts.confirmed, verdicts[ending])
  return 'expired' in verdicts || isLast('failed') || isLast('canceled')
}

/** The same for a transfer: true if a failure or cancellation of the payment is not known to be older. */
export function contradictsTransfer({ verdicts }: Ledger, confirmedAt: string | null | undefined): boolean {
  const endings = 'authorized' in verdicts ? (['failed'] as const) : (['failed', 'canceled'] as const)
  return endings.some((ending) => ending in verdicts && !follows(confirmedAt, verdicts[ending]))
}
