/** CoinPayments' notifications about one payment and one deposit. All ids, hashes and addresses are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const always = {
  ipn_version: '1.0',
  ipn_mode: 'hmac',
  merchant: 'f3a1c7e85b2d4906',
}

const payment = (status: string, received_amount = '0', rest: object = {}) => ({
  ...always,
  ipn_type: 'api',
  ipn_id: '6e5d4c3b2a190f8e7d6c5b4a39281706',
  txn_id: 'CPKD6QX4N2ZT8RB1WM5HS9YJ3L',
  status,
  status_text: '',
  currency1: 'EUR',
  amount1: '129',
  currency2: 'BTC',
  amount2: '0.00142',
  received_amount,
  received_confirms: '0',
  invoice: 'ORDER-1001',
  custom: 'ORDER-1001',
  ...rest,
})

const deposit = (status: string) => ({
  ...always,
  ipn_type: 'deposit',
  ipn_id: '4e5d4c3b2a190f8e7d6c5b4a39281706',
  deposit_id: 'CDKD6QX4N2ZT8RB1WM5HS9YJ3L',
  txn_id: '8c4f1f6b2a7d9e03c5b8a1d2e3f405162738495a6b7c8d9eafb0c1d2e3f40516',
  address: 'bc1qv7k2m9x4c8z0lqpd6w3s5t1y7u9i2o4p6a8d0f',
  status,
  status_text: '',
  amount: '0.00142',
  currency: 'BTC',
  confirms: '2',
})

export const samples = {
  'api 0 (waiting)': payment('0'),
  'api 0 (a part)': payment('0', '0.001'),
  'api 1 (received)': payment('1', '0.00142'),
  'api 2 (queued)': payment('2', '0.00142'),
  'api 100 (complete)': payment('100', '0.00142'),
  'api -1 (timed out)': payment('-1'),
  'api -2 (refunded)': payment('-2', '0.00142'),
  'deposit 0 (seen)': deposit('0'),
  'deposit 100 (complete)': deposit('100'),
  'deposit -1 (failed)': deposit('-1'),
  'withdrawal 2': { ...always, ipn_type: 'withdrawal', ipn_id: '9e5d4c3b2a190f8e', id: 'CWDI5LJG', status: '2' },
} as const

export const types = {
  'api 0 (waiting)': 'payment.pending',
  'api 0 (a part)': 'payment.partially_paid',
  'api 1 (received)': 'payment.detected',
  'api 2 (queued)': 'payment.confirmed',
  'api 100 (complete)': 'payment.confirmed',
  'api -1 (timed out)': 'payment.expired',
  'api -2 (refunded)': 'payment.refunded',
  'deposit 0 (seen)': 'transaction.detected',
  'deposit 100 (complete)': 'transaction.confirmed',
  'deposit -1 (failed)': 'transaction.failed',
  'withdrawal 2': 'coinpayments.withdrawal.2',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  event: ['ipn_id'],
  payment: ['txn_id', 'deposit_id', 'address', 'id'],
}

export const account: SampleAccount = {
  options: { ipnSecret: 'COINPAYMENTS_IPN_SECRET', merchantId: 'COINPAYMENTS_MERCHANT_ID' },
  secret: 'ipnSecret',
  async load() {
    const { coinPayments } = await import('../../providers/coinpayments/index.js')
    return ({ options: { ipnSecret, merchantId } }) => coinPayments({ ipnSecret, merchantId })
  },
  own: (payload, { merchantId }) => ({ ...payload, merchant: merchantId }),
  examined: 'api 100 (complete)',
}
