/** Callbacks of CoinGate about one order. All ids and tokens are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const callback = (status: string) => ({
  id: 518842,
  order_id: 'ORDER-1001',
  status,
  price_amount: '129.0',
  price_currency: 'EUR',
  pay_amount: '0.00142',
  pay_currency: 'BTC',
  receive_amount: '127.71',
  receive_currency: 'EUR',
  underpaid_amount: '0',
  overpaid_amount: '0',
  is_refundable: false,
  created_at: '2026-11-27T08:00:00+00:00',
  paid_at: '2026-11-27T08:04:32+00:00',
  token: 'Q4wLc9ZtHv-6xKbMj2Ny-8RpFd3Gs',
})

export const samples = {
  pending: callback('pending'),
  confirming: callback('confirming'),
  paid: callback('paid'),
  invalid: callback('invalid'),
  expired: callback('expired'),
  canceled: callback('canceled'),
  refunded: callback('refunded'),
  partially_refunded: callback('partially_refunded'),
} as const

/** The types if the read-back of the order returns the same status. */
export const types = {
  pending: 'payment.pending',
  confirming: 'payment.detected',
  paid: 'payment.confirmed',
  invalid: 'payment.failed',
  expired: 'payment.expired',
  canceled: 'payment.canceled',
  refunded: 'payment.refunded',
  partially_refunded: 'refund.confirmed',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: ['id'],
}

/** Each payload contains the token of its order. */
export const account: SampleAccount = {
  options: {},
  secret: null,
  readBack: {
    asks: "CoinGate's API",
    unknown: 'an order that CoinGate does not know, or whose token the shop does not have, is put off with 503',
    instead: 'an orderToken and a readOrder',
  },
  async load() {
    const { coinGate } = await import('../../providers/coingate/index.js')
    return () => coinGate({ orderToken: () => null, readOrder: () => Promise.resolve(null) })
  },
}
