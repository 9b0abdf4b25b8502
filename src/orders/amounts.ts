/** Sums and bounds of exact amounts. */
import { Big } from 'big.js'

export const NOTHING = new Big(0)

export function sum(amounts: readonly (Big | string)[]): Big {
  return amounts.reduce<Big>((total, amount) => total.plus(amount), NOTHING)
}

export function larger(a: Big, b: Big): Big {
  return a.gt(b) ? a : b
}

export function smaller(a: Big, b: Big): Big {
  return a.lt(b) ? a : b
}

/** At least zero: an amount that was subtracted twice leaves no debt. */
export function left(amount: Big, ...taken: readonly Big[]): Big {
  return larger(NOTHING, amount.minus(sum(taken)))
}
