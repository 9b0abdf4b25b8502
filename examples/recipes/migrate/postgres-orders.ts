/** postgres-orders.ts: the shop's existing table, with the columns that the new handler needs in addition. */
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
  /** NUMERIC, which pg returns as a string. */
  readonly total: string
  readonly currency: string
}

/** The words for an order's status in the old handler and the rest of the shop. Any other status leaves the column unchanged. */
const OLD_WORDS: Partial<Record<OrderPayment['status'], string>> = {
  confirmed: 'paid',
  partially_refunded: 'paid',
  refunded: 'refunded',
}

/** Run it before anything else changes. Orders that are paid already count as shipped from then on. */
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
  // With a checkout session, Stripe chooses the payment's id when the buyer pays.
  const payments = [{ provider: 'stripe', paymentId: null }]
  return openOrder({ orderId: id, expected: { amount: total, currency }, payments })
}

/** The order's row already exists. */
export async function open(order: OrderPayment, tx?: Tx): Promise<void> {
  await inTransaction(tx, async (client) => {
    const values = [JSON.stringify(order), order.orderId]
    const { rowCount } = await client.query('UPDATE orders SET payment = $1 WHERE id = $2 AND payment IS NULL', values)
    if (rowCount === 1) await index(client, order)
  })
}

/** The row is the instruction to ship. A second one for the same order does nothing. */
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

/** Orders that wait for a person, with `reasons`. Their events are done, so they are not in any list of failed events. */
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

/** Runs in the delivery's transaction, which its store ends. Without one, it runs in a new transaction. */
async function inTransaction<T>(tx: Tx, run: (client: PoolClient) => Promise<T>): Promise<T> {
  if (tx !== undefined) return run(tx)
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await run(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined) // fails if the connection is gone
    throw error
  } finally {
    client.release()
  }
}
