/** Of several totals of one thing, the one that counts. */
import { compareDecimals } from '../money.js'

/** Null stands for all there is. */
interface Total {
  readonly amount: string | null
  readonly asOf: string | null
}

/** The newest dated one; where none is dated the largest, and also of one date. */
export function newestOf<One extends Total>(totals: readonly One[]): One | null {
  return totals.reduce<One | null>((best, one) => (best === null || isNewer(one, best) ? one : best), null)
}

function isNewer(one: Total, than: Total): boolean {
  if (one.asOf !== than.asOf) return than.asOf === null || (one.asOf !== null && one.asOf > than.asOf)
  if (one.amount === null || than.amount === null) return one.amount === null && than.amount !== null
  return compareDecimals(one.amount, than.amount) > 0
}
