/** Events of BTCPay Server, and invoices as its API answers them. */
import { payloadOf } from '../../support/provider-suite.js'

export const SECRET = '2BUhJhPhbTaAuCmxDaMMkPZCFsyL'
export const KEY = 'b5f0c1d2e3a4968778695a4b3c2d1e0f'
export const INVOICE = 'Q7RqoHLngK9svM4MgRyi9y'
export const STORE = '7LqWm3TxVc9Rb2NzKd8Fy5Hs1Gp6JeUaQoXiZtYw4BvM'
const CHAIN = '8c4f1f6b2a7d9e03c5b8a1d2e3f405162738495a6b7c8d9eafb0c1d2e3f40516'

type Json = Record<string, unknown>

export const fixture = (name: string): Json => JSON.parse(payloadOf('btcpay-server', `${name}.json`).toString()) as Json

/** The invoice of the fixtures as a server of version 2.4 answers it, with its payments. */
export const invoice = (rest: object = {}, payments: object[] = [payment()]): Json => ({
  ...fixture('api_invoice'),
  paymentMethods: [
    { paymentMethodId: 'BTC-CHAIN', currency: 'BTC', rate: '90845.08', payments },
    { paymentMethodId: 'BTC-LN', currency: 'BTC', rate: '90845.08', payments: [] },
  ],
  ...rest,
})

export const payment = (rest: object = {}): Json => ({
  id: `${CHAIN}-1`,
  value: '0.00142000',
  fee: '0.0',
  status: 'Settled',
  receivedDate: 1795766310,
  ...rest,
})

/** An event with an id of its own, about the invoice of the fixtures. */
export const event = (type: string, rest: object = {}): Json => ({
  ...fixture('invoice_created'),
  type,
  deliveryId: `D-${type}`,
  originalDeliveryId: `D-${type}`,
  ...(type.includes('Payment') && { payment: payment(), paymentMethodId: 'BTC-CHAIN' }),
  ...rest,
})
