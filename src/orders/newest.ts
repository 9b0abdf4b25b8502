/** Finds the total that counts among several totals of one thing. */
import { compareDecimals } from '../money.js'

/** A null amount means all there is. */
interface Total {
  readonly amount: string | null
  readonly asOf: string | null
}

/** The newest total with a date; if none has a date, or with equal dates, the largest. */
export function newestOf<One extends Total>(totals: readonly One[]): One | null {
  return totals.reduce<One | null>((best, one) => (best === null || isNewer(one, best) ? one : best), null)
}

function isNewer(one: Total, than: Total): boolean {
  if (one.asOf !== than.asOf) return than.asOf === null || (one.asOf !== null && one.asOf > than.asOf)
  if (one.amount === null || than.amount === null) return one.amount === null && than.amount !== null
  return compareDecimals(one.amount, than.amount) > 0
}
