/**
 * Notifications of NOWPayments about one payment, a later transfer to its address, and a payout. All ids, hashes and addresses
 * are invented.
 */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const ADDRESS = 'TXk4g9V2m7Qs1Bz8Ld3Wn6Rc5Yh0Jp'

const payment = <Fields extends object>(payment_status: string, fields: Fields) => ({
  payment_id: 6130274855 as number,
  parent_payment_id: null as number | null,
  invoice_id: 4810367725,
  payment_status,
  pay_address: ADDRESS,
  payin_extra_id: null,
  price_amount: 129,
  price_currency: 'eur',
  pay_amount: 139.254,
  actually_paid: 0,
  actually_paid_at_fiat: 0,
  pay_currency: 'usdttrc20',
  order_id: 'ORDER-1001',
  order_description: 'Blue lamp',
  purchase_id: '5977410268',
  outcome_amount: 138.7,
  outcome_currency: 'usdttrc20',
  payment_extra_ids: null,
  fee: { currency: 'usdttrc20', depositFee: 0.0986372162354, withdrawalFee: 0, serviceFee: 0.6962 },
  ...fields,
})

const paid = (payment_status: string, actually_paid = 139.254) => payment(payment_status, { actually_paid })

const redeposit = (payment_status: string) =>
  payment(payment_status, {
    payment_id: 6244190371,
    parent_payment_id: 6130274855,
    price_amount: 37.1,
    pay_amount: 40,
    actually_paid: 40,
  })

export const samples = {
  waiting: payment('waiting', {}),
  confirming: paid('confirming'),
  confirmed: paid('confirmed'),
  sending: paid('sending'),
  partially_paid: paid('partially_paid', 100),
  finished: paid('finished'),
  failed: payment('failed', {}),
  expired: payment('expired', {}),
  refunded: paid('refunded'),
  'confirming (redeposit)': redeposit('confirming'),
  'finished (redeposit)': redeposit('finished'),
  'failed (redeposit)': redeposit('failed'),
  'refunded (redeposit)': redeposit('refunded'),
  'expired (redeposit)': redeposit('expired'),
  'payout FINISHED': {
    id: '5000000713',
    batch_withdrawal_id: '5000000451',
    status: 'FINISHED',
    error: null,
    currency: 'usdttrc20',
    amount: '50',
    address: ADDRESS,
    fee: null,
    extra_id: null,
    hash: '8c4f1f6b2a7d9e03c5b8a1d2e3f405162738495a6b7c8d9eafb0c1d2e3f40516',
    ipn_callback_url: 'https://shop.example/webhooks/nowpayments',
    created_at: '2026-11-27T08:00:00.803Z',
    requested_at: null,
    updated_at: null,
  },
} as const

export const types = {
  waiting: 'payment.pending',
  confirming: 'payment.detected',
  confirmed: 'nowpayments.confirmed',
  sending: 'nowpayments.sending',
  partially_paid: 'payment.partially_paid',
  finished: 'payment.confirmed',
  failed: 'payment.failed',
  expired: 'payment.expired',
  refunded: 'payment.refunded',
  'confirming (redeposit)': 'transaction.detected',
  'finished (redeposit)': 'transaction.confirmed',
  'failed (redeposit)': 'transaction.failed',
  'refunded (redeposit)': 'refund.confirmed',
  'expired (redeposit)': 'nowpayments.redeposit',
  'payout FINISHED': 'nowpayments.payout',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: ['payment_id', 'parent_payment_id', 'invoice_id', 'purchase_id', 'id', 'batch_withdrawal_id', 'hash'],
}

export const account: SampleAccount = {
  options: { ipnSecret: 'NOWPAYMENTS_IPN_SECRET' },
  secret: 'ipnSecret',
  async load() {
    const { nowPayments } = await import('../../providers/nowpayments/index.js')
    return ({ options: { ipnSecret } }) => nowPayments({ ipnSecret })
  },
  examined: 'finished',
}
