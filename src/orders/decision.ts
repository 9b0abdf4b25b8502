/** A person's word about an order, and whether it still holds for the money that is there now. */
import { compareDecimals, sumDecimals } from '../money.js'
import type { Decision, OrderPayment, SeenMoney } from './order-payment.js'
import type { ResolvedPolicy } from './policy.js'
import { sourcesOf, type Source, type Standing } from './sources.js'

/** The decision, with the picture that it was made on. */
export function decisionOn(
  order: OrderPayment,
  verdict: Decision['verdict'],
  { confirmations }: ResolvedPolicy,
): Decision {
  return { verdict, money: moneyIn(sourcesOf(order, confirmations)), strays: order.strays.length }
}

/** Whoever rejected the order has not seen this money, and would keep it unknowingly. */
export function bringsNews({ decision, strays }: OrderPayment, sources: readonly Source[]): boolean {
  if (decision?.verdict !== 'rejected') return false
  if (strays.length > decision.strays) return true
  return moneyIn(sources).some((now) => {
    const seen = moneyOf(decision.money, now.source)
    return isMore(now.reported, seen.reported) || isMore(now.final, seen.final)
  })
}

/** Whoever accepted the order took money for paid that has failed or gone back since. */
export function losesMoney({ decision }: OrderPayment, sources: readonly Source[]): boolean {
  if (decision?.verdict !== 'accepted') return false
  const now = moneyIn(sources)
  return decision.money.some((seen) => {
    const left = moneyOf(now, seen.source)
    return isMore(seen.kept, left.kept) || seen.live > left.live
  })
}

const NONE: SeenMoney = { source: '', kept: '0', reported: '0', final: '0', live: 0 }

function moneyOf(money: readonly SeenMoney[], name: string): SeenMoney {
  return money.find(({ source }) => source === name) ?? NONE
}

/** One hash can bring several transfers, which go by one name. */
function moneyIn(sources: readonly Source[]): readonly SeenMoney[] {
  return [...new Set(sources.map(({ name }) => name))].map((name) => {
    const those = (...standings: readonly Standing[]) =>
      sources.filter((source) => source.name === name && standings.includes(source.standing))
    const sum = (some: readonly Source[]) => sumDecimals(some.map(({ amount }) => amount))
    return {
      source: name,
      kept: sum(those('final', 'pending', 'under_way', 'reported')),
      reported: sum(those('under_way', 'reported')),
      final: sum(those('final', 'disputed')),
      live: those('final', 'under_way').length,
    }
  })
}

function isMore(amount: string, than: string): boolean {
  return compareDecimals(amount, than) > 0
}
