/** PayPal, as docs/add-a-provider.md has a shop write it, through Express. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Provider } from 'express-payment-webhooks'
import { payPalTestKeys, providerConformance } from 'express-payment-webhooks/testing'
import { ownPayPal } from '../../../examples/own-providers/paypal.js'
import { apiServer, payloadsIn, vectorsOf, type Vector } from '../../support/provider-suite.js'
import { asVectors, describePayloads, eur, sent, testLength, textOf, textsOf, total } from './support.js'

describe('PayPal', () => {
  interface PayPalCase {
    readonly webhook_ids?: readonly string[]
    readonly certificate?: 'other'
  }
  const { paypal: vectors } = vectorsOf<{
    readonly paypal: {
      readonly webhook_id: string
      readonly at: string
      readonly certificates: { readonly leaf: string; readonly other: string }
      readonly cases: readonly (Vector & PayPalCase)[]
      readonly forgery: readonly Vector[]
    }
  }>('paypal')
  const { cases, certificates } = vectors
  const { certificate, privateKey } = payPalTestKeys()
  const HOST = 'https://api.sandbox.paypal.com'
  const FOLDER = '/v1/notifications/certs/'
  const forTests = `${HOST}${FOLDER}CERT-for-tests`

  // PayPal's API: it answers with the events themselves, independent of the delivery's content.
  const events = [...payloadsIn('paypal').map((file) => textOf('paypal', file)), ...cases.map((one) => one.raw_body)]
  const idOf = (text: string) => (JSON.parse(text) as { id: string }).id
  const api = apiServer(
    Object.fromEntries(
      events.map((body) => [`/v1/notifications/webhooks-events/${idOf(body)}`, { body }]).reverse(),
    ) as Record<string, { body: string }>,
  )

  const systemFetch = globalThis.fetch
  let served: string
  beforeAll(() => {
    globalThis.fetch = (url, init) => {
      const name = String(url)
      if (!name.startsWith(HOST)) return systemFetch(url, init)
      if (name === forTests) return Promise.resolve(new Response(certificate))
      const isGenuine = cases.some(({ headers }) => headers['PAYPAL-CERT-URL'] === name)
      return Promise.resolve(isGenuine ? new Response(served) : new Response('', { status: 404 }))
    }
  })
  afterAll(() => {
    globalThis.fetch = systemFetch
  })

  const create = (name: string): Provider => {
    const vector = [...cases, ...vectors.forgery].find((one) => one.name === name) as PayPalCase | undefined
    served = certificates[vector?.certificate ?? 'leaf']
    const own = ownPayPal(
      vector?.webhook_ids ?? [vectors.webhook_id],
      { url: api.url(), token: 'A21AAF' },
      vector === undefined ? { privateKey } : { now: () => Date.parse(vectors.at) },
    ) as Provider
    // The address of the certificate is not signed, so `sign` does not set it.
    const sign: Provider['sign'] = (payload, headers) => {
      const signed = own.sign(payload, headers)
      return { ...signed, headers: { ...signed.headers, 'paypal-cert-url': forTests } }
    }
    return { ...own, sign }
  }

  const captureId = '6AB12345CD678901E'
  const first = { orderId: 'ORDER-1001', paymentId: captureId, expected: null, received: null, refund: null }
  describePayloads('paypal', create, {
    'checkout_order_approved.json': {
      ...first,
      ...{ type: 'payment.pending', paymentId: '5O190127TN364715T', expected: eur('49.9') },
    },
    'payment_capture_pending.json': {
      ...first,
      ...{ type: 'payment.detected', orderId: 'ORDER-1002', paymentId: '7BC23456DE789012F', received: total('20') },
    },
    'payment_capture_completed.json': { ...first, type: 'payment.confirmed', received: total('49.9') },
    'payment_capture_refunded_partial.json': {
      ...first,
      ...{ type: 'refund.confirmed', refund: eur('15', { id: '1JU08902781691411', basis: 'refund' }) },
    },
    'payment_sale_completed_v1.json': {
      ...first,
      ...{ type: 'payment.confirmed', orderId: 'ORDER-1005', paymentId: '3VW48286GH789012J', received: total('9.9') },
    },
    'customer_dispute_created.json': {
      ...first,
      type: 'dispute.opened',
      dispute: eur('49.9', { id: 'PP-R-ABC-12345678', withdrawn: false, reason: null, respondBy: null }),
    },
  })

  const [genuine, [forgery]] = [cases[0]!, vectors.forgery as readonly [Vector]]
  test.each([
    ['alone', [forgery]],
    ['before the genuine delivery', [forgery, genuine]],
    ['after it', [genuine, forgery]],
  ])('the forgery, whose signature is genuine, sent %s, acts by nothing that it says', async (_when, deliveries) => {
    const shown = await sent(
      create(forgery.name),
      deliveries.map(({ raw_body: body, headers }) => ({ body, headers })),
    )
    expect(shown.events).toEqual([
      expect.objectContaining({ ...first, type: 'payment.confirmed', received: total('49.9') }),
    ])
  })

  test('an event that the shop does not act on is acknowledged', async () => {
    const provider = create('')
    expect(await sent(provider, [provider.sign({ id: 'WH-1', event_type: 'BILLING.PLAN.CREATED' })])).toEqual({
      statuses: [200],
      events: [],
    })
  })

  providerConformance({ test, create, payloads: textsOf('paypal'), vectors: asVectors(cases) })

  testLength('paypal')
})
