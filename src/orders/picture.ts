/** The money of an order, source by source: the basis of a decision. */
import { Big } from 'big.js'
import type { Foreign } from './belonging.js'
import type { CountedPayment } from './count-payment.js'
import { transferName } from './echoes.js'
import type { Decision, SeenMoney } from './shop-action.js'
import type { OrderSums } from './sum-order.js'
import { isFinal } from './transfers.js'

export type Picture = Pick<Decision, 'money' | 'strays'>

export function pictureOf({ payments, foreign, paidToShop }: OrderSums): Picture {
  const shop = sourceOf(['paid to the shop'], { kept: paidToShop, final: paidToShop })
  const strays = payments.map(({ payment }) => payment.ledger.strays.length)
  return {
    money: [...payments.flatMap(sourcesOf), ...(paidToShop.gt(0) ? [shop] : [])],
    strays: [...strays, ...foreign.map(messagesIn)].reduce((all, some) => all + some, 0),
  }
}

/** The sources of a payment: the part of its totals that exceeds its transfers, and each final transfer. */
function sourcesOf(counted: CountedPayment): readonly SeenMoney[] {
  const { payment, transfers, settled, seen, pending, doubted, isOnItsWay, inOtherCurrencies } = counted
  const { provider, paymentIds } = payment.ledger
  const names = paymentIds.map((id) => `${provider} payment ${id}`)
  const whole = {
    ...counted,
    kept: settled.plus(seen).minus(doubted),
    final: counted.beyondTransfers,
    reported: seen.minus(pending),
  }
  return [
    sourceOf(names, { ...whole, live: settled.gt(0) || isOnItsWay ? '1' : '0', elsewhere: String(inOtherCurrencies) }),
    // One hash can bring several transfers, which share one name.
    ...transfers.filter(isFinal).map((one) => sourceOf([transferName(one)], { final: one.standing.amount })),
  ]
}

const AMOUNTS = ['kept', 'final', 'reported', 'authorized', 'returned', 'disputed', 'live', 'elsewhere'] as const

type Amounts = Readonly<Record<(typeof AMOUNTS)[number], string>>

function sourceOf(
  source: readonly string[],
  amounts: Readonly<Partial<Record<keyof Amounts, Big | string>>>,
): SeenMoney {
  const told = AMOUNTS.map((name) => [name, new Big(amounts[name] ?? 0).toFixed()])
  return { source, ...(Object.fromEntries(told) as Amounts) }
}

/** The number of reports: more of them may mean more money. */
function messagesIn({ ledger }: Foreign): number {
  const { verdicts, totals, transfers, refunds, refundTotals, disputes, strays } = ledger
  const ofTransfers = transfers.reduce((all, one) => all + Object.keys(one.verdicts).length, 0)
  const lists = [totals, refunds, refundTotals, disputes, strays]
  return lists.reduce((all, { length }) => all + length, Object.keys(verdicts).length + ofTransfers)
}
