/** Callbacks of CityPay about an order and about a deposit. All ids and hashes are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const cityPayOrder = (action: string, status: string, coins: number | null, fiat: string | null) => ({
  type: 'order callback',
  action,
  status,
  order_id: 30412,
  client_order_id: 'ORDER-1001',
  transaction_id: coins === null ? null : '7e0b4c93a1f65d28c4e9073bb16fa85d2c39e04f7a81d6b5930ec72f48a1b6d0',
  received_amount_in_coins: coins,
  received_amount_in_fiat: fiat,
  fiat_currency: 'USD',
  crypto_currency: 'btc',
  created_at: '2025-03-04 10:05',
  order_token: '730914458201',
  order_expiration: 60,
  exchange_rate: 50000,
})

const deposit = (action: string, status: string) => ({
  type: 'deposit callback',
  action,
  transaction_id: 'b45d80f1c7a93e62d01f58b7ce4a9632f708d1b5a6e3c49270bd8f15e6a37c04',
  received_amount: 0.0025,
  status,
  crypto_currency: 'btc',
  exchange_rate: 50000,
  crated_at: '2025-03-04 10:20',
  deposit_token: '885120347716',
})

export const samples = {
  IN_PROGRESS: cityPayOrder('order creation', 'In-progress', null, null),
  'IN_PROGRESS (part payment)': cityPayOrder('receive_transaction', 'In-progress', 0.0006, '30.00'),
  PAID_UNCONFIRMED: cityPayOrder('receive_transaction', 'Paid/Unconfirmed', 0.001, '50.00'),
  CONFIRMED: cityPayOrder('confirmation', 'Confirmed', 0.001, '50.00'),
  UNDERPAID: cityPayOrder('status_update', 'Underpaid', 0.0006, '30.00'),
  OVERPAID: cityPayOrder('receive_transaction', 'Overpaid', 0.0012, '60.00'),
  CANCELED: cityPayOrder('status_update', 'Canceled', null, null),
  EXPIRED: cityPayOrder('status_update', 'Expired', null, null),
  'deposit PENDING': deposit('receive_transaction', 'Pending'),
  'deposit CONFIRMED': deposit('confirmation', 'Confirmed'),
} as const

export const types = {
  IN_PROGRESS: 'payment.pending',
  'IN_PROGRESS (part payment)': 'payment.partially_paid',
  PAID_UNCONFIRMED: 'payment.detected',
  CONFIRMED: 'payment.confirmed',
  UNDERPAID: 'payment.partially_paid',
  OVERPAID: 'payment.detected',
  CANCELED: 'payment.canceled',
  EXPIRED: 'payment.expired',
  'deposit PENDING': 'transaction.detected',
  'deposit CONFIRMED': 'transaction.confirmed',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: ['order_id', 'transaction_id', 'deposit_token'],
}

export const account: SampleAccount = {
  options: {},
  secret: null,
  readBack: {
    asks: 'CityPay',
    unknown: 'an order that CityPay does not know, or whose token the shop does not have, is put off with 503',
    instead: 'an orderToken and a readBack',
  },
  async load() {
    const { cityPay } = await import('../../providers/city-pay/index.js')
    return () => cityPay({ orderToken: () => null })
  },
}
