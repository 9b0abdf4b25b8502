/** postgres-orders.ts: the table that the shop has, with what the new handler needs beside what the old one reads. */
import { Pool, type PoolClient } from 'pg'
import { canonicalId, openOrder, type OrderPayment, type PaymentName } from 'express-payment-webhooks/orders'

export const pool = new Pool({
  connectionString: process.env.DATABASE_URL,
  connectionTimeoutMillis: 1500,
  query_timeout: 1500,
  statement_timeout: 1500,
})
pool.on('error', (error) => console.error('postgres:', error.message))

type Tx = PoolClient | undefined
type Effects = { readonly ship?: boolean; readonly learned?: readonly PaymentName[] }

interface OrderRow {
  readonly id: string
  /** NUMERIC, which pg hands over as a text. */
  readonly total: string
  readonly currency: string
}

/** What the rest of the shop, and the old handler, know an order's status by. Any other leaves the column as it is. */
const OLD_WORDS: Partial<Record<OrderPayment['status'], string>> = {
  confirmed: 'paid',
  partially_refunded: 'paid',
  refunded: 'refunded',
}

/** Before anything else changes. Orders that were shipped already are known as shipped from then on. */
export async function prepareOrders(): Promise<void> {
  await pool.query(`
    ALTER TABLE orders ADD COLUMN IF NOT EXISTS payment JSONB;
    ALTER TABLE orders ADD COLUMN IF NOT EXISTS version INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE IF NOT EXISTS payment_names (payment_id TEXT, provider TEXT, order_id TEXT NOT NULL, PRIMARY KEY (payment_id, provider));
    DO $$ BEGIN
      IF to_regclass('shipments') IS NULL THEN
        CREATE TABLE shipments (order_id TEXT PRIMARY KEY, shipped_at TIMESTAMPTZ);
        INSERT INTO shipments SELECT id, now() FROM orders WHERE status IN ('paid', 'refunded');
      END IF;
    END $$;
  `)
  const { rows } = await pool.query<OrderRow>('SELECT id, total, currency FROM orders WHERE payment IS NULL')
  for (const row of rows) await open(paymentFor(row))
}

export function paymentFor({ id, total, currency }: OrderRow): OrderPayment {
  // Behind a checkout session, Stripe chooses the id of the payment when the buyer pays.
  const payments = [{ provider: 'stripe', paymentId: null }]
  return openOrder({ orderId: id, expected: { amount: total, currency }, payments })
}

/** The order's row is there already. */
export async function open(order: OrderPayment, tx?: Tx): Promise<void> {
  await inTransaction(tx, async (client) => {
    const values = [JSON.stringify(order), order.orderId]
    const { rowCount } = await client.query('UPDATE orders SET payment = $1 WHERE id = $2 AND payment IS NULL', values)
    if (rowCount === 1) await index(client, order)
  })
}

/** The row is the order to ship. A second one for the same order does nothing. */
export async function shipOnce(orderId: string, tx?: Tx): Promise<void> {
  await (tx ?? pool).query('INSERT INTO shipments (order_id) VALUES ($1) ON CONFLICT DO NOTHING', [orderId])
}

export async function paymentOf(
  orderId: string | null,
  paymentIds: readonly string[] = [],
  tx?: Tx,
): Promise<OrderPayment | null> {
  const { rows } = await (tx ?? pool).query<{ payment: OrderPayment | null }>(
    `SELECT payment FROM orders
     WHERE id = COALESCE((SELECT order_id FROM payment_names WHERE payment_id = ANY($2) LIMIT 1), $1)`,
    [orderId, paymentIds.map(canonicalId)],
  )
  return rows[0]?.payment ?? null
}

export async function saveIfVersion(
  order: OrderPayment,
  version: number,
  { ship = false, learned = [] }: Effects = {},
  tx?: Tx,
): Promise<boolean> {
  return inTransaction(tx, async (client) => {
    const { rowCount } = await client.query(
      'UPDATE orders SET payment = $1, version = $2, status = COALESCE($5, status) WHERE id = $3 AND version = $4',
      [JSON.stringify(order), order.version, order.orderId, version, OLD_WORDS[order.status] ?? null],
    )
    if (rowCount === 0) return false
    await index(client, order, learned)
    if (ship) await shipOnce(order.orderId, client)
    return true
  })
}

/** Those that wait for a person, with `reasons`: their events are done, so no list of failed events has them. */
export async function inReview(): Promise<OrderPayment[]> {
  const { rows } = await pool.query<{ payment: OrderPayment }>(
    `SELECT payment FROM orders WHERE payment ->> 'status' = 'needs_review' ORDER BY id`,
  )
  return rows.map(({ payment }) => payment)
}

async function index(client: PoolClient, { orderId, payments }: OrderPayment, learned: readonly PaymentName[] = []) {
  for (const { provider, paymentId } of [...payments, ...learned]) {
    if (paymentId === null) continue
    const values = [canonicalId(paymentId), provider, orderId]
    await client.query('INSERT INTO payment_names VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', values)
  }
}

/** In the delivery's, which its store ends; else in one of its own. */
async function inTransaction<T>(tx: Tx, run: (client: PoolClient) => Promise<T>): Promise<T> {
  if (tx !== undefined) return run(tx)
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await run(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined) // which fails where the connection is gone
    throw error
  } finally {
    client.release()
  }
}
