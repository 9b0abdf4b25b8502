/** Polar's events about one order. All ids are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const ORDER = '9d3c7a15-2e84-4f60-b1c9-5a7e0d4f8b26'

const event = <Data extends object>(type: string, timestamp: string, data: Data) => ({ type, timestamp, data })

const order = (status: string, rest: object = {}) => ({
  id: ORDER,
  created_at: '2026-11-27T08:09:40.101322Z',
  modified_at: null as string | null,
  status,
  paid: status !== 'pending' && status !== 'void',
  subtotal_amount: 12900,
  discount_amount: 0,
  net_amount: 12900,
  tax_amount: 2451,
  total_amount: 15351,
  applied_balance_amount: 0,
  due_amount: 0,
  refunded_amount: 0,
  refunded_tax_amount: 0,
  currency: 'eur',
  billing_reason: 'purchase',
  customer_id: '4b6e1f90-8d27-4c3a-a5b0-7f2c9e8d1a63',
  product_id: 'e2f5a8c1-6b39-4d07-9c4e-0a1b2c3d4e5f',
  subscription_id: null,
  checkout_id: '70a9b8c7-d6e5-4f43-8210-fedcba987654',
  metadata: { order_id: 'ORDER-1001' },
  ...rest,
})

const refund = (status: string) => ({
  id: '2c8f5b41-a07d-4e96-8b3f-6d1e0c9a7f52',
  created_at: '2026-11-28T10:00:02.990012Z',
  modified_at: null,
  metadata: {},
  status,
  reason: 'customer_request',
  amount: 5000,
  tax_amount: 950,
  currency: 'eur',
  order_id: ORDER,
  subscription_id: null,
})

const changed = { modified_at: '2026-11-27T08:09:57.884210Z' }

export const samples = {
  'order.created': event('order.created', '2026-11-27T08:09:41.220145Z', order('pending')),
  'order.paid': event('order.paid', '2026-11-27T08:09:58.412733Z', order('paid', changed)),
  'order.paid (renewal)': event(
    'order.paid',
    '2026-12-27T08:10:02.118002Z',
    order('paid', {
      ...changed,
      id: 'c41d7e92-5f08-4b3a-96d7-1e2f3a4b5c6d',
      billing_reason: 'subscription_cycle',
      subscription_id: '8a7b6c5d-4e3f-4a21-b0c9-d8e7f6a5b4c3',
    }),
  ),
  'order.updated': event('order.updated', '2026-11-27T08:09:58.398101Z', order('paid', changed)),
  'order.updated (void)': event('order.updated', '2026-11-27T09:10:00.000000Z', order('void', changed)),
  'order.refunded': event(
    'order.refunded',
    '2026-11-28T10:00:03.551902Z',
    order('partially_refunded', { ...changed, refunded_amount: 5000, refunded_tax_amount: 950 }),
  ),
  // A refund is usually complete when it is created. If its money is still on the way, it is pending and updated later.
  'refund.created (pending)': event('refund.created', '2026-11-28T10:00:03.120441Z', refund('pending')),
  'refund.updated': event('refund.updated', '2026-11-28T10:02:11.000000Z', refund('succeeded')),
  'refund.created': event('refund.created', '2026-11-28T10:00:03.120441Z', refund('succeeded')),
  'refund.updated (failed)': event('refund.updated', '2026-11-28T10:02:11.000000Z', refund('failed')),
  'checkout.expired': event('checkout.expired', '2026-11-27T09:09:40.000000Z', {
    id: '70a9b8c7-d6e5-4f43-8210-fedcba987654',
    status: 'expired',
    metadata: { order_id: 'ORDER-1001' },
  }),
  'subscription.past_due': event('subscription.past_due', '2026-12-27T08:10:02.118002Z', {
    id: '8a7b6c5d-4e3f-4a21-b0c9-d8e7f6a5b4c3',
    status: 'past_due',
    metadata: { order_id: 'ORDER-1001' },
  }),
} as const

/** The types with `money: 'order.paid'`. */
export const types = {
  'order.created': 'payment.pending',
  'order.paid': 'payment.confirmed',
  'order.paid (renewal)': 'payment.confirmed',
  'order.updated': 'polar.order.updated',
  'order.updated (void)': 'payment.canceled',
  'order.refunded': 'polar.order.refunded',
  'refund.created (pending)': 'refund.pending',
  'refund.updated': 'refund.confirmed',
  'refund.created': 'refund.confirmed',
  'refund.updated (failed)': 'refund.failed',
  'checkout.expired': 'payment.expired',
  'subscription.past_due': 'polar.subscription.past_due',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: ['data.id', 'data.checkout_id', 'data.order_id', 'data.subscription_id'],
}

export const account: SampleAccount = {
  options: { secret: 'POLAR_WEBHOOK_SECRET' },
  secret: 'secret',
  async load() {
    const { polar } = await import('../../providers/polar/index.js')
    return ({ options: { secret }, now }) => polar({ secret, now })
  },
  signsTime: 'always',
  examined: 'order.paid',
}
