/** Webhooks of Cryptomus about one invoice, and about a static address. All ids, hashes and addresses are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const TRANSACTION = '8c4f1f6b2a7d9e03c5b8a1d2e3f405162738495a6b7c8d9eafb0c1d2e3f40516'

const webhook = (status: string, payment_amount: string, is_final: boolean, fields: object = {}) => ({
  type: 'payment',
  uuid: '7e2c90b1-4f6a-4d38-9b05-c81d3a6e5f24',
  order_id: 'ORDER-1001',
  amount: '129.00',
  payment_amount,
  payment_amount_usd: '139.25',
  merchant_amount: '137.85750000',
  commission: '1.39250000',
  is_final,
  status,
  from: 'TXk4g9V2m7Qs1Bz8Ld3Wn6Rc5Yh0Jp',
  wallet_address_uuid: null,
  network: 'tron',
  currency: 'EUR',
  payer_currency: 'USDT',
  payer_amount: '139.25000000',
  payer_amount_exchange_rate: '1.07945736',
  additional_data: null,
  transfer_id: null,
  txid: TRANSACTION,
  sign: '',
  ...fields,
})

const invoice = (status: string, payment_amount = '139.25000000', is_final = true) =>
  webhook(status, payment_amount, is_final)

const unpaid = (status: string, is_final: boolean) =>
  webhook(status, '0.00000000', is_final, { from: null, txid: null, merchant_amount: '0.00000000', commission: '0.00' })

const wallet = (status: string, is_final: boolean) =>
  webhook(status, '50.00000000', is_final, {
    type: 'wallet',
    uuid: 'b83a6f10-2c7d-4e95-8a41-0d5e9c7f3b26',
    order_id: 'CUSTOMER-2207',
    amount: '50.00000000',
    currency: 'USDT',
    payer_amount: '50.00000000',
    payer_amount_exchange_rate: '1.00000000',
    wallet_address_uuid: '3f9d1c58-6b20-4a7e-9e13-c5a804d7b692',
  })

export const samples = {
  process: unpaid('process', false),
  check: unpaid('check', false),
  confirm_check: invoice('confirm_check', '139.25000000', false),
  paid: invoice('paid'),
  paid_over: invoice('paid_over', '150.00000000'),
  wrong_amount: invoice('wrong_amount', '100.00000000'),
  wrong_amount_waiting: invoice('wrong_amount_waiting', '100.00000000', false),
  cancel: unpaid('cancel', true),
  fail: unpaid('fail', true),
  system_fail: unpaid('system_fail', true),
  refund_process: invoice('refund_process'),
  refund_fail: invoice('refund_fail'),
  refund_paid: invoice('refund_paid'),
  locked: invoice('locked'),
  'process (wallet)': wallet('process', false),
  'confirm_check (wallet)': wallet('confirm_check', false),
  'paid (wallet)': wallet('paid', true),
  'fail (wallet)': wallet('fail', true),
  'refund_paid (wallet)': wallet('refund_paid', true),
} as const

export const types = {
  process: 'payment.pending',
  check: 'payment.pending',
  confirm_check: 'payment.detected',
  paid: 'payment.confirmed',
  paid_over: 'payment.confirmed',
  wrong_amount: 'payment.partially_paid',
  wrong_amount_waiting: 'payment.partially_paid',
  cancel: 'payment.expired',
  fail: 'payment.failed',
  system_fail: 'payment.failed',
  refund_process: 'refund.pending',
  refund_fail: 'refund.failed',
  refund_paid: 'payment.refunded',
  locked: 'cryptomus.locked',
  'process (wallet)': 'cryptomus.wallet',
  'confirm_check (wallet)': 'transaction.detected',
  'paid (wallet)': 'transaction.confirmed',
  'fail (wallet)': 'transaction.failed',
  'refund_paid (wallet)': 'refund.confirmed',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: ['uuid', 'txid', 'wallet_address_uuid'],
  orders: ['ORDER-1001', 'CUSTOMER-2207'],
}

export const account: SampleAccount = {
  options: { paymentKey: 'CRYPTOMUS_PAYMENT_KEY' },
  secret: 'paymentKey',
  async load() {
    const { cryptomus } = await import('../../providers/cryptomus/index.js')
    return ({ options: { paymentKey } }) => cryptomus({ paymentKey })
  },
  examined: 'paid',
}
