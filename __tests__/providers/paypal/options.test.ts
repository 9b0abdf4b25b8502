/** Impossible options are refused at once, and no secret is revealed; a signed time is too old, or is not. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { paypal } from 'express-payment-webhooks/providers/paypal'
import { payPalTestKeys } from 'express-payment-webhooks/testing'
import { receiverOf } from '../../support/deliver.js'
import { capture, event, payPal, answersTo, vectors, WEBHOOK_ID } from './support.js'

const SECRET = 'EL1tVxAjhT7cJimnz5-Nsx9k2reTKSVfErNQF'
const app = { webhookId: WEBHOOK_ID, clientId: 'AYSq3RDGsmBLJE', clientSecret: SECRET }
const readBack = async () => null

test.each([
  [{ ...app, webhookId: undefined }, /webhookId must be the id/],
  [{ ...app, webhookId: '' }, /webhookId must be/],
  [{ ...app, webhookId: [] }, /webhookId must be/],
  [{ ...app, webhookId: [WEBHOOK_ID, 'https://shop.example'] }, /webhookId must be/],
  [{ ...app, webhookId: '8PT|597110' }, /webhookId must be/],
  [{ ...app, clientId: undefined }, /clientId must be the id/],
  [{ ...app, clientId: 'a:b' }, /clientId must be/],
  [{ ...app, clientSecret: undefined }, /clientSecret is missing or empty/],
  [{ ...app, clientSecret: 'your-client-secret' }, /clientSecret looks like a placeholder/],
  [{ ...app, readBack }, /clientId and clientSecret, or readBack, and not both/],
  [{ webhookId: WEBHOOK_ID, readBack: 'https://x.example' }, /readBack must be a function/],
  [{ webhookId: WEBHOOK_ID }, /clientId must be/],
  [{ ...app, mode: 'test' }, /mode must be 'live' or 'sandbox'/],
  [{ ...app, orderFrom: 'invoice_number' }, /orderFrom must be/],
  [{ ...app, toleranceSeconds: -1 }, /toleranceSeconds must be/],
  [{ ...app, toleranceSeconds: 1.5 }, /toleranceSeconds must be/],
  [{ ...app, issuers: 'no certificate' }, /issuers must be/],
  [{ ...app, webhookID: WEBHOOK_ID }, /Did you mean "webhookId"/],
])('%j', (options, message) => {
  const create = () => paypal(options as never)
  expect(create).toThrow(message)
  expect(create).not.toThrow(expect.objectContaining({ message: expect.stringContaining(SECRET) }))
})

describe('keys for tests', () => {
  const { NODE_ENV } = process.env
  afterEach(() => {
    process.env.NODE_ENV = NODE_ENV
  })

  test('are refused where NODE_ENV is production, and a provider without them is not', () => {
    process.env.NODE_ENV = 'production'
    expect(() => paypal({ ...app, testKeys: payPalTestKeys() })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_OPTION_INVALID',
        message: expect.stringContaining('testKeys are for tests'),
      }),
    )
    expect(paypal(app).name).toBe('paypal')
  })

  test('are needed to sign', () => {
    expect(() => paypal(app).sign(event('PAYMENT.CAPTURE.COMPLETED', capture()))).toThrow(/privateKey/)
  })

  test('open no door of a provider without them: its certificates come from PayPal', async () => {
    const { provider: signer } = payPal({})
    const native = event('PAYMENT.CAPTURE.COMPLETED', capture())
    const { body, headers } = signer.sign(native)
    const systemFetch = globalThis.fetch
    const asked: string[] = []
    globalThis.fetch = async (url) => {
      asked.push(String(url))
      return new Response(vectors.certificates.other)
    }
    try {
      const receiver = receiverOf(paypal({ webhookId: WEBHOOK_ID, readBack: async () => capture() }))
      expect(await receiver.deliver(body, { ...headers })).toMatchObject({ kind: 'not_authentic' })
      expect(asked).toEqual(['https://api.paypal.com/v1/notifications/certs/CERT-for-tests'])
    } finally {
      globalThis.fetch = systemFetch
    }
  })
})

describe('the time of a transmission', () => {
  const now = Date.parse('2026-11-27T12:00:00Z')
  const native = event('PAYMENT.CAPTURE.COMPLETED', capture())
  const hours = (count: number) => count * 3_600_000

  test.each([
    [{}, hours(-72), 'unhandled'],
    [{}, hours(-96), 'unhandled'],
    [{}, hours(-96) - 1000, 'not_authentic'],
    [{}, 300_000, 'unhandled'],
    [{}, 301_000, 'not_authentic'],
    [{ toleranceSeconds: 60 }, -61_000, 'not_authentic'],
    [{ toleranceSeconds: null }, hours(-9000), 'unhandled'],
  ])('with %j, sent at %d ms from now: %s', async (options, offset, kind) => {
    const signer = payPal({}, { now: () => now + offset }).provider
    const { provider } = payPal(answersTo(native), { ...options, now: () => now })
    const { body, headers } = signer.sign(native)
    expect(await receiverOf(provider).deliver(body, { ...headers })).toMatchObject({ kind })
  })
})
