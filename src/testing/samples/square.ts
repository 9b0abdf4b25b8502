/** Square's events. All ids are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const PAYMENT = 'nT4qX7wLzK2mRb9VcD6eYf1HgJsUaZY'

const event = (
  type: string,
  eventId: string,
  createdAt: string,
  kind: string,
  fields: { readonly id: string; readonly [name: string]: unknown },
) => ({
  merchant_id: '8VXQ3M1KTZC7W',
  type,
  event_id: eventId,
  created_at: createdAt,
  data: {
    type: kind,
    id: fields.id,
    object: {
      [kind]: {
        ...fields,
        location_id: 'L5QX8N2VTC7MB',
        created_at: '2026-11-25T10:28:00.000Z',
        updated_at: createdAt,
      },
    },
  },
})

const payment = (type: string, eventId: string, createdAt: string, status: string, rest: object = {}) =>
  event(type, eventId, createdAt, 'payment', {
    id: PAYMENT,
    status,
    amount_money: { amount: 4990, currency: 'USD' },
    approved_money: { amount: 4990, currency: 'USD' },
    total_money: { amount: 4990, currency: 'USD' },
    order_id: '7BQx2LmVt9RzKcW4nYd6FhJsPaUZY',
    reference_id: 'ORDER-1001',
    source_type: 'CARD',
    version: 1,
    ...rest,
  })

const refund = (type: string, eventId: string, createdAt: string, status: string) =>
  event(type, eventId, createdAt, 'refund', {
    id: `${PAYMENT}_h3VqTn8XwRz`,
    status,
    amount_money: { amount: 1500, currency: 'USD' },
    payment_id: PAYMENT,
    order_id: '4MZt8QvNx2LcRbW7kYd9FhJsPaUZY',
    reason: 'one lamp was broken',
    version: 1,
  })

const dispute = (type: string, eventId: string, createdAt: string, state: string) =>
  event(type, eventId, createdAt, 'dispute', {
    id: 'dts_4LmQzXvT9RbWcKnY7dFh',
    state,
    amount_money: { amount: 4990, currency: 'USD' },
    disputed_payment: { payment_id: PAYMENT },
    reason: 'NO_KNOWLEDGE',
    due_at: '2026-12-24T00:00:00.000Z',
    version: 1,
  })

export const samples = {
  'payment.created': payment(
    'payment.created',
    'a1c0f3d2-0001-4b7e-9c55-2f8d1e6a7b01',
    '2026-11-25T10:28:00.100Z',
    'APPROVED',
  ),
  'payment.created (PENDING)': payment(
    'payment.created',
    'a1c0f3d2-0002-4b7e-9c55-2f8d1e6a7b02',
    '2026-11-25T10:28:00.100Z',
    'PENDING',
  ),
  'payment.updated': payment(
    'payment.updated',
    'a1c0f3d2-0003-4b7e-9c55-2f8d1e6a7b03',
    '2026-11-25T10:30:00.214Z',
    'COMPLETED',
  ),
  'payment.updated (CANCELED)': payment(
    'payment.updated',
    'a1c0f3d2-0004-4b7e-9c55-2f8d1e6a7b04',
    '2026-11-25T10:31:00.000Z',
    'CANCELED',
  ),
  'payment.updated (FAILED)': payment(
    'payment.updated',
    'a1c0f3d2-0005-4b7e-9c55-2f8d1e6a7b05',
    '2026-11-25T10:31:00.000Z',
    'FAILED',
    { card_details: { status: 'FAILED', errors: [{ code: 'INSUFFICIENT_FUNDS', detail: 'Insufficient funds.' }] } },
  ),
  'refund.created': refund(
    'refund.created',
    'a1c0f3d2-0006-4b7e-9c55-2f8d1e6a7b06',
    '2026-11-26T09:00:00.000Z',
    'PENDING',
  ),
  'refund.updated': refund(
    'refund.updated',
    'a1c0f3d2-0007-4b7e-9c55-2f8d1e6a7b07',
    '2026-11-26T09:00:05.000Z',
    'COMPLETED',
  ),
  'refund.updated (REJECTED)': refund(
    'refund.updated',
    'a1c0f3d2-0008-4b7e-9c55-2f8d1e6a7b08',
    '2026-11-26T09:00:05.000Z',
    'REJECTED',
  ),
  'dispute.created': dispute(
    'dispute.created',
    'a1c0f3d2-0009-4b7e-9c55-2f8d1e6a7b09',
    '2026-12-10T08:00:00.000Z',
    'EVIDENCE_REQUIRED',
  ),
  'dispute.created (inquiry)': dispute(
    'dispute.created',
    'a1c0f3d2-0010-4b7e-9c55-2f8d1e6a7b10',
    '2026-12-10T08:00:00.000Z',
    'INQUIRY_EVIDENCE_REQUIRED',
  ),
  'dispute.state.updated (WON)': dispute(
    'dispute.state.updated',
    'a1c0f3d2-0011-4b7e-9c55-2f8d1e6a7b11',
    '2026-12-28T08:00:00.000Z',
    'WON',
  ),
  'dispute.state.updated (LOST)': dispute(
    'dispute.state.updated',
    'a1c0f3d2-0012-4b7e-9c55-2f8d1e6a7b12',
    '2026-12-28T08:00:00.000Z',
    'LOST',
  ),
  'order.updated': {
    merchant_id: '8VXQ3M1KTZC7W',
    type: 'order.updated',
    event_id: 'a1c0f3d2-0013-4b7e-9c55-2f8d1e6a7b13',
    created_at: '2026-11-25T10:30:00.214Z',
    data: {
      type: 'order_updated',
      id: '7BQx2LmVt9RzKcW4nYd6FhJsPaUZY',
      object: { order_updated: { order_id: '7BQx2LmVt9RzKcW4nYd6FhJsPaUZY', state: 'COMPLETED', version: 3 } },
    },
  },
} as const

export const types = {
  'payment.created': 'payment.authorized',
  'payment.created (PENDING)': 'payment.pending',
  'payment.updated': 'payment.confirmed',
  'payment.updated (CANCELED)': 'payment.canceled',
  'payment.updated (FAILED)': 'payment.failed',
  'refund.created': 'refund.pending',
  'refund.updated': 'refund.confirmed',
  'refund.updated (REJECTED)': 'refund.failed',
  'dispute.created': 'dispute.opened',
  'dispute.created (inquiry)': 'dispute.inquiry',
  'dispute.state.updated (WON)': 'dispute.won',
  'dispute.state.updated (LOST)': 'dispute.lost',
  'order.updated': 'square.order.updated',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  event: ['event_id'],
  payment: [
    'data.id',
    'data.object.payment.order_id',
    'data.object.refund.order_id',
    'data.object.refund.payment_id',
    'data.object.dispute.disputed_payment.payment_id',
  ],
}

export const account: SampleAccount = {
  options: { signatureKey: 'SQUARE_SIGNATURE_KEY', url: 'SQUARE_NOTIFICATION_URL' },
  secret: 'signatureKey',
  async load() {
    const { square } = await import('../../providers/square/index.js')
    return ({ options: { signatureKey, url } }) => square({ signatureKey, url })
  },
  examined: 'payment.updated',
}
