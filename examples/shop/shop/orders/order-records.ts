/** Rows that are written with an order when it changes: audit trail, shipment, and the payments that may pay it. */
import { canonicalId, type OrderStatus, type PaymentName, type ShopAction } from 'express-payment-webhooks/orders'
import { sql, type Statement } from '../database/database.js'
import type { Opening } from '../payments/payment-client.js'
import type { ShopOrder } from './order.js'

/** A payment that was opened, with its names. */
export type NewPayment = Pick<Opening, 'paymentIds' | 'token'> & { readonly reference: string }

export interface AuditNote {
  readonly from: OrderStatus
  readonly to: OrderStatus
  readonly eventId: string | null
  readonly eventType: string | null
  readonly note: string | null
}

export function auditRow({ id }: ShopOrder, { from, to, eventId, eventType, note }: AuditNote): Statement {
  return sql`INSERT INTO audit (order_id, at, from_status, to_status, event_id, event_type, note)
    VALUES (${id}, ${new Date().toISOString()}, ${from}, ${to}, ${eventId}, ${eventType}, ${note})`
}

/** The shop's action, in words. */
export function actionNote(action: ShopAction, currency: string): string {
  const what = {
    paid: () => `marked as paid: ${'amount' in action ? action.amount : ''} ${currency}`,
    imported: () =>
      'provider' in action ? `paid before through ${action.provider}: ${action.amount} ${currency}` : '',
    repriced: () => ('to' in action ? `price changed from ${action.from} to ${action.to} ${currency}` : ''),
    reopened: () => 'reopened',
    accepted: () => 'accepted as paid',
    rejected: () => 'rejected',
    canceled: () => 'canceled',
  }[action.action]()
  const by = action.by === null ? '' : `, by ${action.by}`
  return `${what}${by}${action.note === null ? '' : `: ${action.note}`}`
}

/** A second row for the same order is an error, which rolls back everything that was to be committed with it. */
export function shipmentRow({ id }: ShopOrder): Statement {
  return sql`INSERT INTO shipments (order_id, shipped_at) VALUES (${id}, ${new Date().toISOString()})`
}

/** With these rows an event finds its order, and a CityPay order its token. */
export function paymentRows({ id, provider }: ShopOrder, { reference, paymentIds, token }: NewPayment): Statement[] {
  return paymentIds.map(
    (paymentId) => sql`INSERT INTO payments (provider, payment_id, reference, order_id, token)
      VALUES (${provider}, ${paymentId === null ? null : canonicalId(paymentId)}, ${reference}, ${id}, ${token})`,
  )
}

/** Further names of the order's payments, by which a refund or a dispute may find the order. */
export function learnedRows({ id }: ShopOrder, learned: readonly PaymentName[]): Statement[] {
  return learned.map(
    ({ provider, paymentId }) => sql`INSERT INTO payments (provider, payment_id, reference, order_id, token)
      VALUES (${provider}, ${paymentId}, ${''}, ${id}, ${null}) ON CONFLICT (provider, payment_id) DO NOTHING`,
  )
}
