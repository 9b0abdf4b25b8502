/** The callbacks that pay an order, signed as the providers sign them. */
import { coinsPh, cryptoGateway } from 'express-payment-webhooks'
import { signedRequest, type SignedRequest } from 'express-payment-webhooks/testing'
import type { Accounts } from '../sandbox/accounts.js'
import type { ShopOrder } from '../shop/orders/order.js'

export interface Callback extends SignedRequest {
  readonly path: string
}

export type CallbacksFor = (order: ShopOrder) => readonly Callback[]

export function callbacksWith(accounts: Accounts): CallbacksFor {
  const gateway = cryptoGateway({ secret: accounts.cryptoGateway.secret })
  const coins = coinsPh({ token: accounts.coinsPh.token })

  return ({ provider, reference, payment }) => {
    const { amount, currency } = payment.expected
    const id = payment.payments[0]?.paymentId ?? ''
    if (provider === 'coins-ph') {
      const invoice = { id, amount, currency, external_transaction_id: reference }
      return [
        { name: 'invoice.updated', data: { ...invoice, amount_received: '1' } },
        { name: 'invoice.fully_paid', data: { ...invoice, amount_received: amount } },
      ].map((event) => ({ path: '/webhooks/coins-ph', ...signedRequest(coins, { event }) }))
    }
    const transfer = { id: `tx_${reference}`, address_id: id, amount, coin: currency.toLowerCase() }
    return ['transaction.detected', 'transaction.confirmed'].map((event) => {
      const confirmations = event === 'transaction.confirmed' ? 12 : 0
      const data = { ...transfer, network: payment.network, type: 'incoming', confirmations, hash: `0x${reference}` }
      return { path: '/webhooks/gateway', ...signedRequest(gateway, { event, data }) }
    })
  }
}
