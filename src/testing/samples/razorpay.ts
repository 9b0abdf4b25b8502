/** Events of Razorpay about one order, and about a payment link. All ids are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const ORDER = 'order_QkT7aBc9dE2FgH'

const payment = (rest: object = {}) => ({
  entity: {
    id: 'pay_QkT8xWv3mR1LpZ',
    entity: 'payment',
    amount: 499000,
    currency: 'INR',
    base_amount: 499000,
    status: 'captured',
    order_id: ORDER as string | null,
    method: 'upi',
    amount_refunded: 0,
    refund_status: null,
    captured: true,
    vpa: 'buyer@upi',
    email: 'buyer@example.com',
    notes: { order_id: 'ORDER-1001' },
    error_description: null,
    created_at: 1795602500,
    ...rest,
  },
})

const order = (rest: object = {}) => ({
  entity: {
    id: ORDER,
    entity: 'order',
    amount: 499000,
    amount_paid: 499000,
    amount_due: 0,
    currency: 'INR',
    receipt: 'ORDER-1001',
    status: 'paid',
    attempts: 1,
    notes: [],
    created_at: 1795602400,
    ...rest,
  },
})

const link = (status: string, amount_paid: number) => ({
  entity: {
    id: 'plink_QnD4bAz7qV5PtD',
    amount: 499000,
    amount_paid,
    currency: 'INR',
    reference_id: 'ORDER-1001',
    status,
    accept_partial: true,
    notes: null,
    created_at: 1795602000,
  },
})

const refund = (status: string, id = 'rfnd_QlB2zYx5oT3NrB') => ({
  entity: {
    id,
    entity: 'refund',
    amount: 150000,
    currency: 'INR',
    payment_id: 'pay_QkT8xWv3mR1LpZ',
    notes: [],
    status,
    speed_processed: 'normal',
    created_at: 1795690000,
  },
})

const dispute = (status: string, rest: object = {}) => ({
  entity: {
    id: 'disp_QmC3aZy6pU4OsC',
    entity: 'dispute',
    payment_id: 'pay_QkT8xWv3mR1LpZ',
    amount: 499000,
    currency: 'INR',
    amount_deducted: 0,
    reason_code: 'goods_or_services_not_received_or_partially_received',
    respond_by: 1796800000,
    status,
    phase: 'chargeback',
    created_at: 1796200000,
    ...rest,
  },
})

const event = <Payload extends object>(name: string, created_at: number, payload: Payload) => ({
  entity: 'event',
  account_id: 'acc_PqR5sTu7vWx9Yz',
  event: name,
  contains: Object.keys(payload),
  payload,
  created_at,
})

const aboutDispute = (name: string, created_at: number, status: string, rest: object = {}) =>
  event(`payment.dispute.${name}`, created_at, { payment: payment(), dispute: dispute(status, rest) })

const aboutRefund = (name: string, created_at: number, status: string, rest: object = {}, id?: string) =>
  event(`refund.${name}`, created_at, { refund: refund(status, id), payment: payment(rest) })

const PART = { amount: 200000, base_amount: 200000 }

export const samples = {
  'order.paid': event('order.paid', 1795602512, { payment: payment(), order: order() }),
  'payment.authorized': event('payment.authorized', 1795602505, {
    payment: payment({ status: 'authorized', captured: false }),
  }),
  'payment.captured': event('payment.captured', 1795602512, { payment: payment() }),
  'payment.captured (without an order)': event('payment.captured', 1795602512, {
    payment: payment({ id: 'pay_QkW4aBd6fH8JkM', order_id: null }),
  }),
  'payment.failed': event('payment.failed', 1795602900, {
    payment: payment({
      id: 'pay_QkU1yXw4nS2MqA',
      status: 'failed',
      captured: false,
      error_description: 'Payment was not completed on time.',
    }),
  }),
  'payment.failed (without an order)': event('payment.failed', 1795602900, {
    payment: payment({ id: 'pay_QkW5bCe7gI9KlN', status: 'failed', captured: false, order_id: null }),
  }),
  'payment_link.paid': event('payment_link.paid', 1795602512, {
    payment_link: link('paid', 499000),
    order: order(),
    payment: payment(),
  }),
  'payment_link.partially_paid': event('payment_link.partially_paid', 1795602512, {
    payment_link: link('partially_paid', 200000),
    order: order({ amount_paid: 200000, amount_due: 299000, status: 'attempted' }),
    payment: payment(PART),
  }),
  'payment_link.cancelled': event('payment_link.cancelled', 1795603000, { payment_link: link('cancelled', 0) }),
  'payment_link.expired': event('payment_link.expired', 1795603000, { payment_link: link('expired', 0) }),
  'refund.created': aboutRefund('created', 1795690001, 'pending'),
  'refund.processed': aboutRefund('processed', 1795690100, 'processed', { amount_refunded: 150000 }),
  'refund.processed (never captured)': aboutRefund(
    'processed',
    1795690100,
    'processed',
    { captured: false },
    'rfnd_QlC3aZy6pU4OsC',
  ),
  'refund.failed': aboutRefund('failed', 1795690200, 'failed'),
  'payment.dispute.created': aboutDispute('created', 1796200001, 'open'),
  'payment.dispute.created (retrieval)': aboutDispute('created', 1796200001, 'open', {
    id: 'disp_QmD4bAz7qV5PtD',
    phase: 'retrieval',
  }),
  'payment.dispute.under_review': aboutDispute('under_review', 1796300001, 'under_review', { amount_deducted: 499000 }),
  'payment.dispute.won': aboutDispute('won', 1796800001, 'won'),
  'payment.dispute.lost': aboutDispute('lost', 1796800001, 'lost', { amount_deducted: 499000 }),
  'settlement.processed': event('settlement.processed', 1796700000, {
    settlement: { entity: { id: 'setl_QrE8fDa1tX9SxH', entity: 'settlement', amount: 487224, status: 'processed' } },
  }),
} as const

export const types = {
  'order.paid': 'payment.confirmed',
  'payment.authorized': 'payment.authorized',
  'payment.captured': 'transaction.confirmed',
  'payment.captured (without an order)': 'payment.confirmed',
  'payment.failed': 'transaction.failed',
  'payment.failed (without an order)': 'payment.failed',
  'payment_link.paid': 'razorpay.payment_link.paid',
  'payment_link.partially_paid': 'razorpay.payment_link.partially_paid',
  'payment_link.cancelled': 'payment.canceled',
  'payment_link.expired': 'payment.expired',
  'refund.created': 'refund.pending',
  'refund.processed': 'refund.confirmed',
  'refund.processed (never captured)': 'razorpay.refund.processed',
  'refund.failed': 'refund.failed',
  'payment.dispute.created': 'dispute.opened',
  'payment.dispute.created (retrieval)': 'dispute.inquiry',
  'payment.dispute.under_review': 'dispute.opened',
  'payment.dispute.won': 'dispute.won',
  'payment.dispute.lost': 'dispute.lost',
  'settlement.processed': 'razorpay.settlement.processed',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: [
    'payload.payment.entity.id',
    'payload.payment.entity.order_id',
    'payload.order.entity.id',
    'payload.payment_link.entity.id',
    'payload.refund.entity.id',
    'payload.dispute.entity.id',
    'payload.settlement.entity.id',
  ],
}

export const account: SampleAccount = {
  options: { secret: 'RAZORPAY_WEBHOOK_SECRET' },
  secret: 'secret',
  async load() {
    const { razorpay } = await import('../../providers/razorpay/index.js')
    return ({ options: { secret } }) => razorpay({ secret })
  },
  examined: 'order.paid',
}
