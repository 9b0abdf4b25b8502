/** The sums of an order: its payments, and payments by other means. */
import type { Big } from 'big.js'
import { larger, sum } from './amounts.js'
import { belongingOf, type Foreign, type Payment } from './belonging.js'
import { countPayment, type CountedPayment } from './count-payment.js'
import type { Ledger } from './ledger.js'
import { isOtherCurrency } from './mismatch.js'
import type { Judgement, OrderPayment } from './order-payment.js'
import type { ResolvedPolicy } from './policy.js'
import { transfersOf } from './transfers.js'

/** All data of an order that do not come from a judgement. */
export type OrderFacts = Omit<OrderPayment, keyof Judgement | 'authorizedAt' | 'confirmedAt' | 'version'>

const SUMMED = [
  'authorized',
  'settled',
  'returned',
  'disputed',
  'net',
  'received',
  'pending',
  'unreported',
  'doubted',
  'settledInTime',
  'authorizedInTime',
  'peak',
] as const

/** Sums over the payments of an order, under the names of the single numbers. */
export interface OrderSums extends Readonly<Record<(typeof SUMMED)[number], Big>> {
  readonly payments: readonly CountedPayment[]
  /** Money of other payments, or under another order's name. */
  readonly foreign: readonly Foreign[]
  /** Payments by other means; included in the sums. */
  readonly paidToShop: Big
  /** The highest amount that was ever final or reserved. */
  readonly authorizedPeak: Big
}

/** The numbers of some payments of an order; each transfer counts once among all of them. */
export function countPayments(
  order: OrderFacts,
  payments: readonly Payment[],
  policy: ResolvedPolicy,
): readonly CountedPayment[] {
  const isOther = (money: { readonly currency: string }) => isOtherCurrency(order, money, policy.names)
  const transfers = transfersOf(payments, policy.confirmations)
  return payments.map((payment) => {
    const { provider, paymentId } = payment.ledger
    const its = transfers.filter((one) => one.provider === provider && one.paymentId === paymentId)
    return countPayment(payment, its, policy, order.expiresAt, isOther)
  })
}

export function sumOrder(order: OrderFacts, policy: ResolvedPolicy): OrderSums {
  const { own, foreign } = belongingOf(order)
  const payments = countPayments(order, own, policy)
  const paidToShop = sum(order.actions.flatMap((one) => (one.action === 'paid' ? [one.amount] : [])))
  const of = (name: (typeof SUMMED)[number]) => sum(payments.map((payment) => payment[name]))
  const sums = Object.fromEntries(SUMMED.map((name) => [name, of(name)])) as Record<(typeof SUMMED)[number], Big>
  return {
    ...sums,
    payments,
    foreign: foreign.filter(({ ledger }) => hasMoney(ledger)),
    paidToShop,
    // The shop took this money itself, so it is final and in time.
    settled: sums.settled.plus(paidToShop),
    net: sums.net.plus(paidToShop),
    received: sums.received.plus(paidToShop),
    settledInTime: sums.settledInTime.plus(paidToShop),
    peak: sums.peak.plus(paidToShop),
    authorizedPeak: sum(payments.map(({ peak, authorizedPeak }) => larger(peak, authorizedPeak))).plus(paidToShop),
  }
}

const WITHOUT_MONEY = ['pending', 'failed', 'canceled', 'expired']

/** If no money was seen, there is nothing to review. */
function hasMoney({ verdicts, transfers, refunds, refundTotals, disputes, strays }: Ledger): boolean {
  return (
    Object.keys(verdicts).some((verdict) => !WITHOUT_MONEY.includes(verdict)) ||
    transfers.some((transfer) => 'detected' in transfer.verdicts || 'confirmed' in transfer.verdicts) ||
    disputes.some(({ opened, won, lost }) => (opened ?? won ?? lost) !== null) ||
    [refunds, refundTotals, strays].some((facts) => facts.length > 0)
  )
}
