/** Events of BTCPay Server about one invoice. All ids, hashes and addresses are invented. */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'

const TRANSACTION = '8c4f1f6b2a7d9e03c5b8a1d2e3f405162738495a6b7c8d9eafb0c1d2e3f40516'

const event = <Fields extends object>(type: string, deliveryId: string, timestamp: number, fields: Fields) => ({
  ...fields,
  deliveryId,
  webhookId: '6YwBqmqGgFXo2iXrHn1Q5S',
  originalDeliveryId: deliveryId,
  isRedelivery: false,
  type,
  timestamp,
  storeId: '7LqWm3TxVc9Rb2NzKd8Fy5Hs1Gp6JeUaQoXiZtYw4BvM',
})

const about = <Fields extends object>(fields: Fields) => ({
  ...fields,
  invoiceId: 'Q7RqoHLngK9svM4MgRyi9y',
  metadata: { orderId: 'ORDER-1001', itemDesc: 'Blue lamp' },
})

const onChain = (status: string) =>
  about({
    afterExpiration: false,
    paymentMethodId: 'BTC-CHAIN',
    payment: {
      id: `${TRANSACTION}-1`,
      receivedDate: 1795766310,
      value: '0.00142000',
      fee: '0.0',
      status,
      destination: 'bc1qv7k2m9x4c8z0lqpd6w3s5t1y7u9i2o4p6a8d0f',
    },
  })

const lightning = about({
  afterExpiration: false,
  paymentMethodId: 'BTC-LN',
  payment: {
    id: '5f4e3d2c1b0a99887766554433221100ffeeddccbbaa99887766554433221100',
    receivedDate: 1795766205,
    value: '0.00142',
    fee: '0',
    status: 'Settled',
    destination: 'lnbc1420u1p0example',
  },
})

export const samples = {
  InvoiceCreated: event('InvoiceCreated', 'BUHFgnTQNGPCyv6HpzYkvU', 1795766000, about({})),
  InvoiceReceivedPayment: event('InvoiceReceivedPayment', 'F3nXcVbGh8JkLmPqRsTuVw', 1795766311, onChain('Processing')),
  'InvoiceReceivedPayment (Lightning)': event(
    'InvoiceReceivedPayment',
    'N8vBcXzLkJhGfDsAqWeRtY',
    1795766205,
    lightning,
  ),
  InvoiceProcessing: event('InvoiceProcessing', 'Tz5uJ8oPqLmN4bVcXz1aSd', 1795766312, about({ overPaid: false })),
  InvoicePaymentSettled: event('InvoicePaymentSettled', 'W2eRtY6uIoP3aSdFgHjKlZ', 1795767500, onChain('Settled')),
  InvoiceSettled: event(
    'InvoiceSettled',
    'X4cVbN7mQwErTyUiOpAsDf',
    1795767501,
    about({ manuallyMarked: false, overPaid: false }),
  ),
  'InvoiceSettled (by hand)': event(
    'InvoiceSettled',
    'M5nBvCxZaSdFgHjKlQwErT',
    1795769000,
    about({ manuallyMarked: true, overPaid: false }),
  ),
  InvoiceExpired: event('InvoiceExpired', 'G6hJkLpOiUyTrEwQaSdFgZ', 1795766901, about({ partiallyPaid: false })),
  InvoiceExpiredPaidPartial: event('InvoiceExpiredPaidPartial', 'H7jKlPoIuYtReWqZxCvBnM', 1795766901, about({})),
  InvoicePaidAfterExpiration: event('InvoicePaidAfterExpiration', 'P0oIuYtReWqAsDfGhJkLzX', 1795768801, about({})),
  InvoiceInvalid: event('InvoiceInvalid', 'Q1wErTyUiOpLkJhGfDsAzX', 1795852400, about({ manuallyMarked: false })),
  'InvoiceInvalid (by hand)': event(
    'InvoiceInvalid',
    'Q2wErTyUiOpLkJhGfDsAzY',
    1795768000,
    about({ manuallyMarked: true }),
  ),
  InvoiceRefund: event(
    'InvoiceRefund',
    'S2dFgHjKlQwErTyUiOpZxC',
    1795860000,
    about({ pullPaymentId: '3uqZ1nQyXwVbHk8fT2mRcL' }),
  ),
  PaymentRequestStatusChanged: event('PaymentRequestStatusChanged', 'V3bNmZxCvAsDfGhJkLqWeR', 1795767501, {
    paymentRequestId: 'Hk3mVq8ZtYw2',
    status: 'Completed',
  }),
} as const

export const types = {
  InvoiceCreated: 'payment.pending',
  InvoiceReceivedPayment: 'transaction.detected',
  'InvoiceReceivedPayment (Lightning)': 'transaction.detected',
  InvoiceProcessing: 'payment.detected',
  InvoicePaymentSettled: 'transaction.confirmed',
  InvoiceSettled: 'payment.confirmed',
  'InvoiceSettled (by hand)': 'payment.confirmed',
  InvoiceExpired: 'payment.expired',
  InvoiceExpiredPaidPartial: 'payment.partially_paid',
  InvoicePaidAfterExpiration: 'payment.detected',
  InvoiceInvalid: 'payment.failed',
  'InvoiceInvalid (by hand)': 'payment.canceled',
  InvoiceRefund: 'btcpay-server.InvoiceRefund',
  PaymentRequestStatusChanged: 'btcpay-server.PaymentRequestStatusChanged',
} as const satisfies Record<keyof typeof samples, string>

export const ids: SampleIds = {
  event: ['deliveryId'],
  payment: ['invoiceId', 'payment.id', 'pullPaymentId', 'paymentRequestId'],
}

export const account: SampleAccount = {
  options: { secret: 'BTCPAY_WEBHOOK_SECRET' },
  secret: 'secret',
  readBack: {
    asks: 'your BTCPay Server, where it has an apiKey',
    unknown: 'an invoice that the server does not know is put off with 503',
    instead: 'a readInvoice',
  },
  async load() {
    const { btcPayServer } = await import('../../providers/btcpay-server/index.js')
    return ({ options: { secret } }) => btcPayServer({ secret })
  },
}
