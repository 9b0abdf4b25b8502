/** Stripe's events about one payment in live mode. All ids are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const INTENT = 'pi_3Tq8Wd2eZvKYlo2C0f6NcR1m'
const CHARGE = 'ch_3Tq8Wd2eZvKYlo2C0b9KxJ4s'
const ORDER = { order_id: 'ORDER-1001' }

const event = <Object extends object>(id: string, type: string, created: number, object: Object) => ({
  id: `evt_${id}`,
  object: 'event',
  api_version: '2026-09-30.endive',
  created,
  data: { object },
  livemode: true,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type,
})

const intent = (status: string, rest: object = {}) => ({
  id: INTENT,
  object: 'payment_intent',
  amount: 4990,
  amount_capturable: 0,
  amount_received: 0,
  currency: 'eur',
  latest_charge: CHARGE as string | null,
  livemode: true,
  metadata: ORDER,
  status,
  ...rest,
})

const paid = { amount_received: 4990 }

const session = (status: string, payment_status: string) => ({
  id: 'cs_live_a1VtGm5XqRk9Lw2Zs7Bn',
  object: 'checkout.session',
  amount_total: 4990,
  client_reference_id: 'ORDER-1001',
  currency: 'eur',
  livemode: true,
  metadata: {},
  mode: 'payment',
  payment_intent: INTENT,
  payment_status,
  status,
})

const charge = (amount_refunded: number) => ({
  id: CHARGE,
  object: 'charge',
  amount: 4990,
  amount_refunded,
  currency: 'eur',
  livemode: true,
  metadata: ORDER,
  payment_intent: INTENT,
  status: 'succeeded',
})

const refund = (status: string, rest: object = {}) => ({
  id: 're_3Tq8Wd2eZvKYlo2C0d7PyL5t',
  object: 'refund',
  amount: 1500,
  charge: CHARGE,
  currency: 'eur',
  metadata: {},
  payment_intent: INTENT,
  status,
  ...rest,
})

const dispute = (status: string) => ({
  id: 'du_1Ts4Bh2eZvKYlo2CqM8vDk3u',
  object: 'dispute',
  amount: 4990,
  charge: CHARGE,
  currency: 'eur',
  evidence_details: { due_by: 1796860799 },
  livemode: true,
  metadata: {},
  payment_intent: INTENT,
  reason: 'fraudulent',
  status,
})

export const samples = {
  'payment_intent.created': event(
    '3Tq8Wd2eZvKYlo2C01aAbBcC',
    'payment_intent.created',
    1795600000,
    intent('requires_payment_method', { latest_charge: null }),
  ),
  'payment_intent.processing': event(
    '3Tq8Wd2eZvKYlo2C02bBcCdD',
    'payment_intent.processing',
    1795600010,
    intent('processing'),
  ),
  'payment_intent.amount_capturable_updated': event(
    '3Tq8Wd2eZvKYlo2C03cCdDeE',
    'payment_intent.amount_capturable_updated',
    1795600015,
    intent('requires_capture', { amount_capturable: 4990 }),
  ),
  'payment_intent.succeeded': event(
    '3Tq8Wd2eZvKYlo2C04dDeEfF',
    'payment_intent.succeeded',
    1795600020,
    intent('succeeded', paid),
  ),
  'payment_intent.partially_funded': event(
    '3Tq8Wd2eZvKYlo2C05eEfFgG',
    'payment_intent.partially_funded',
    1795600020,
    intent('requires_action', { amount_received: 2000 }),
  ),
  'payment_intent.payment_failed': event(
    '3Tq8Wd2eZvKYlo2C06fFgGhH',
    'payment_intent.payment_failed',
    1795600012,
    intent('requires_payment_method', { last_payment_error: { message: 'Your card was declined.' } }),
  ),
  'payment_intent.canceled': event(
    '3Tq8Wd2eZvKYlo2C07gGhHiI',
    'payment_intent.canceled',
    1795600030,
    intent('canceled', { cancellation_reason: 'requested_by_customer' }),
  ),
  'checkout.session.completed': event(
    '1Tq8Wd2eZvKYlo2C08hHiIjJ',
    'checkout.session.completed',
    1795600021,
    session('complete', 'paid'),
  ),
  'checkout.session.expired': event(
    '1Tq8Wd2eZvKYlo2C09iIjJkK',
    'checkout.session.expired',
    1795686400,
    session('expired', 'unpaid'),
  ),
  // A card's refund is complete when it is created. If the money is still on the way, the refund is pending and updated later.
  'refund.created (pending)': event('3Tq8Wd2eZvKYlo2C10jJkKlL', 'refund.created', 1795700000, refund('pending')),
  'refund.updated': event('3Tq8Wd2eZvKYlo2C11kKlLmM', 'refund.updated', 1795700600, refund('succeeded')),
  'refund.created': event('3Tq8Wd2eZvKYlo2C19sStTuU', 'refund.created', 1795700000, refund('succeeded')),
  'refund.failed': event(
    '3Tq8Wd2eZvKYlo2C12lLmMnN',
    'refund.failed',
    1796100000,
    refund('failed', { failure_reason: 'expired_or_canceled_card' }),
  ),
  'charge.refunded': event('3Tq8Wd2eZvKYlo2C13mMnNoO', 'charge.refunded', 1795700000, charge(1500)),
  'charge.dispute.created (inquiry)': event(
    '1Ts4Bh2eZvKYlo2C14nNoOpP',
    'charge.dispute.created',
    1796200000,
    dispute('warning_needs_response'),
  ),
  'charge.dispute.created': event(
    '1Ts4Bh2eZvKYlo2C15oOpPqQ',
    'charge.dispute.created',
    1796200000,
    dispute('needs_response'),
  ),
  'charge.dispute.funds_withdrawn': event(
    '1Ts4Bh2eZvKYlo2C16pPqQrR',
    'charge.dispute.funds_withdrawn',
    1796200005,
    dispute('needs_response'),
  ),
  'charge.dispute.closed (won)': event('1Ts4Bh2eZvKYlo2C17qQrRsS', 'charge.dispute.closed', 1799000000, dispute('won')),
  'charge.dispute.closed (lost)': event(
    '1Ts4Bh2eZvKYlo2C18rRsStT',
    'charge.dispute.closed',
    1799000000,
    dispute('lost'),
  ),
} as const

/** The types with `money: 'payment_intent'`. */
export const types = {
  'payment_intent.created': 'payment.pending',
  'payment_intent.processing': 'payment.detected',
  'payment_intent.amount_capturable_updated': 'payment.authorized',
  'payment_intent.succeeded': 'payment.confirmed',
  'payment_intent.partially_funded': 'payment.partially_paid',
  'payment_intent.payment_failed': 'payment.failed',
  'payment_intent.canceled': 'payment.canceled',
  'checkout.session.completed': 'payment.pending',
  'checkout.session.expired': 'payment.expired',
  'refund.created (pending)': 'refund.pending',
  'refund.updated': 'refund.confirmed',
  'refund.created': 'refund.confirmed',
  'refund.failed': 'refund.failed',
  'charge.refunded': 'stripe.charge.refunded',
  'charge.dispute.created (inquiry)': 'dispute.inquiry',
  'charge.dispute.created': 'dispute.opened',
  'charge.dispute.funds_withdrawn': 'dispute.opened',
  'charge.dispute.closed (won)': 'dispute.won',
  'charge.dispute.closed (lost)': 'dispute.lost',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  event: ['id'],
  payment: ['data.object.id', 'data.object.latest_charge', 'data.object.payment_intent', 'data.object.charge'],
}

export const account: SampleAccount = {
  options: { secret: 'STRIPE_WEBHOOK_SECRET' },
  secret: 'secret',
  async load() {
    const { stripe } = await import('../../providers/stripe/index.js')
    return ({ options: { secret }, now }) => stripe({ secret, now })
  },
  signsTime: 'always',
  inTestMode: (name, value) => (name === 'livemode' ? false : value),
  examined: 'payment_intent.succeeded',
}
