/** Carts, kept by the server under the buyer's session. They hold what and how many, never a price. */
import { randomInt } from 'node:crypto'
import { sql, type Database, type Statement } from './database/database.js'

export const MOST_PIECES = 99
/** What an INTEGER of Postgres holds. */
const LARGEST_VERSION = 2 ** 31 - 1

export interface Cart {
  readonly quantities: Readonly<Record<string, number>>
  /** Drawn anew for every change, so that no cart has that of another; 0 when there is none. */
  readonly version: number
}

export interface Carts {
  read(session: string): Promise<Cart>
  /** Sets how many there are of a product; 0 takes it out. */
  change(session: string, product: string, quantityFrom: (before: number) => number): Promise<void>
  /** Takes the whole cart away, unless it has changed since it was read: for the commit that makes an order of it. */
  taken(session: string, cart: Cart): Statement
  /** Gives a cart to the session that takes the place of this one. */
  move(session: string, to: string): Promise<void>
  /** Forgets carts nobody has touched since then. */
  prune(before: Date): Promise<void>
}

export function createCarts(db: Database): Carts {
  const read = async (session: string): Promise<Cart> => {
    const [row] = await db.rows(sql`SELECT quantities, version FROM carts WHERE session = ${session}`)
    if (row === undefined) return { quantities: {}, version: 0 }
    return { quantities: JSON.parse(row['quantities'] as string), version: Number(row['version']) }
  }

  const write = (session: string, { quantities, version }: Cart): Promise<boolean> => {
    const text = JSON.stringify(quantities)
    const now = new Date().toISOString()
    // Not the next number: a cart that was taken and filled again would have the versions of the one before.
    const next = randomInt(1, LARGEST_VERSION)
    return db.commit([
      version === 0
        ? sql`INSERT INTO carts (session, quantities, version, updated_at) VALUES (${session}, ${text}, ${next}, ${now})
            ON CONFLICT (session) DO NOTHING RETURNING session`
        : sql`UPDATE carts SET quantities = ${text}, version = ${next}, updated_at = ${now}
            WHERE session = ${session} AND version = ${version} RETURNING session`,
    ])
  }

  return {
    read,
    async change(session, product, quantityFrom) {
      // Two tabs may change one cart at once: whoever comes second looks again.
      for (;;) {
        const cart = await read(session)
        const { [product]: before = 0, ...others } = cart.quantities
        const quantity = Math.min(quantityFrom(before), MOST_PIECES)
        const quantities = quantity > 0 ? { ...others, [product]: quantity } : others
        if (await write(session, { ...cart, quantities })) return
      }
    },
    taken: (session, { version }) =>
      sql`DELETE FROM carts WHERE session = ${session} AND version = ${version} RETURNING session`,
    async move(session, to) {
      await db.rows(sql`UPDATE carts SET session = ${to} WHERE session = ${session} RETURNING session`)
    },
    async prune(before) {
      await db.commit([sql`DELETE FROM carts WHERE updated_at < ${before.toISOString()} RETURNING session`])
    },
  }
}
