/** CoinGate, exactly as docs/add-a-provider.md has a shop write it, through Express. */
import { describe, expect, test } from '@jest/globals'
import type { Provider } from 'express-payment-webhooks'
import { providerConformance } from 'express-payment-webhooks/testing'
import { ownCoinGate } from '../../../examples/own-providers/coingate.js'
import { apiServer, payloadsIn, vectorsOf } from '../../support/provider-suite.js'
import { asVectors, describePayloads, eur, sent, testLength, textOf, textsOf, total, type Cases } from './support.js'

describe('CoinGate', () => {
  const { cases } = vectorsOf<Cases<{ expected_tokens: readonly string[] }>>('coingate')['coingate']!
  const answer = JSON.parse(textOf('coingate', 'api_order_paid.json')) as object
  const forms = payloadsIn('coingate').filter((file) => file.endsWith('.txt'))
  /** An API for each payload: its order has the status of the payload. */
  const apis = Object.fromEntries(
    [...forms, 'order_paid.json'].map((file) => {
      const status = /^order_(\w+)\./.exec(file)![1]
      const other = { id: 518843, order_id: 'ORDER-1002', price_amount: '49.9' }
      const order = { ...answer, status, ...(status === 'expired' && other) }
      return [file, apiServer({ [`/v2/orders/${order.id ?? 518842}`]: { body: JSON.stringify(order) } })]
    }),
  )
  const tokens = new Map([['ORDER-1002', 'hB5tZq8WnLx2-Vd7Rk0Jm-4CsYp9Gf']])
  const create = (name: string) => {
    const { expected_tokens: known } = cases.find((one) => one.name === name) ?? cases[0]!
    const tokenOf = (order: string) => (order === 'ORDER-1001' ? known.at(-1)! : (tokens.get(order) ?? null))
    const api = apis[name] ?? apis['order_paid.json']!
    return ownCoinGate({ apiUrl: api.url(), apiToken: 'api-token-7c1e90b2', tokenOf })
  }
  const first = { orderId: 'ORDER-1001', paymentId: '518842', expected: eur('129'), received: null }

  /** `sign` gets the bytes of a form, so its content type is that of the file. */
  const typed = (file: string): Provider => {
    const provider = create(file) as Provider
    const type = file.endsWith('.txt') ? 'application/x-www-form-urlencoded' : 'application/json'
    return {
      ...provider,
      sign: (payload) => ({ body: Buffer.from(payload as string), headers: { 'content-type': type } }),
    }
  }
  describePayloads('coingate', typed, {
    'order_pending.txt': { ...first, type: 'payment.pending' },
    'order_confirming.txt': { ...first, type: 'payment.detected' },
    'order_paid.txt': { ...first, type: 'payment.confirmed', received: total('129') },
    'order_paid.json': { ...first, type: 'payment.confirmed', received: total('129') },
    'order_expired.txt': {
      ...{ type: 'payment.expired', orderId: 'ORDER-1002', paymentId: '518843', expected: eur('49.9') },
      received: null,
    },
    'order_refunded.txt': { ...first, type: 'payment.refunded' },
    // A callback of another product: it carries no token.
    'payment_channel_order_paid.json': 422,
  })

  test('a callback that is ahead of the API is asked for again, since no other will say "paid"', async () => {
    const api = apis['order_confirming.txt']!
    const provider = ownCoinGate({
      apiUrl: api.url(),
      apiToken: 'api-token-7c1e90b2',
      tokenOf: () => cases[0]!.expected_tokens[0]!,
    })
    expect(await sent(provider, [{ body: textOf('coingate', 'order_paid.json'), headers: {} }])).toEqual({
      statuses: [503],
      events: [],
    })
  })

  providerConformance({
    test,
    create,
    payloads: textsOf('coingate', ['order_paid.json']),
    vectors: asVectors(cases),
  })

  testLength('coingate')
})
