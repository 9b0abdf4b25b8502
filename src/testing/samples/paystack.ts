/** Events of Paystack in live mode, about one payment. All ids and codes are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const REFERENCE = 'ORDER-1001-a1'

const transaction = (rest: object = {}) => ({
  id: 4099260516,
  domain: 'live',
  status: 'success',
  reference: REFERENCE,
  amount: 4990000,
  gateway_response: 'Successful',
  paid_at: '2026-11-25T10:30:00.000Z',
  created_at: '2026-11-25T10:28:00.000Z',
  channel: 'card',
  currency: 'NGN',
  metadata: { order_id: 'ORDER-1001' },
  fees: 84850,
  customer: { id: 112907911, email: 'buyer@example.com', customer_code: 'CUS_lht026y5q7p27o5' },
  plan: {},
  requested_amount: 4990000,
  ...rest,
})

const refund = (event: string, refund_reference: string | null, rest: object = {}) => ({
  event,
  data: {
    status: event.split('.')[1],
    transaction_reference: REFERENCE,
    refund_reference,
    amount: '1500000',
    currency: 'NGN',
    processor: 'instant-transfer',
    integration: 412829,
    domain: 'live',
    ...rest,
  },
})

const dispute = (event: string, rest: object = {}) => ({
  event,
  data: {
    id: 358950,
    refund_amount: 4990000,
    currency: 'NGN',
    status: 'awaiting-merchant-feedback',
    resolution: null,
    domain: 'live',
    transaction: transaction(),
    category: 'chargeback',
    dueAt: '2026-12-10T18:00:00.000Z',
    resolvedAt: null,
    created_at: '2026-12-09T13:46:57.000Z',
    updated_at: '2026-12-09T18:00:02.000Z',
    ...rest,
  },
})

const resolved = (id: number, resolution: string) =>
  dispute('charge.dispute.resolve', {
    id,
    status: 'resolved',
    resolution,
    resolvedAt: '2026-12-10T09:12:44.000Z',
    updated_at: '2026-12-10T09:12:44.000Z',
  })

const paymentRequest = (event: string, rest: object) => ({
  event,
  data: {
    id: 1089,
    domain: 'live',
    amount: 4990000,
    currency: 'NGN',
    request_code: 'PRQ_y0paeo93jh99mho',
    metadata: { order_id: 'ORDER-1001' },
    ...rest,
  },
})

export const samples = {
  'charge.success': { event: 'charge.success', data: transaction() },
  'charge.failed': {
    event: 'charge.failed',
    data: transaction({ status: 'failed', paid_at: null, gateway_response: 'Declined' }),
  },
  'charge.success (test mode)': { event: 'charge.success', data: transaction({ domain: 'test' }) },
  'bank.transfer.rejected': {
    event: 'bank.transfer.rejected',
    data: { id: 4099260517, domain: 'live', reference: REFERENCE, message: 'Incorrect amount', metadata: '' },
  },
  'paymentrequest.pending': paymentRequest('paymentrequest.pending', { status: 'pending', paid: false, paid_at: null }),
  'paymentrequest.success': paymentRequest('paymentrequest.success', {
    status: 'success',
    paid: true,
    paid_at: '2026-11-25T10:30:00.000Z',
  }),
  'refund.pending': refund('refund.pending', null),
  'refund.processed': refund('refund.processed', '132013318360'),
  'refund.failed': refund('refund.failed', 'TRF_7jn17u9vkqm91efk'),
  'charge.dispute.create': dispute('charge.dispute.create'),
  'charge.dispute.remind': dispute('charge.dispute.remind'),
  'charge.dispute.resolve (accepted)': resolved(358951, 'merchant-accepted'),
  'charge.dispute.resolve (declined)': resolved(358952, 'declined'),
  'transfer.success': {
    event: 'transfer.success',
    data: { id: 37272792, domain: 'live', amount: 3000000, currency: 'NGN', transfer_code: 'TRF_v5tip3zx8nna9o78' },
  },
} as const

export const types = {
  'charge.success': 'payment.confirmed',
  'charge.failed': 'payment.failed',
  'charge.success (test mode)': 'paystack.test.charge.success',
  'bank.transfer.rejected': 'payment.failed',
  'paymentrequest.pending': 'paystack.paymentrequest.pending',
  'paymentrequest.success': 'paystack.paymentrequest.success',
  'refund.pending': 'refund.pending',
  'refund.processed': 'refund.confirmed',
  'refund.failed': 'refund.failed',
  'charge.dispute.create': 'dispute.opened',
  'charge.dispute.remind': 'dispute.opened',
  'charge.dispute.resolve (accepted)': 'dispute.lost',
  'charge.dispute.resolve (declined)': 'dispute.won',
  'transfer.success': 'paystack.transfer.success',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: [
    'data.id',
    'data.reference',
    'data.transaction_reference',
    'data.refund_reference',
    'data.request_code',
    'data.transfer_code',
    'data.transaction.id',
    'data.transaction.reference',
  ],
}

export const account: SampleAccount = {
  options: { secretKey: 'PAYSTACK_SECRET_KEY' },
  secret: 'secretKey',
  async load() {
    const { paystack } = await import('../../providers/paystack/index.js')
    return ({ options: { secretKey }, testMode }) => paystack({ secretKey, mode: testMode ? 'test' : 'live' })
  },
  inTestMode: (name, value) => (name === 'domain' && value === 'live' ? 'test' : value),
  examined: 'charge.success',
}
