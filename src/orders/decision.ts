/** Compares the money of a decision with the money that is there now. */
import type { Big } from 'big.js'
import { sum } from './amounts.js'
import { pictureOf } from './picture.js'
import type { Decision, SeenMoney } from './shop-action.js'
import type { OrderSums } from './sum-order.js'

/** The changes since a decision. */
export interface Since {
  /** There is money that was not there when the order was rejected or canceled; the shop would keep it unknowingly. */
  readonly hasNews: boolean
  /** Money failed that had counted as paid, or went back in a way that cannot be counted. */
  readonly hasFailed: boolean
  readonly isReturned: boolean
  readonly isDisputed: boolean
}

export function sinceDecision(decision: Decision, sums: OrderSums): Since {
  const picture = pictureOf(sums)
  const [seen, now] = [bySource(decision.money), bySource(picture.money)]
  const grew = (name: Amount) => picture.money.some((one) => now(one, name).gt(seen(one, name)))
  const fell = (name: Amount) => decision.money.some((one) => seen(one, name).gt(now(one, name)))
  const isKept = sums.received.gt(0) || sums.authorized.gt(0)
  // A refund failed, or a dispute was won.
  const isBack = decision.money.some((one) =>
    seen(one, 'returned')
      .plus(seen(one, 'disputed'))
      .gt(now(one, 'returned').plus(now(one, 'disputed'))),
  )
  return {
    hasNews:
      picture.strays > decision.strays ||
      (isKept && (isBack || grew('final') || grew('reported') || grew('authorized'))),
    hasFailed: fell('kept') || fell('live') || grew('elsewhere'),
    isReturned: grew('returned'),
    isDisputed: grew('disputed'),
  }
}

type Amount = Exclude<keyof SeenMoney, 'source'>

/** Adds up the money under one name, even if it had two names before their connection was known. */
function bySource(money: readonly SeenMoney[]): (one: SeenMoney, name: Amount) => Big {
  const named = new Map<string, SeenMoney[]>()
  for (const one of money) for (const name of one.source) named.set(name, [...(named.get(name) ?? []), one])
  return ({ source }, name) => {
    const those = new Set(source.flatMap((one) => named.get(one) ?? []))
    return sum([...those].map((one) => one[name]))
  }
}
