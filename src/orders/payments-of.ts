/** The payments of an order for display: the numbers of each, and its transfers. */
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
  /** In the order's currency; null if no event has priced it yet. */
  readonly amount: string | null
  readonly state: 'detected' | 'confirmed' | 'failed'
  /** True if it counts as paid under the shop's policy. */
  readonly isFinal: boolean
}

/** One payment with its numbers: decimals in the order's currency. */
export interface PaymentSummary extends Pick<
  Ledger,
  'provider' | 'paymentId' | 'paymentIds' | 'verdicts' | 'refunds' | 'disputes' | 'strays'
> {
  /** The reason why none of it counts for the order; null if it counts. */
  readonly reason: ReviewReason | null
  readonly state: PaymentState
  /** Reserved, and neither captured nor given back. */
  readonly authorized: string
  /** Seen, but not final. */
  readonly seen: string
  /** Arrived for good, even if some of it went back since. */
  readonly settled: string
  /** Went back: refunds and lost disputes. */
  readonly returned: string
  /** Withdrawn by the provider during a dispute. */
  readonly disputed: string
  readonly transfers: readonly TransferSummary[]
}

/**
 * All payments that events about the order reported, with their numbers. Payments that do not count come last, with the
 * reason.
 *
 * @param policy the shop's policy. Default: `order.policy`
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
