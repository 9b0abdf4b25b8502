/** sqlite-orders.ts: the shop's existing table, with the columns that the new handler needs in addition. */
import type Database from 'libsql'
import {
  cancel,
  canonicalId,
  importPayment,
  openOrder,
  type OrderPayment,
  type PaymentName,
} from 'express-payment-webhooks/orders'

/** Your table and its columns. */
const [ORDERS, ID, STATUS, TOTAL] = ['orders', 'id', 'status', 'total']

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

interface OrderRow {
  readonly id: string | number
  readonly total: string
  readonly currency: string
  readonly network: string
  /** The address that the buyer was shown, and the gateway's id for it. A callback contains one of the two. */
  readonly address: string
  readonly address_id: string
}

/** The only function that knows the provider. The checkout stores its result with every new order. */
export function paymentFor({ id, total, currency, network, address, address_id }: OrderRow): OrderPayment {
  return openOrder({
    orderId: String(id),
    expected: { amount: total, currency },
    network,
    payments: [address_id, address].map((paymentId) => ({ provider: 'crypto-gateway', paymentId })),
  })
}

/** These words stay when a payment is recorded as confirmed. Money that goes back changes them. */
const LATER_WORDS = PAID_WORDS.filter((word) => ![...Object.values(WORDS), ...HELD_WORDS].includes(word))

type Effects = { readonly ship?: boolean; readonly learned?: readonly PaymentName[] }

export type Orders = ReturnType<typeof ordersIn>

export function ordersIn(db: Database.Database) {
  db.exec('PRAGMA busy_timeout = 2000') // another connection, such as the store's, may be writing
  /** Adds what the list does not have yet, and opens the orders that the old checkout created. It may run again. */
  function prepareOrders(): void {
    inTransaction(() => {
      for (const column of ['payment TEXT', 'version INTEGER NOT NULL DEFAULT 0']) {
        const known = db.prepare(`SELECT 1 FROM pragma_table_info('${ORDERS}') WHERE name = ?`)
        if (known.get([column.split(' ')[0]]) === undefined) db.exec(`ALTER TABLE ${ORDERS} ADD COLUMN ${column}`)
      }
      db.exec(`
        CREATE TABLE IF NOT EXISTS payment_names (payment_id TEXT, provider TEXT, order_id TEXT NOT NULL, PRIMARY KEY (payment_id, provider));
        CREATE TABLE IF NOT EXISTS shipments (order_id TEXT PRIMARY KEY, shipped_at TEXT);
      `)
      // Only what the old handler has marked as paid: the new handler and imports raise `version`.
      db.prepare(
        `INSERT INTO shipments (order_id, shipped_at)
         SELECT ${ID}, ${SHIPPED_AT} FROM ${ORDERS} WHERE ${STATUS} IN (${marks(PAID_WORDS)}) AND version = 0
         ON CONFLICT DO NOTHING`,
      ).run(PAID_WORDS)
      // A free order has no payment to open.
      const rows = db.prepare(`SELECT * FROM ${ORDERS} WHERE payment IS NULL AND CAST(${TOTAL} AS REAL) > 0`).all()
      for (const row of rows as OrderRow[]) open(paymentFor(row))
      cancelOld()
    })
  }

  /** Records that the old shop canceled these orders. A payment that arrives later is held for review. */
  function cancelOld(): void {
    const canceled = ordersWhere(
      `${STATUS} = ? AND payment ->> 'decision' IS NULL
       AND payment ->> 'status' IN ('awaiting_payment', 'payment_failed', 'expired', 'canceled')`,
      [WORDS.canceled ?? null],
    )
    for (const order of canceled) saveIfVersion(cancel(order, { note: 'canceled before' }).order, order.version)
  }

  function ordersWhere(condition: string, values: readonly unknown[] = []): OrderPayment[] {
    const rows = db.prepare(`SELECT payment FROM ${ORDERS} WHERE payment IS NOT NULL AND ${condition}`).all(values)
    return (rows as { payment: string }[]).map(({ payment }) => JSON.parse(payment) as OrderPayment)
  }

  /** The order's row already exists. It does not change an order that is open already. */
  function open(order: OrderPayment): void {
    const opened = db.prepare(`UPDATE ${ORDERS} SET payment = ? WHERE ${ID} = ? AND payment IS NULL`)
    if (opened.run([JSON.stringify(order), order.orderId]).changes === 1) addNames(order)
  }

  /** The row is the instruction to ship: packers work off the rows without `shipped_at`. A second one does nothing. */
  function shipOnce(orderId: string): void {
    db.prepare('INSERT INTO shipments (order_id) VALUES (?) ON CONFLICT DO NOTHING').run([orderId])
  }

  function paymentOf(orderId: string | null, paymentIds: readonly string[] = []): OrderPayment | null {
    const named = db
      .prepare(`SELECT order_id FROM payment_names WHERE payment_id IN (${marks(paymentIds)})`)
      .get(paymentIds.map(canonicalId)) as { order_id: string } | undefined
    const row = db.prepare(`SELECT payment FROM ${ORDERS} WHERE ${ID} = ?`).get([named?.order_id ?? orderId])
    const { payment } = (row ?? { payment: null }) as { payment: string | null }
    return payment === null ? null : (JSON.parse(payment) as OrderPayment)
  }

  function saveIfVersion(order: OrderPayment, version: number, { ship = false, learned = [] }: Effects = {}): boolean {
    const word = wordFor(order)
    const kept = word === WORDS.confirmed ? [...LATER_WORDS, ...heldWords(order)] : []
    return inTransaction(() => {
      const { changes } = db
        .prepare(
          `UPDATE ${ORDERS} SET payment = ?, version = ?,
             ${STATUS} = CASE WHEN ${STATUS} IN (${marks(kept)}) THEN ${STATUS} ELSE COALESCE(?, ${STATUS}) END
           WHERE ${ID} = ? AND version = ?`,
        )
        .run([JSON.stringify(order), order.version, ...kept, word, order.orderId, version])
      if (changes === 0) return false
      // Nothing else writes the columns that the old handler wrote, such as `paid_at`. If your pages read them, write them here.
      addNames(order, learned)
      const held = db.prepare(`SELECT 1 FROM ${ORDERS} WHERE ${ID} = ? AND ${STATUS} IN (${marks(heldWords(order))})`)
      if (ship && held.get([order.orderId, ...heldWords(order)]) === undefined) shipOnce(order.orderId)
      return true
    })
  }

  /**
   * Imports the payments of a provider whose ids the shop has: `paymentFor` names them. The old handler marked them as paid.
   * Then a repeated delivery adds nothing. If money went back, the amount is not known here: import such an order by hand.
   */
  function importPaid(): void {
    const { partially_refunded: partly, refunded, confirmed } = WORDS
    const sentBack = [partly, refunded, ...HELD_WORDS]
    const words = PAID_WORDS.filter((word) => word === confirmed || !sentBack.includes(word))
    inTransaction(() => {
      cancelOld()
      for (const order of ordersWhere(`${STATUS} IN (${marks(words)})`, words)) {
        const paymentIds = order.payments.flatMap(({ paymentId }) => paymentId ?? [])
        // The new handler, a button or an earlier import has recorded the payment already.
        if (paymentIds.length === 0 || order.confirmedAt !== null) continue
        const paid = { provider: order.payments[0]!.provider, paymentIds, note: 'paid before' }
        const { order: next, update } = importPayment(order, paid)
        saveIfVersion(next, order.version, { learned: update.learned })
      }
    })
  }

  /** Orders that wait for a person, with `reasons`. */
  function inReview(): OrderPayment[] {
    return ordersWhere(`payment ->> 'status' = 'needs_review' ORDER BY ${ID}`)
  }

  /** Orders whose word holds them although their payment is confirmed. Packers do not get them. */
  function paidButHeld(): { id: string | number; word: string }[] {
    const rows = db.prepare(
      `SELECT ${ID} AS id, ${STATUS} AS word FROM ${ORDERS}
       WHERE ${STATUS} IN (${marks(HELD_WORDS)}) AND payment ->> 'status' = 'confirmed' ORDER BY ${ID}`,
    )
    return rows.all(HELD_WORDS) as { id: string | number; word: string }[]
  }

  /** Every known name of the order's payments. */
  function addNames({ orderId, payments }: OrderPayment, learned: readonly PaymentName[] = []): void {
    const add = db.prepare('INSERT OR IGNORE INTO payment_names (payment_id, provider, order_id) VALUES (?, ?, ?)')
    for (const { provider, paymentId } of [...payments, ...learned]) {
      if (paymentId !== null) add.run([canonicalId(paymentId), provider, orderId])
    }
  }

  /** Part of the transaction that is open already, if there is one. */
  function inTransaction<Result>(run: () => Result): Result {
    if (db.inTransaction) return run()
    db.exec('BEGIN IMMEDIATE')
    try {
      const result = run()
      db.exec('COMMIT')
      return result
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  }

  return { prepareOrders, cancelOld, importPaid, open, shipOnce, paymentOf, saveIfVersion, inReview, paidButHeld }
}

/** Without a decision of the shop, `canceled` is the end of one payment, and the buyer may pay with another one. */
function wordFor({ status, decision }: OrderPayment): string | null {
  return status === 'canceled' && decision === null ? null : (WORDS[status] ?? null)
}

/** A person who accepts or reopens an order releases it. */
function heldWords({ actions }: OrderPayment): readonly string[] {
  return ['accepted', 'reopened'].includes(actions.at(-1)?.action ?? '') ? [] : HELD_WORDS
}

/** One `?` for each value. */
const marks = (values: readonly unknown[]) => values.map(() => '?').join(', ')
