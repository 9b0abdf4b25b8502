/** Carts, kept by the server under the buyer's session. They contain products and quantities, never prices. */
import { randomInt } from 'node:crypto'
import { sql, type Database, type Statement } from './database/database.js'

export const MOST_PIECES = 99
/** The largest INTEGER of Postgres. */
const LARGEST_VERSION = 2 ** 31 - 1

export interface Cart {
  readonly quantities: Readonly<Record<string, number>>
  /** Drawn anew for every change, so that two carts never share a version; 0 if there is no cart. */
  readonly version: number
}

export interface Carts {
  read(session: string): Promise<Cart>
  /** Sets the quantity of a product; 0 removes it. */
  change(session: string, product: string, quantityFrom: (before: number) => number): Promise<void>
  /** Removes the whole cart unless it has changed since it was read. It is part of the commit that turns it into an order. */
  taken(session: string, cart: Cart): Statement
  /** Gives the cart to the session that replaces this one. */
  move(session: string, to: string): Promise<void>
  /** Deletes carts that nobody has changed since then. */
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
    // Not the next number: a new cart after an order would get the versions of the previous one.
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
      // Two tabs may change one cart at once. The second one reads it again.
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
