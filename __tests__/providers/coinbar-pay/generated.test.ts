/** CoinbarPay's callbacks: more than 10,500 genuine ones with one arbitrary value. */
import { expect } from '@jest/globals'
import { coinbarPay, toDecimal } from 'express-payment-webhooks'
import { describeGeneratedDeliveries } from '../../support/generated-deliveries.js'
import { payloadOf } from '../../support/provider-suite.js'

const CLIENT = '7b0c2f3e-5a41-4d8e-9c67-1f2a3b4c5d6e'
const json = (file: string) => JSON.parse(payloadOf('coinbar-pay', `${file}.json`).toString()) as object

/** A number has all of its digits in the body. */
const amountIn = (value: unknown) => toDecimal(typeof value === 'number' ? JSON.stringify(value) : value)

interface Said {
  readonly status: unknown
  readonly input_coin: unknown
  readonly service_client_id: unknown
  readonly payment_detail: { readonly total_price?: unknown }
}

describeGeneratedDeliveries({
  provider: coinbarPay({ clientId: CLIENT, secretKey: '4f1d9a7c2b6e80354f1d9a7c2b6e8035' }),
  body: payloadOf('coinbar-pay', 'success.json'),
  header: 'signature',
  saysTheSame: (changed, header) => changed.toLowerCase() === header,
  unsigned: ['user-agent', 'x-request-id'],
  // 401: correctly signed, but for another client.
  statuses: [200, 400, 401],
  payloads: ['success', 'failed_timeout', 'failed_refund_after_success', 'canceled', 'pending'].map(json),
  check({ type, received }, payload) {
    const said = payload as Said
    expect(said.service_client_id).toBe(CLIENT)
    if (received === null) return
    expect({ type, status: said.status }).toEqual({ type: 'payment.confirmed', status: 'SUCCESS' })
    const { total_price: total } = said.payment_detail
    expect(received).toEqual({
      amount: amountIn(total),
      currency: String(said.input_coin).toUpperCase(),
      basis: 'total',
    })
  },
})
