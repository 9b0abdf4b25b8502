/** Orders in the database: found by page, buyer, provider or clock. A change is saved only over the version that was read. */
import type { WebhookEvent } from 'express-payment-webhooks'
import { canonicalId, type OrderPayment, type OrderStatus, type OrderUpdate } from 'express-payment-webhooks/orders'
import { sql, type Database, type Statement, type Transaction } from '../database/database.js'
import { mailAbout } from '../mail/mails.js'
import { outboxRow } from '../mail/outbox.js'
import type { ProviderName } from '../views/props.js'
import { OPEN_STATUSES, type ShopOrder } from './order.js'
import { actionNote, auditRow, learnedRows, paymentRows, shipmentRow, type NewPayment } from './order-records.js'
import { wasPaid, type OrderProgress } from './order-view.js'
import { insertOrder, orderOf, updateOrder } from './order-rows.js'

const OVERDUE_AT_ONCE = 200

/** How long the shop looks for money that may have come to an order before or after it expired. */
const AWAITED_AFTER_EXPIRY_MS = 7 * 24 * 60 * 60 * 1000

/** An id that no provider uses, because a list of names must not be empty. */
const NO_ID = ''

/** A payment that may still bring money: the provider's id for it, and the shop's reference. */
export interface AwaitedPayment {
  readonly paymentId: string
  readonly reference: string
}

export interface OrderVersion extends OrderProgress {
  readonly id: string
  readonly version: number
}

export function createOrders(db: Database, publicUrl: string) {
  const one = async (statement: Statement, tx?: Transaction): Promise<ShopOrder | null> => {
    const [row] = await db.rows(statement, tx)
    return row === undefined ? null : orderOf(row)
  }
  const mailRows = (order: ShopOrder, update: Pick<OrderUpdate, 'from' | 'to'> | null): Statement[] => {
    const mail = mailAbout(order, update, publicUrl)
    return mail === null ? [] : [outboxRow(order, mail)]
  }

  /**
   * Finds the order by a name of a payment that the shop opened or learned, then by a payment's reference, then by the order's.
   */
  const forEvent = async (event: WebhookEvent, tx: Transaction): Promise<ShopOrder | null> => {
    const { provider, paymentIds, orderId } = event
    return (
      (await one(
        sql`SELECT orders.* FROM payments JOIN orders ON orders.id = payments.order_id
          WHERE payments.provider = ${provider} AND payments.payment_id IN ${[...paymentIds.map(canonicalId), NO_ID]}
          ORDER BY payments.id LIMIT 1`,
        tx,
      )) ??
      (await one(
        sql`SELECT orders.* FROM payments JOIN orders ON orders.id = payments.order_id
          WHERE payments.provider = ${provider} AND payments.reference = ${orderId} LIMIT 1`,
        tx,
      )) ??
      (await one(sql`SELECT * FROM orders WHERE reference = ${orderId}`, tx))
    )
  }

  return {
    forEvent,
    byId: (id: string) => one(sql`SELECT * FROM orders WHERE id = ${id}`),
    byReference: (reference: string, tx: Transaction) =>
      one(sql`SELECT * FROM orders WHERE reference = ${reference}`, tx),

    /** The buyer's newest order, or the order with this reference if it is the buyer's. */
    ofSession(session: string, reference: string | null): Promise<ShopOrder | null> {
      return reference === null
        ? one(sql`SELECT * FROM orders WHERE session = ${session} ORDER BY placed_at DESC, id DESC LIMIT 1`)
        : one(sql`SELECT * FROM orders WHERE session = ${session} AND reference = ${reference}`)
    },

    /** Gives the buyer's orders to the session that replaces this one. */
    async move(session: string, to: string): Promise<void> {
      await db.rows(sql`UPDATE orders SET session = ${to} WHERE session = ${session} RETURNING id`)
    },

    /** Orders whose money is on the way come last: they may stay overdue for a day, and must not keep others waiting. */
    async overdue(now: Date, providers: readonly ProviderName[]): Promise<OrderPayment[]> {
      const rows = await db.rows(sql`SELECT * FROM orders WHERE status IN ${OPEN_STATUSES}
        AND provider IN ${providers} AND expires_at <= ${now.toISOString()}
        ORDER BY CASE status WHEN 'payment_detected' THEN 1 ELSE 0 END, expires_at LIMIT ${OVERDUE_AT_ONCE}`)
      return rows.map((row) => orderOf(row).payment)
    },

    /** If the provider has several names for a payment, the one that was stored first is its id. */
    async awaited(provider: ProviderName, now = new Date()): Promise<AwaitedPayment[]> {
      const longAgo = new Date(now.getTime() - AWAITED_AFTER_EXPIRY_MS).toISOString()
      const rows = await db.rows(sql`SELECT payments.payment_id, payments.reference
        FROM orders JOIN payments ON payments.order_id = orders.id
        WHERE payments.provider = ${provider} AND payments.id IN
          (SELECT MIN(named.id) FROM payments AS named WHERE named.order_id = orders.id GROUP BY named.reference)
        AND payments.reference <> '' AND (orders.status IN ${OPEN_STATUSES}
          OR (orders.status = 'expired' AND orders.expires_at > ${longAgo}))`)
      return rows.map((row) => ({ paymentId: row['payment_id'] as string, reference: row['reference'] as string }))
    },

    /** The token with which the payment of this reference is read back, and the reference as it is stored. */
    async tokenOf(provider: string, reference: string): Promise<{ token: string | null; orderId: string } | null> {
      const [row] = await db.rows(
        sql`SELECT token, reference FROM payments WHERE provider = ${provider} AND reference = ${reference} ORDER BY id DESC LIMIT 1`,
      )
      return row === undefined ? null : { token: row['token'] as string | null, orderId: row['reference'] as string }
    },

    /** @param first decides whether the order is placed at all: it takes the cart that becomes the order */
    place(order: ShopOrder, payment: NewPayment, first: Statement): Promise<boolean> {
      const { status } = order.payment
      return db.commit([
        first,
        insertOrder(order),
        ...paymentRows(order, payment),
        auditRow(order, { from: status, to: status, eventId: null, eventType: null, note: 'placed' }),
        ...mailRows(order, null),
      ])
    },

    /** Saves the change with everything that belongs to it, or nothing. */
    save(
      order: ShopOrder,
      { event, from, to, firstAuthorized, learned }: OrderUpdate,
      tx: Transaction,
    ): Promise<boolean> {
      const { received, expected, actions } = order.payment
      const last = actions.at(-1)
      const note =
        event === null && last !== undefined
          ? actionNote(last, expected.currency)
          : `${received} of ${expected.amount} ${expected.currency} received`
      return db.commit(
        [
          updateOrder(order, order.payment.version - 1),
          auditRow(order, { from, to, eventId: event?.id ?? null, eventType: event?.type ?? null, note }),
          ...learnedRows(order, learned),
          ...(firstAuthorized ? [shipmentRow(order)] : []),
          ...mailRows(order, { from, to }),
        ],
        tx,
      )
    },

    /** @param before the payment state without the new payment */
    payAgain(order: ShopOrder, payment: NewPayment, before: OrderPayment): Promise<boolean> {
      const note = `the buyer asked for another payment, ${payment.reference}`
      const audit = { from: before.status, to: order.payment.status, eventId: null, eventType: null, note }
      return db.commit([updateOrder(order, before.version), ...paymentRows(order, payment), auditRow(order, audit)])
    },

    /** Records that the provider closed the payment of this event. False if the order changed meanwhile. */
    async closePayment(event: WebhookEvent, tx: Transaction): Promise<boolean> {
      const order = await forEvent(event, tx)
      const isNewest = order?.payment.payments.at(-1)?.paymentId === event.paymentId
      if (order === null || order.instructions === null || !isNewest) return true
      const { status, version } = order.payment
      // A new version, so that open pages notice it.
      const closed = { ...order, instructions: null, payment: { ...order.payment, version: version + 1 } }
      const { id: eventId, type: eventType } = event
      const note = 'the provider closed the payment with a part of the price in it'
      const audit = auditRow(order, { from: status, to: status, eventId, eventType, note })
      return db.commit([updateOrder(closed, version), audit], tx)
    },

    /** The current versions of these orders, for pages that wait for the next one. */
    async versions(ids: readonly string[]): Promise<OrderVersion[]> {
      if (ids.length === 0) return []
      const rows = await db.rows(sql`SELECT id, version, status, expires_at,
        CASE WHEN status = 'refunded' THEN payment END AS refunded FROM orders WHERE id IN ${ids}`)
      return rows.map((row) => ({
        id: row['id'] as string,
        version: Number(row['version']),
        status: row['status'] as OrderStatus,
        expiresAt: row['expires_at'] as string,
        wasPaid: row['refunded'] !== null && wasPaid(JSON.parse(row['refunded'] as string) as OrderPayment),
      }))
    },
  }
}

export type Orders = ReturnType<typeof createOrders>
