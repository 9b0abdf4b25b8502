/** A first event with test keys and no option does nothing: somebody is told why. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import express from 'express'
import { memoryStore, paymentWebhook, type Provider, type WebhookEvent } from 'express-payment-webhooks'
import { checkoutCom } from 'express-payment-webhooks/providers/checkout-com'
import { mollie } from 'express-payment-webhooks/providers/mollie'
import { payMongo } from 'express-payment-webhooks/providers/paymongo'
import { paystack } from 'express-payment-webhooks/providers/paystack'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { deliver, sample } from 'express-payment-webhooks/testing'

const secret = 'whsec_9Qk3vT7Lw0xR5mB2zH8c'
const secretKey = `sk_test_${secret.slice(6)}`
const noPayment = async () => null

type Made = readonly [name: string, provider: Provider, payload: unknown]

/** Samples are of live mode, and these are for test mode. */
const KINDS: readonly Made[] = [
  ['stripe', stripe({ secret, mode: 'test' }), sample('stripe', 'payment.confirmed')],
  ['checkout-com', checkoutCom({ signatureKey: secret, mode: 'test' }), sample('checkout-com', 'payment.confirmed')],
  ['mollie', mollie({ secret, mode: 'test', readBack: noPayment }), sample('mollie', 'payment.confirmed')],
  ['paymongo', payMongo({ secret, mode: 'test' }), sample('paymongo', 'payment.confirmed')],
  ['paystack', paystack({ secretKey, mode: 'test' }), sample('paystack', 'payment.confirmed')],
]

describe('an event of the other mode is acknowledged, and is no money', () => {
  const warn = jest.spyOn(process, 'emitWarning')
  beforeEach(() => void warn.mockImplementation(() => {}))
  afterEach(() => void warn.mockReset())

  test.each(KINDS)(
    '%s: the first one is a warning that names the option and the page',
    async (name, provider, payload) => {
      const paid = jest.fn()
      const unhandled: string[] = []
      const on = { 'payment.confirmed': paid }
      const onUnhandled = ({ type }: WebhookEvent) => void unhandled.push(type)
      const app = express().use('/hook', paymentWebhook(provider, { store: memoryStore(), on, onUnhandled }))
      for (const id of ['one', 'two']) {
        const { status } = await deliver(app, provider, { ...(payload as object), id }).to('/hook')
        expect(status).toBeLessThan(300)
      }
      expect(paid).not.toHaveBeenCalled()
      expect(unhandled[0]).toMatch(new RegExp(`^${name}\\.live\\.`))
      const warnings = warn.mock.calls.map(([message]) => String(message))
      expect(warnings).toEqual([
        expect.stringMatching(
          new RegExp(
            `pass mode: 'live'\\. .* --test\\. See node_modules/express-payment-webhooks/docs/providers/${name}\\.md$`,
          ),
        ),
      ])
    },
  )
})
