/** The transfers of an order, each counted once under all its names, and their progress. */
import { sum } from './amounts.js'
import type { Payment } from './belonging.js'
import { goesByHash, withoutEchoes, withSharedFailures } from './echoes.js'
import type { Transfer } from './ledger.js'
import { mergeTransfers } from './merge.js'
import { compareDecimals } from '../money.js'
import { follows } from './times.js'

/** The progress of a transfer's money, and its amount; null if no event has priced it. */
export type Standing = {
  /** The highest amount of it that was ever final. */
  readonly peak: string
  /** True if its provider reported a failure after a success. */
  readonly isDoubted: boolean
} & (
  | { readonly state: 'final'; readonly amount: string }
  | { readonly state: 'pending' | 'gone'; readonly amount: string | null }
)

/** A transfer of one of the order's payments. */
export interface PlacedTransfer {
  readonly transfer: Transfer
  readonly provider: string
  /** The payment of the transfer, and the payment's name in the event. */
  readonly paymentId: string
  readonly part: string
}

export interface CountedTransfer extends PlacedTransfer {
  readonly standing: Standing
}

export type FinalTransfer = CountedTransfer & { readonly standing: { readonly state: 'final' } }

export function isFinal(transfer: CountedTransfer): transfer is FinalTransfer {
  return transfer.standing.state === 'final'
}

/** @param confirmations how many make a transfer final; null relies on the provider's verdict */
export function transfersOf(payments: readonly Payment[], confirmations: number | null): readonly CountedTransfer[] {
  const counted = withSharedFailures(eachOnce(payments)).map(
    ({ transfer, provider, paymentId, part }): CountedTransfer => {
      return { transfer, provider, paymentId, part, standing: standingOf(transfer, confirmations) }
    },
  )
  return withoutEchoes(counted, (some) => sum(some.filter(isFinal).map(({ standing }) => standing.amount)).toFixed())
}

function eachOnce(payments: readonly Payment[]): readonly PlacedTransfer[] {
  const byName = new Map<string, PlacedTransfer & { readonly payment: Payment }>()
  for (const payment of payments) {
    const { provider, paymentId } = payment.ledger
    for (const { paymentId: part, transfers } of payment.parts) {
      for (const transfer of transfers) {
        // One hash can pay several addresses of the order; each is a separate transfer.
        const name = `${provider} ${transfer.id}${goesByHash(transfer) ? ` ${paymentId}` : ''}`
        const known = byName.get(name)
        if (known === undefined) {
          byName.set(name, { transfer, provider, paymentId, part, payment })
        } else {
          const merged = mergeTransfers(known.transfer, transfer)
          const isConflicting = merged.isConflicting || isClaimedTwice(known.payment, payment)
          byName.set(name, { ...known, transfer: { ...merged, isConflicting } })
        }
      }
    }
  }
  return [...byName.values()]
}

/** True if two payments claim it, of which one has a total: the total may or may not include it. */
function isClaimedTwice(one: Payment, other: Payment): boolean {
  const hasTotal = ({ ledger }: Payment) =>
    ledger.totals.some(({ verdict }) => verdict === 'confirmed' || verdict === 'detected')
  return one !== other && (hasTotal(one) || hasTotal(other))
}

/** The state of a transfer after all reports about it. */
export function transferState({ verdicts }: Pick<Transfer, 'verdicts'>): 'detected' | 'confirmed' | 'failed' {
  return 'confirmed' in verdicts ? 'confirmed' : 'failed' in verdicts ? 'failed' : 'detected'
}

/** A failed capture is not reported again, so a failure counts unless it is known to be older than the success. */
function isDoubted({ confirmed, failed }: Transfer['verdicts']): boolean {
  return failed !== undefined && !follows(confirmed, failed)
}

/** A transfer without a price counts as seen, whatever else was reported. */
function standingOf({ amount, verdicts, confirmations: has }: Transfer, wanted: number | null): Standing {
  const { seen, confirmed } = amount
  const hasEnough = wanted !== null && (has === null ? wanted === 0 : has >= wanted)
  if (transferState({ verdicts }) === 'failed') {
    // Blocks count only if the transfer was seen before it failed.
    const wasFinal = 'detected' in verdicts && wanted !== null && (has ?? 0) >= wanted
    return { state: 'gone', amount: seen, peak: wasFinal ? (seen ?? '0') : '0', isDoubted: false }
  }
  const byWord = 'confirmed' in verdicts && (wanted === null || has === null || hasEnough) ? confirmed : null
  const byCount = hasEnough ? seen : null
  const final = byWord ?? byCount
  if (final === null) return { state: 'pending', amount: confirmed ?? seen, peak: '0', isDoubted: false }
  const peak = byCount !== null && compareDecimals(byCount, final) > 0 ? byCount : final
  return { state: 'final', amount: final, peak, isDoubted: isDoubted(verdicts) }
}
