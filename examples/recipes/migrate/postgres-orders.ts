/** postgres-orders.ts: the shop's existing table, with the columns that the new handler needs in addition. */
import { Client, Pool, type ClientBase, type PoolClient } from 'pg'
import { cancel, canonicalId, openOrder, type OrderPayment, type PaymentName } from 'express-payment-webhooks/orders'

/** Your table and its columns. A key that is BIGINT or INTEGER is a 'BIGINT' here; the others are 'TEXT' and 'UUID'. */
const [ORDERS, ID, STATUS, TOTAL, CURRENCY] = ['orders', 'id', 'status', 'total', 'currency']
const KEY: keyof typeof KEYS = 'TEXT'

/** The words that your pages know for a payment's status. In a status without a word, the column stays as it is. */
const WORDS: Partial<Record<OrderPayment['status'], string>> = {
  confirmed: 'paid',
  partially_refunded: 'paid', // or a word of its own
  refunded: 'refunded',
  canceled: 'canceled', // if the shop canceled the order, not if only a payment ended
}
/** EVERY word that an order can have once it was paid, also those that the rest of the shop writes later. */
const PAID_WORDS = ['paid', 'sent', 'refunded']
/** EVERY word of an order that may not be shipped: refunded, in full or in part, disputed or canceled. No payment replaces it. */
const HELD_WORDS = ['refunded', 'canceled']

/** When a paid order was shipped, as SQL; null means that it is still to be packed. Here the old handler ships at once. */
const SHIPPED_AT = 'CURRENT_TIMESTAMP'

/** An event's order id may be any text, and Postgres refuses a text that is not of the key's type. */
const KEYS = { TEXT: /^/, BIGINT: /^[1-9]\d{0,17}$/, UUID: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i }
/** These words stay when a payment is recorded as confirmed. Money that goes back changes them. */
const LATER_WORDS = PAID_WORDS.filter((word) => ![...Object.values(WORDS), ...HELD_WORDS].includes(word))

const connectionString = process.env.DATABASE_URL
export const pool = new Pool({
  connectionString,
  connectionTimeoutMillis: 1500,
  query_timeout: 1500,
  statement_timeout: 1500,
})
pool.on('error', (error) => console.error('postgres:', error.message))
// Without this listener, losing a connection that is in use would end the process. Its query fails too.
pool.on('connect', (client) => client.on('error', () => undefined))

type Tx = PoolClient | undefined
type Effects = { readonly ship?: boolean; readonly learned?: readonly PaymentName[] }

interface OrderRow {
  readonly id: string | number
  /** NUMERIC, which pg returns as a string. */
  readonly total: string
  readonly currency: string
}

/** Adds a row for each order that only the old handler has marked as paid: the new handler and imports raise `version`. */
const ADD_PAID_BEFORE = `
  INSERT INTO shipments (order_id, shipped_at)
  SELECT ${ID}, ${SHIPPED_AT} FROM ${ORDERS} WHERE ${STATUS}::text = ANY($1) AND version = 0
  ON CONFLICT DO NOTHING`

/** Run it before anything else changes. Running it again adds what is missing, also after an interruption. */
export async function prepareOrders(): Promise<void> {
  // Its own connection, without the pool's limits: a statement about a large table takes longer than a delivery may.
  const client = new Client({ connectionString })
  client.on('error', () => undefined) // as above
  await client.connect()
  try {
    // New columns lock the whole table. Do not wait long for that lock, because the checkout would have to wait as well.
    await client.query(`
      BEGIN;
      SET LOCAL lock_timeout = '1500ms';
      ALTER TABLE ${ORDERS} ADD COLUMN IF NOT EXISTS payment JSONB;
      ALTER TABLE ${ORDERS} ADD COLUMN IF NOT EXISTS version INTEGER NOT NULL DEFAULT 0;
      COMMIT;
    `)
    await client.query(`
      CREATE TABLE IF NOT EXISTS payment_names (payment_id TEXT, provider TEXT, order_id ${KEY} NOT NULL, PRIMARY KEY (payment_id, provider));
      CREATE TABLE IF NOT EXISTS shipments (order_id ${KEY} PRIMARY KEY, shipped_at TIMESTAMPTZ);
    `)
    await client.query(ADD_PAID_BEFORE, [PAID_WORDS])
    // A free order has no payment to open.
    const { rows } = await client.query<OrderRow>(
      `SELECT ${ID} AS id, ${TOTAL} AS total, ${CURRENCY} AS currency FROM ${ORDERS} WHERE payment IS NULL AND ${TOTAL} > 0`,
    )
    for (let from = 0; from < rows.length; from += 1000) {
      await openAll(rows.slice(from, from + 1000).map(paymentFor), client)
    }
  } finally {
    await client.end()
  }
  await cancelOld()
}

/** Records that the old shop canceled these orders. A payment that arrives later is held for review. */
export async function cancelOld(): Promise<void> {
  const { rows } = await pool.query<{ payment: OrderPayment }>(
    `SELECT payment FROM ${ORDERS} WHERE ${STATUS}::text = $1 AND payment ->> 'decision' IS NULL
       AND payment ->> 'status' IN ('awaiting_payment', 'payment_failed', 'expired', 'canceled')`,
    [WORDS.canceled],
  )
  for (const { payment } of rows)
    await saveIfVersion(cancel(payment, { note: 'canceled before' }).order, payment.version)
}

export function paymentFor({ id, total, currency }: OrderRow): OrderPayment {
  // With a checkout session, Stripe chooses the payment's id when the buyer pays.
  const payments = [{ provider: 'stripe', paymentId: null }]
  return openOrder({ orderId: String(id), expected: { amount: total, currency }, payments })
}

/** The order's row already exists. */
export async function open(order: OrderPayment, tx?: Tx): Promise<void> {
  await openAll([order], tx ?? pool)
}

/** One statement, which opens all of these orders or none. It does not change an order that is open already. */
async function openAll(orders: readonly OrderPayment[], db: Pool | ClientBase): Promise<void> {
  const names = orders.flatMap((order) => namesOf(order))
  await db.query(
    `WITH opened AS (
       UPDATE ${ORDERS} AS orders SET payment = fresh.payment FROM unnest($1::${KEY}[], $2::jsonb[]) AS fresh (key, payment)
       WHERE orders.${ID} = fresh.key AND orders.payment IS NULL
       RETURNING fresh.key
     )
     INSERT INTO payment_names (payment_id, provider, order_id)
     SELECT named.payment_id, named.provider, named.order_id
     FROM unnest($3::text[], $4::text[], $5::${KEY}[]) AS named (payment_id, provider, order_id)
     JOIN opened ON opened.key = named.order_id
     ON CONFLICT DO NOTHING`,
    [
      orders.map(({ orderId }) => orderId),
      orders.map((order) => JSON.stringify(order)),
      ...[0, 1, 2].map((column) => names.map((name) => name[column])),
    ],
  )
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
    `SELECT payment FROM ${ORDERS} AS orders WHERE orders.${ID} =
       COALESCE((SELECT names.order_id FROM payment_names AS names WHERE names.payment_id = ANY($2) LIMIT 1), $1)`,
    [orderId !== null && KEYS[KEY].test(orderId) ? orderId : null, paymentIds.map(canonicalId)],
  )
  return rows[0]?.payment ?? null
}

export async function saveIfVersion(
  order: OrderPayment,
  version: number,
  { ship = false, learned = [] }: Effects = {},
  tx?: Tx,
): Promise<boolean> {
  const word = wordFor(order)
  const kept = word === WORDS.confirmed ? [...LATER_WORDS, ...heldWords(order)] : []
  return inTransaction(tx, async (client) => {
    const { rows } = await client.query<{ word: string }>(
      `UPDATE ${ORDERS} SET payment = $1, version = $2,
         ${STATUS} = CASE WHEN ${STATUS}::text = ANY($6) THEN ${STATUS} ELSE COALESCE($5, ${STATUS}) END
       WHERE ${ID} = $3 AND version = $4 RETURNING ${STATUS}::text AS word`,
      [JSON.stringify(order), order.version, order.orderId, version, word, kept],
    )
    if (rows[0] === undefined) return false
    // Nothing else writes the columns that the old handler wrote. If your pages read them, write them here, for example:
    // const { orderId, confirmedAt, refunded, expected } = order // and import toMinorUnits from 'express-payment-webhooks'
    // const cents = toMinorUnits(refunded, expected.currency, { ISK: 2, UGX: 2, MGA: 0 })
    // await client.query('UPDATE orders SET paid_at = COALESCE(paid_at, $1), refunded_cents = $2 WHERE id = $3', [confirmedAt, cents, orderId])
    for (const name of namesOf(order, learned)) {
      await client.query(
        'INSERT INTO payment_names (payment_id, provider, order_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        name,
      )
    }
    if (ship && !heldWords(order).includes(rows[0].word)) await shipOnce(order.orderId, client)
    return true
  })
}

/** Orders that wait for a person, with `reasons`. Their events are done, so they are not in any list of failed events. */
export async function inReview(): Promise<OrderPayment[]> {
  const { rows } = await pool.query<{ payment: OrderPayment }>(
    `SELECT payment FROM ${ORDERS} WHERE payment ->> 'status' = 'needs_review' ORDER BY ${ID}`,
  )
  return rows.map(({ payment }) => payment)
}

/** Orders whose word holds them although their payment is confirmed. Packers do not get them. */
export async function paidButHeld(): Promise<{ id: string | number; word: string }[]> {
  const { rows } = await pool.query<{ id: string | number; word: string }>(
    `SELECT ${ID} AS id, ${STATUS}::text AS word FROM ${ORDERS}
     WHERE ${STATUS}::text = ANY($1) AND payment ->> 'status' = 'confirmed' ORDER BY ${ID}`,
    [HELD_WORDS],
  )
  return rows
}

/** Without a decision of the shop, `canceled` is the end of one payment, and the buyer may pay with another one. */
function wordFor({ status, decision }: OrderPayment): string | null {
  return status === 'canceled' && decision === null ? null : (WORDS[status] ?? null)
}

/** A person who accepts or reopens an order releases it. */
function heldWords({ actions }: OrderPayment): readonly string[] {
  return ['accepted', 'reopened'].includes(actions.at(-1)?.action ?? '') ? [] : HELD_WORDS
}

/** Every known name of the order's payments: id, provider and order. */
function namesOf({ orderId, payments }: OrderPayment, learned: readonly PaymentName[] = []): string[][] {
  return [...payments, ...learned].flatMap(({ provider, paymentId }) =>
    paymentId === null ? [] : [[canonicalId(paymentId), provider, orderId]],
  )
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
