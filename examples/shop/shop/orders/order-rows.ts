/** Rows of the orders table, and their contents. */
import type { Row, Statement } from '../database/database.js'
import { sql } from '../database/database.js'
import type { ShopOrder } from './order.js'

export function orderOf(row: Row): ShopOrder {
  const text = (name: string) => row[name] as string
  return {
    id: text('id'),
    reference: text('reference'),
    session: text('session'),
    provider: text('provider') as ShopOrder['provider'],
    email: text('email'),
    lines: JSON.parse(text('lines')),
    instructions: JSON.parse(text('instructions')),
    payment: JSON.parse(text('payment')),
    placedAt: text('placed_at'),
  }
}

export function insertOrder({ payment, ...order }: ShopOrder): Statement {
  return sql`INSERT INTO orders
    (id, reference, session, provider, email, lines, instructions, payment, status, version, expires_at, placed_at)
    VALUES (${order.id}, ${order.reference}, ${order.session}, ${order.provider}, ${order.email},
      ${JSON.stringify(order.lines)}, ${JSON.stringify(order.instructions)}, ${JSON.stringify(payment)},
      ${payment.status}, ${payment.version}, ${payment.expiresAt ?? ''}, ${order.placedAt})`
}

/** Updates only the version from which the change was made. A second writer gets no row. */
export function updateOrder({ id, instructions, payment }: ShopOrder, version: number): Statement {
  return sql`UPDATE orders SET instructions = ${JSON.stringify(instructions)}, payment = ${JSON.stringify(payment)},
    status = ${payment.status}, version = ${payment.version}, expires_at = ${payment.expiresAt ?? ''}
    WHERE id = ${id} AND version = ${version} RETURNING id`
}
