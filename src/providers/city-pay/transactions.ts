/** The transactions of a CityPay order as read back: each one once, oldest first. */
import { z } from 'zod'
import { decimal, instant, optionalIdentifier } from '../../payload.js'

/** The amount of one transaction. If `base` and `total` are given, `base` is this transaction's, `total` the order's so far. */
const money = z.union([
  decimal,
  z.object({ base: decimal }).transform(({ base }) => base),
  z.object({ base: z.literal(['', null]).optional(), total: decimal }).transform(({ total }) => total),
])

const transaction = z
  .object({
    id: optionalIdentifier,
    hash: optionalIdentifier,
    amountFiat: money,
    createdAt: instant,
    createdAtMiliseconds: instant,
  })
  .transform(({ id, hash, amountFiat, createdAtMiliseconds, createdAt }) => ({
    id,
    hash,
    amount: amountFiat,
    createdAt: createdAtMiliseconds ?? createdAt,
  }))

/** A transaction of a CityPay order. */
export interface CityPayTransaction {
  readonly id: string | null
  readonly hash: string | null
  /** In the order's currency. */
  readonly amount: string
  readonly createdAt: string | null
}

export const transactions = z
  .array(transaction)
  .nullish()
  .transform((listed, context): readonly CityPayTransaction[] => {
    const amounts = new Map<string, string>()
    return (listed ?? []).sort(byTime).filter((one) => {
      const name = nameOf(one)
      if (name === null) return true
      const known = amounts.get(name)
      if (known !== undefined && known !== one.amount) context.addIssue('one transaction is listed with two amounts')
      amounts.set(name, one.amount)
      return known === undefined
    })
  })

/**
 * The same for every listing of one transaction. One hash can pay an order several times, so without an id the amount must
 * match too. Null if there is neither: nothing then shows that two entries are the same transaction.
 */
function nameOf({ id, hash, amount }: CityPayTransaction): string | null {
  if (id !== null) return JSON.stringify([id])
  return hash === null ? null : JSON.stringify([hash, amount])
}

/** Two reads of one order must give one event, in whatever order the answers list its transactions. */
function byTime(a: CityPayTransaction, b: CityPayTransaction): number {
  const [left, right] = [a, b].map(
    ({ createdAt, hash, id, amount }) => `${createdAt ?? ''} ${hash ?? ''} ${id ?? ''} ${amount}`,
  )
  return left! < right! ? -1 : 1
}
