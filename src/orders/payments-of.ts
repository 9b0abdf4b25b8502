/** The payments of an order as a page shows them: the numbers of each, and its transfers. */
import { belongingOf } from './belonging.js'
import type { CountedPayment } from './count-payment.js'
import type { Ledger, Transfer } from './ledger.js'
import type { OrderPayment } from './order-payment.js'
import type { ReviewReason } from './review-reason.js'
import { policyFor, type SettlePolicy } from './policy.js'
import { countPayments } from './sum-order.js'
import { transferState, type CountedTransfer } from './transfers.js'
import type { PaymentState } from './verdicts.js'

/** One transfer, counted once. */
export interface TransferSummary extends Pick<
  Transfer,
  'id' | 'hash' | 'network' | 'original' | 'confirmations' | 'seenAt'
> {
  readonly provider: string
  readonly paymentId: string
  /** In the order's currency; null where nobody has priced it yet. */
  readonly amount: string | null
  readonly state: 'detected' | 'confirmed' | 'failed'
  /** It counts as paid, under the shop's policy. */
  readonly isFinal: boolean
}

/** One payment, and what the facts about it come to: decimals in the order's currency. */
export interface PaymentSummary extends Pick<
  Ledger,
  'provider' | 'paymentId' | 'paymentIds' | 'verdicts' | 'refunds' | 'disputes' | 'strays'
> {
  /** Why none of it counts for the order; null where it does. */
  readonly reason: ReviewReason | null
  readonly state: PaymentState
  /** Reserved, and neither captured nor given back. */
  readonly authorized: string
  /** Seen, and not final. */
  readonly seen: string
  /** Arrived for good, whatever became of it since. */
  readonly settled: string
  /** Went back: refunds, and disputes that were lost. */
  readonly returned: string
  /** Withdrawn by the provider while somebody disputes it. */
  readonly disputed: string
  readonly transfers: readonly TransferSummary[]
}

/**
 * Every payment that an order was told of, with its numbers; payments that do not count come last, with the reason.
 *
 * @param policy what the shop tolerates. Default: `order.policy`
 * @example
 * ```ts
 * import { paymentsOf } from 'express-payment-webhooks/orders'
 *
 * for (const { provider, paymentId, settled, returned } of paymentsOf(payment)) console.log(provider, paymentId, settled, returned)
 * ```
 */
export function paymentsOf(order: OrderPayment, policy?: SettlePolicy): readonly PaymentSummary[] {
  const resolved = policyFor(order, policy)
  const { own, foreign } = belongingOf(order)
  const counted = countPayments(order, own, resolved).map((payment) => summaryOf(payment, null))
  const others = foreign.flatMap(({ ledger, reason }) =>
    countPayments(order, [{ ledger, parts: [ledger], references: [] }], resolved).map((one) => summaryOf(one, reason)),
  )
  return [...counted, ...others]
}

function summaryOf(counted: CountedPayment, reason: ReviewReason | null): PaymentSummary {
  const { provider, paymentId, paymentIds, verdicts, refunds, disputes, strays } = counted.payment.ledger
  return {
    ...{ provider, paymentId, paymentIds, verdicts, refunds, disputes, strays },
    reason,
    state: counted.state,
    authorized: counted.authorized.toFixed(),
    seen: counted.seen.toFixed(),
    settled: counted.settled.toFixed(),
    returned: counted.returned.toFixed(),
    disputed: counted.disputed.toFixed(),
    transfers: counted.transfers.map(transferOf),
  }
}

function transferOf({ transfer, provider, paymentId, standing }: CountedTransfer): TransferSummary {
  const { id, hash, network, original, confirmations, seenAt } = transfer
  const told = { id, hash, network, original, confirmations, seenAt }
  return {
    provider,
    paymentId,
    ...told,
    amount: standing.amount,
    state: transferState(transfer),
    isFinal: standing.state === 'final',
  }
}
