/** Callbacks of CoinbarPay about one payment. All ids are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const coinbarPayment = (status: string, text: string, transactionId: string, updated: number) => ({
  result: 'success',
  payment_id_coinbar: '2f7c9b1e-6d40-4a83-b5f1-90c3e7a2d8b4',
  payment_request_id_client: 'ORDER-1001',
  service_client_id: '7b0c2f3e-5a41-4d8e-9c67-1f2a3b4c5d6e',
  customer: { email: 'buyer@example.com' },
  products: [
    {
      product_name: 'Order 1001',
      product_price: 49.9,
      product_amount: 1,
      product_id: 'ORDER-1001',
      product_type: 'ecommerce',
    },
  ],
  input_coin: 'EUR',
  status,
  status_descr: text,
  payment_detail: {
    transaction_id: transactionId,
    timestamp: transactionId === '' ? null : '2025-03-04T10:15:24.001Z',
    total_price: '49.90',
  },
  creation_time: 1741083236184,
  update_time: updated,
})

const COINBAR_TRANSACTION = '8D1E63A0-4C5B-4F27-9E18-B07A5C2D3F64'

export const samples = {
  CREATED: coinbarPayment('CREATED', '', '', 1741083236184),
  PENDING: coinbarPayment('PENDING', '', '', 1741083260000),
  SUCCESS: coinbarPayment('SUCCESS', 'Payment Executed', COINBAR_TRANSACTION, 1741083324123),
  CANCELED: coinbarPayment('CANCELED', 'Canceled by client request', '', 1741083300000),
  'FAILED (timeout)': coinbarPayment('FAILED', 'Payment timeout', '', 1741084136184),
  'FAILED (refund)': coinbarPayment('FAILED', 'Refund', COINBAR_TRANSACTION, 1741169684123),
  FAILED: coinbarPayment('FAILED', 'Payment refused', '', 1741083310000),
} as const

export const types = {
  CREATED: 'payment.pending',
  PENDING: 'payment.detected',
  SUCCESS: 'payment.confirmed',
  CANCELED: 'payment.canceled',
  'FAILED (timeout)': 'payment.expired',
  'FAILED (refund)': 'payment.refunded',
  FAILED: 'payment.failed',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  payment: ['payment_id_coinbar', 'payment_detail.transaction_id'],
}

export const account: SampleAccount = {
  options: { clientId: 'COINBAR_CLIENT_ID', secretKey: 'COINBAR_SECRET_KEY' },
  secret: 'secretKey',
  async load() {
    const { coinbarPay } = await import('../../providers/coinbar-pay/index.js')
    return ({ options: { clientId, secretKey } }) => coinbarPay({ clientId: clientId!, secretKey })
  },
  own: (payload, { clientId }) => ({ ...payload, service_client_id: clientId }),
  examined: 'SUCCESS',
}
