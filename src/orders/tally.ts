/** How much money there is for an order, and of what kind. */
import { Big } from 'big.js'
import { sumDecimals } from '../money.js'
import type { Source, Standing } from './sources.js'

export interface Tally {
  /** Arrived for good. */
  readonly final: Big
  /** The part of it that was seen before the deadline. */
  readonly inTime: Big
  /** What is left of it without what its provider later called a failure. */
  readonly undisputed: Big
  /** Arrived and not sent back: what is final, and the totals of payments that are not. */
  readonly received: Big
  /** What was final for this shop, and then failed or was sent back. */
  readonly undone: Big
  /** Transactions that were seen and are not final. */
  readonly pending: Big
  /** The most that one payment has brought whose provider does not call it complete. */
  readonly largest: Big
  /** A payment was seen whose amount may still grow or is not known. */
  readonly onItsWay: boolean
}

export function countMoney(sources: readonly Source[]): Tally {
  const those = (...standings: readonly Standing[]) => sources.filter(({ standing }) => standings.includes(standing))
  const sum = (some: readonly Source[]) => total(some.map(({ amount }) => amount))
  const arrived = those('final', 'disputed')
  const pending = sum(those('pending'))
  return {
    final: sum(arrived),
    inTime: total(arrived.map(({ inTime }) => inTime)),
    undisputed: sum(those('final')),
    received: sum([...arrived, ...those('under_way', 'reported')]),
    undone: sum(sources.filter(({ isUndone }) => isUndone)),
    largest: those('reported').reduce((most, { amount }) => (most.gt(amount) ? most : new Big(amount)), new Big(0)),
    pending,
    onItsWay: pending.gt(0) || those('under_way').length > 0,
  }
}

function total(amounts: readonly string[]): Big {
  return new Big(sumDecimals(amounts))
}
