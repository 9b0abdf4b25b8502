/** Events of Coinbase Business about one checkout. All ids and hashes are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const CHECKOUT = '7a4f2c91d8e05b36c1a7f9e2'

const event = (eventType: string, status: string, updatedAt: string, rest: object = {}) => ({
  id: CHECKOUT,
  url: 'https://payments.coinbase.com/payment-links/pl_01jx8q4w7e2r5t9y6u3i0o1p4a',
  amount: '49.90',
  currency: 'USDC',
  network: 'base',
  address: '0x8f2d4b6a1c3e5079b8d7f6e4c2a10394857f6e5d',
  description: 'Order 1001',
  eventType,
  expiresAt: '2026-11-27T20:00:00Z',
  metadata: { orderId: 'ORDER-1001' },
  status,
  createdAt: '2026-11-27T08:00:00.120Z',
  updatedAt,
  ...rest,
})

const paid = {
  settlement: { totalAmount: '49.90', feeAmount: '0.50', netAmount: '49.40', currency: 'USDC' },
  transactionHash: '0x2c7e9b1d5f3a8046c8e2d4f6a1b3c5079d8e7f6a4b2c1d0e9f8a7b6c5d4e3f20',
}

const refunded = (id: string, amount: string, status: string, outcome: string) => ({
  ...paid,
  refundedAmount: outcome === 'FAILED' ? '0' : amount,
  refunds: [{ id, checkoutId: CHECKOUT, amount, currency: 'USDC', status: outcome }],
  status,
})

export const samples = {
  'checkout.payment.success': event('checkout.payment.success', 'COMPLETED', '2026-11-27T08:03:21.455Z', paid),
  'checkout.payment.failed': event('checkout.payment.failed', 'FAILED', '2026-11-27T08:01:02.001Z'),
  'checkout.payment.expired': event('checkout.payment.expired', 'EXPIRED', '2026-11-27T20:00:00.833Z'),
  'checkout.refund.success': event(
    'checkout.refund.success',
    'PARTIALLY_REFUNDED',
    '2026-11-28T09:00:05.000Z',
    refunded('7a51c0d2d8e05b36c1a80b47', '15.00', 'PARTIALLY_REFUNDED', 'COMPLETED'),
  ),
  'checkout.refund.success (all)': event(
    'checkout.refund.success',
    'REFUNDED',
    '2026-11-28T09:00:05.000Z',
    refunded('7a53f4e6d8e05b36c1a80c58', '49.90', 'REFUNDED', 'COMPLETED'),
  ),
  'checkout.refund.failed': event(
    'checkout.refund.failed',
    'COMPLETED',
    '2026-11-28T09:00:05.000Z',
    refunded('7a55b8a0d8e05b36c1a80d69', '15.00', 'COMPLETED', 'FAILED'),
  ),
} as const

export const types = {
  'checkout.payment.success': 'payment.confirmed',
  'checkout.payment.failed': 'payment.failed',
  'checkout.payment.expired': 'payment.expired',
  'checkout.refund.success': 'refund.confirmed',
  'checkout.refund.success (all)': 'payment.refunded',
  'checkout.refund.failed': 'refund.failed',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: ['id', 'transactionHash', 'refunds.0.id'],
}

export const account: SampleAccount = {
  options: { secret: 'COINBASE_WEBHOOK_SECRET' },
  secret: 'secret',
  async load() {
    const { coinbaseBusiness } = await import('../../providers/coinbase-business/index.js')
    return ({ options: { secret }, now }) => coinbaseBusiness({ secret, now })
  },
  signsTime: 'always',
  examined: 'checkout.payment.success',
}
