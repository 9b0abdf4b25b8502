/** Checkout.com's events about one payment in live mode. All ids are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const PAYMENT = 'pay_qn7vx3m2t5ze1kb9wd4c8hyrfa'

const event = <Data extends object>(id: string, type: string, createdOn: string, data: Data) => ({
  id: `evt_${id}`,
  type,
  version: '1.0.33',
  created_on: createdOn,
  data,
  _links: { payment: { href: `https://api.checkout.com/payments/${PAYMENT}` } },
})

const action = (actionId: string, summary: string, rest: object = {}) => ({
  id: PAYMENT,
  action_id: `act_${actionId}`,
  reference: 'ORDER-1001',
  amount: 4990,
  currency: 'EUR',
  processed_on: '2026-11-25T10:30:00.5117162Z',
  response_code: summary === 'Approved' ? '10000' : '20051',
  response_summary: summary,
  metadata: { order_id: 'ORDER-1001' },
  ...rest,
})

const refund = (summary: string) => action('m8k2vq7xn4tz1wb6yd3c9hjrea', summary, { amount: 1500 })

const dispute = {
  id: 'dsp_x4mqz7vt9rwbkcn2yd6f1hjsae',
  payment_id: PAYMENT,
  payment_reference: 'ORDER-1001',
  amount: 4990,
  currency: 'EUR',
  category: 'fraudulent',
  reason_code: '10.4',
  evidence_required_by: '2026-12-20T23:59:59Z',
}

const captured = 'b7qx2lmvt9rzkcw4nyd6fhjspa'

export const samples = {
  payment_pending: event('01', 'payment_pending', '2026-11-25T10:28:00.0000000Z', action('01', 'Pending')),
  payment_approved: event('02', 'payment_approved', '2026-11-25T10:29:58.1230000Z', action('02', 'Approved')),
  payment_capture_pending: event(
    '03',
    'payment_capture_pending',
    '2026-11-25T10:30:00.0000000Z',
    action(captured, 'Pending'),
  ),
  payment_captured: event('04', 'payment_captured', '2026-11-25T10:30:01.4371234Z', action(captured, 'Approved')),
  payment_declined: event('05', 'payment_declined', '2026-11-25T10:40:01.0000000Z', action('05', 'Insufficient Funds')),
  payment_canceled: event('06', 'payment_canceled', '2026-11-25T10:41:00.0000000Z', action('06', 'Approved')),
  payment_expired: event('07', 'payment_expired', '2026-11-26T10:28:00.0000000Z', action('07', 'Expired')),
  payment_refund_pending: event('08', 'payment_refund_pending', '2026-11-26T09:00:00.0000000Z', refund('Pending')),
  payment_refunded: event('09', 'payment_refunded', '2026-11-26T09:00:02.0000000Z', refund('Approved')),
  payment_refund_declined: event('10', 'payment_refund_declined', '2026-11-26T09:00:02.0000000Z', refund('Declined')),
  dispute_evidence_required: event('11', 'dispute_evidence_required', '2026-12-10T08:00:00.0000000Z', dispute),
  dispute_won: event('12', 'dispute_won', '2026-12-28T08:00:00.0000000Z', dispute),
  dispute_lost: event('13', 'dispute_lost', '2026-12-28T08:00:00.0000000Z', dispute),
  card_verified: event('14', 'card_verified', '2026-11-25T10:28:00.0000000Z', { id: PAYMENT, amount: 0 }),
} as const

/** The types with `captures: 'single'`. */
export const types = {
  payment_pending: 'payment.pending',
  payment_approved: 'payment.authorized',
  payment_capture_pending: 'payment.detected',
  payment_captured: 'payment.confirmed',
  payment_declined: 'payment.failed',
  payment_canceled: 'payment.canceled',
  payment_expired: 'payment.expired',
  payment_refund_pending: 'refund.pending',
  payment_refunded: 'refund.confirmed',
  payment_refund_declined: 'refund.failed',
  dispute_evidence_required: 'dispute.opened',
  dispute_won: 'dispute.won',
  dispute_lost: 'dispute.lost',
  card_verified: 'checkout-com.card_verified',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  event: ['id'],
  payment: ['data.id', 'data.action_id', 'data.payment_id'],
}

export const account: SampleAccount = {
  options: { signatureKey: 'CKO_SIGNATURE_KEY' },
  optional: { authorization: 'CKO_AUTHORIZATION' },
  secret: 'signatureKey',
  secondSecret: 'authorization',
  async load() {
    const { checkoutCom } = await import('../../providers/checkout-com/index.js')
    return ({ options: { signatureKey, authorization } }) =>
      checkoutCom({ signatureKey, ...(authorization !== undefined && { authorization }) })
  },
  inTestMode: (name, value) =>
    name === 'href' ? String(value).replace('//api.checkout.com', '//api.sandbox.checkout.com') : value,
  examined: 'payment_captured',
}
