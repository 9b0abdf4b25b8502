/** Deliveries of the gateway: more than 10,500 genuine ones with one arbitrary value. */
import { expect } from '@jest/globals'
import { cryptoGateway, toDecimal } from 'express-payment-webhooks'
import { describeGeneratedDeliveries } from '../../support/generated-deliveries.js'
import { payloadOf } from '../../support/provider-suite.js'

const BODY = payloadOf('crypto-gateway', 'transaction_confirmed.json')
const json = (file: string) => JSON.parse(payloadOf('crypto-gateway', `${file}.json`).toString()) as object

/** A number has all of its digits in the body. */
const amountIn = (value: unknown) => toDecimal(typeof value === 'number' ? JSON.stringify(value) : value)

interface Said {
  readonly data: { readonly amount?: unknown; readonly coin?: unknown }
}

describeGeneratedDeliveries({
  provider: cryptoGateway({ secret: '4f1d9a7c2b6e80354f1d9a7c2b6e8035' }),
  body: BODY,
  header: 'x-gateway-signature',
  // In upper case it is the same number.
  saysTheSame: (changed, header) =>
    changed.startsWith('sha256=') && changed.slice('sha256='.length).toLowerCase() === header.slice('sha256='.length),
  unsigned: ['x-gateway-event', 'user-agent', 'x-request-id'],
  payloads: ['transaction_confirmed', 'transaction_detected', 'transaction_failed', 'withdrawal_completed'].map(json),
  check({ type, received }, payload) {
    if (received === null) return
    const { amount, coin } = (payload as Said).data
    expect(received).toEqual({
      amount: amountIn(amount),
      currency: String(coin).toUpperCase(),
      basis: 'transaction',
    })
    expect(type).toMatch(/^(?:crypto-gateway\.)?transaction\.(?:confirmed|detected|failed)$/)
  },
})
