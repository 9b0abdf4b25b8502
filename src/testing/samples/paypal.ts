/** PayPal's events. All ids are invented. The resource that PayPal returns decides the event, not the resource in the sample. */
import { payPalTestKeys } from '../test-keys.js'
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const CAPTURE = '6AB12345CD678901E'
const ORDER = '5O190127TN364715T'
const AUTHORIZATION = '4AU11111TH222222C'
const V2 = 'https://api.paypal.com/v2'

const event = <Resource extends object>(id: string, event_type: string, create_time: string, resource: Resource) => ({
  id,
  event_version: '1.0',
  create_time,
  event_type,
  resource,
  links: [{ href: `https://api.paypal.com/v1/notifications/webhooks-events/${id}`, rel: 'self', method: 'GET' }],
})

const payment = (id: string, status: string, up: string, rest: object) => ({
  id,
  status,
  amount: { currency_code: 'EUR', value: '49.90' },
  custom_id: 'ORDER-1001',
  invoice_id: 'INV-2026-1001',
  create_time: '2026-11-25T10:30:00Z',
  update_time: '2026-11-25T10:30:00Z',
  ...rest,
  links: [{ href: `${V2}/${up}`, rel: 'up', method: 'GET' }],
})

const capture = (status: string, rest: object = {}) =>
  payment(CAPTURE, status, `checkout/orders/${ORDER}`, {
    final_capture: true,
    supplementary_data: { related_ids: { order_id: ORDER } },
    ...rest,
  })

const part = (status: string, rest: object = {}) =>
  payment('7BC23456DE789012F', status, `payments/authorizations/${AUTHORIZATION}`, {
    final_capture: false,
    supplementary_data: { related_ids: { order_id: ORDER, authorization_id: AUTHORIZATION } },
    ...rest,
  })

const refund = (status: string) =>
  payment('1JU08902781691411', status, `payments/captures/${CAPTURE}`, {
    amount: { currency_code: 'EUR', value: '15.00' },
  })

const reservation = (status: string) => payment(AUTHORIZATION, status, `checkout/orders/${ORDER}`, {})

const dispute = (stage: string, status: string, rest: object = {}) => ({
  dispute_id: 'PP-R-ABC-12345678',
  create_time: '2026-12-01T08:00:00.000Z',
  update_time: '2026-12-01T08:00:00.000Z',
  disputed_transactions: [{ seller_transaction_id: CAPTURE, invoice_number: 'INV-2026-1001', custom: 'ORDER-1001' }],
  reason: 'MERCHANDISE_OR_SERVICE_NOT_RECEIVED',
  status,
  dispute_amount: { currency_code: 'EUR', value: '49.90' },
  dispute_life_cycle_stage: stage,
  ...rest,
})

const order = {
  id: ORDER,
  intent: 'CAPTURE',
  status: 'APPROVED',
  purchase_units: [
    {
      reference_id: 'default',
      custom_id: 'ORDER-1001',
      invoice_id: 'INV-2026-1001',
      amount: { currency_code: 'EUR', value: '49.90' },
    },
  ],
}

const AT = '2026-11-25T10:30:05.412Z'

export const samples = {
  'CHECKOUT.ORDER.APPROVED': event('WH-2NP14953DE456789F-4GH1', 'CHECKOUT.ORDER.APPROVED', AT, order),
  'CHECKOUT.PAYMENT-APPROVAL.REVERSED': event('WH-3AR14953DE456789F-4GH2', 'CHECKOUT.PAYMENT-APPROVAL.REVERSED', AT, {
    order_id: ORDER,
    purchase_units: order.purchase_units,
  }),
  'PAYMENT.AUTHORIZATION.CREATED': event(
    'WH-4AC14953DE456789F-4GH3',
    'PAYMENT.AUTHORIZATION.CREATED',
    AT,
    reservation('CREATED'),
  ),
  'PAYMENT.AUTHORIZATION.VOIDED': event(
    'WH-5AV14953DE456789F-4GH4',
    'PAYMENT.AUTHORIZATION.VOIDED',
    AT,
    reservation('VOIDED'),
  ),
  'PAYMENT.CAPTURE.PENDING': event(
    'WH-4KJ81620BC234567D-2EF3',
    'PAYMENT.CAPTURE.PENDING',
    AT,
    capture('PENDING', { status_details: { reason: 'PENDING_REVIEW' } }),
  ),
  'PAYMENT.CAPTURE.COMPLETED': event(
    'WH-7TR92710AB123456C-1DE2',
    'PAYMENT.CAPTURE.COMPLETED',
    AT,
    capture('COMPLETED'),
  ),
  'PAYMENT.CAPTURE.COMPLETED (refunded since)': event(
    'WH-7TR92710AB123456C-1DE4',
    'PAYMENT.CAPTURE.COMPLETED',
    AT,
    capture('REFUNDED'),
  ),
  'PAYMENT.CAPTURE.DECLINED': event('WH-8DC92710AB123456C-1DE3', 'PAYMENT.CAPTURE.DECLINED', AT, capture('DECLINED')),
  'PAYMENT.CAPTURE.PENDING (a part)': event(
    'WH-1PP92710AB123456C-1DE5',
    'PAYMENT.CAPTURE.PENDING',
    AT,
    part('PENDING'),
  ),
  'PAYMENT.CAPTURE.COMPLETED (a part)': event(
    'WH-2PC92710AB123456C-1DE6',
    'PAYMENT.CAPTURE.COMPLETED',
    AT,
    part('COMPLETED'),
  ),
  'PAYMENT.CAPTURE.DECLINED (a part)': event(
    'WH-3PD92710AB123456C-1DE7',
    'PAYMENT.CAPTURE.DECLINED',
    AT,
    part('DECLINED'),
  ),
  'PAYMENT.CAPTURE.REFUNDED': event('WH-9LM03842CD345678E-3FG4', 'PAYMENT.CAPTURE.REFUNDED', AT, refund('COMPLETED')),
  'PAYMENT.REFUND.PENDING': event('WH-9LM03842CD345678E-3FG5', 'PAYMENT.REFUND.PENDING', AT, refund('PENDING')),
  'PAYMENT.REFUND.FAILED': event('WH-9LM03842CD345678E-3FG6', 'PAYMENT.REFUND.FAILED', AT, refund('FAILED')),
  'PAYMENT.CAPTURE.REVERSED': event('WH-6RV03842CD345678E-3FG7', 'PAYMENT.CAPTURE.REVERSED', AT, capture('COMPLETED')),
  'PAYMENT.SALE.COMPLETED': event('WH-8ST37175FG678901H-6JK7', 'PAYMENT.SALE.COMPLETED', AT, {
    id: '3VW48286GH789012J',
    state: 'completed',
    amount: { total: '9.90', currency: 'EUR' },
    billing_agreement_id: 'I-BW452GLLEP1G',
    custom: 'ORDER-1005',
    create_time: '2026-11-25T12:00:00Z',
  }),
  'CUSTOMER.DISPUTE.CREATED': event(
    'WH-5QR26064EF567890G-5HJ6',
    'CUSTOMER.DISPUTE.CREATED',
    AT,
    dispute('INQUIRY', 'OPEN'),
  ),
  'CUSTOMER.DISPUTE.UPDATED': event(
    'WH-5QR26064EF567890G-5HJ7',
    'CUSTOMER.DISPUTE.UPDATED',
    AT,
    dispute('CHARGEBACK', 'WAITING_FOR_SELLER_RESPONSE'),
  ),
  'CUSTOMER.DISPUTE.RESOLVED': event(
    'WH-5QR26064EF567890G-5HJ8',
    'CUSTOMER.DISPUTE.RESOLVED',
    AT,
    dispute('CHARGEBACK', 'RESOLVED', { dispute_outcome: { outcome_code: 'RESOLVED_SELLER_FAVOUR' } }),
  ),
  'CUSTOMER.DISPUTE.RESOLVED (lost)': event(
    'WH-5QR26064EF567890G-5HJ9',
    'CUSTOMER.DISPUTE.RESOLVED',
    AT,
    dispute('CHARGEBACK', 'RESOLVED', { dispute_outcome: { outcome_code: 'RESOLVED_BUYER_FAVOUR' } }),
  ),
} as const

/** The types if PayPal returns each resource as it is in the sample. */
export const types = {
  'CHECKOUT.ORDER.APPROVED': 'payment.pending',
  'CHECKOUT.PAYMENT-APPROVAL.REVERSED': 'payment.canceled',
  'PAYMENT.AUTHORIZATION.CREATED': 'payment.authorized',
  'PAYMENT.AUTHORIZATION.VOIDED': 'payment.canceled',
  'PAYMENT.CAPTURE.PENDING': 'payment.detected',
  'PAYMENT.CAPTURE.COMPLETED': 'payment.confirmed',
  'PAYMENT.CAPTURE.COMPLETED (refunded since)': 'payment.refunded',
  'PAYMENT.CAPTURE.DECLINED': 'payment.failed',
  'PAYMENT.CAPTURE.PENDING (a part)': 'transaction.detected',
  'PAYMENT.CAPTURE.COMPLETED (a part)': 'transaction.confirmed',
  'PAYMENT.CAPTURE.DECLINED (a part)': 'transaction.failed',
  'PAYMENT.CAPTURE.REFUNDED': 'refund.confirmed',
  'PAYMENT.REFUND.PENDING': 'refund.pending',
  'PAYMENT.REFUND.FAILED': 'refund.failed',
  'PAYMENT.CAPTURE.REVERSED': 'refund.confirmed',
  'PAYMENT.SALE.COMPLETED': 'payment.confirmed',
  'CUSTOMER.DISPUTE.CREATED': 'dispute.inquiry',
  'CUSTOMER.DISPUTE.UPDATED': 'dispute.opened',
  'CUSTOMER.DISPUTE.RESOLVED': 'dispute.won',
  'CUSTOMER.DISPUTE.RESOLVED (lost)': 'paypal.CUSTOMER.DISPUTE.RESOLVED',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  event: ['id'],
  payment: [
    'resource.id',
    'resource.order_id',
    'resource.dispute_id',
    'resource.invoice_id',
    'resource.billing_agreement_id',
  ],
  inTexts: [CAPTURE, ORDER, AUTHORIZATION],
  orders: ['ORDER-1001', 'ORDER-1005'],
}

/** Only PayPal has the private key. */
export const account: SampleAccount = {
  options: { webhookId: 'PAYPAL_WEBHOOK_ID' },
  optional: { mode: 'PAYPAL_MODE' },
  secret: null,
  testKeys: 'payPalTestKeys()',
  readBack: {
    asks: "PayPal's API",
    unknown: 'what PayPal does not know is put off with 503',
    instead: 'a readBack',
  },
  async load() {
    const { paypal } = await import('../../providers/paypal/index.js')
    return ({ options: { webhookId, mode }, now }) =>
      paypal({
        webhookId,
        ...(mode !== undefined && { mode: mode as 'live' | 'sandbox' }),
        testKeys: payPalTestKeys(),
        readBack: () => Promise.resolve(null),
        now,
      })
  },
}
