/** Impossible options are refused at once, with a code, and no secret is revealed. */
import { expect, test } from '@jest/globals'
import { createReceiver, memoryStore } from 'express-payment-webhooks'
import { razorpay, type RazorpayOptions } from 'express-payment-webhooks/providers/razorpay'
import { resolveOptions } from '../../../src/resolve-options.js'
import { SECRET, shop } from './support.js'

test.each([
  [{ secret: undefined }, 'CONFIG_SECRET_MISSING', /secret is missing or empty/],
  [{ secret: '' }, 'CONFIG_SECRET_MISSING', /secret is missing or empty/],
  [{ secret: 'short' }, 'CONFIG_SECRET_SHORT', /secret has 5 bytes/],
  [{ secret: 'your-webhook-secret' }, 'CONFIG_SECRET_PLACEHOLDER', /secret looks like a placeholder/],
  [{ retired: 'short' }, 'CONFIG_SECRET_SHORT', /retired has 5 bytes/],
  [{ money: 'link' }, 'CONFIG_OPTION_INVALID', /money must be 'order', 'payment' or 'payment_link'/],
  [{ orderFrom: 'metadata' }, 'CONFIG_OPTION_INVALID', /orderFrom must be 'receipt' or 'notes'/],
  [{ orderKey: '' }, 'CONFIG_OPTION_INVALID', /orderKey must be/],
  [{ keySecret: SECRET }, 'CONFIG_OPTION_UNKNOWN', /unknown option "keySecret"/],
])('%j is refused: %s', (options, code, message) => {
  const create = () => razorpay({ secret: SECRET, ...options } as RazorpayOptions)
  expect(create).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  expect(create).not.toThrow(expect.objectContaining({ message: expect.stringContaining(SECRET) }))
})

test('its sender waits for five seconds, so that the answer comes before that', async () => {
  const provider = shop()
  expect(provider).toMatchObject({
    answers: { accepted: { status: 200, body: '' }, notAuthentic: 401, later: 503 },
    patienceMs: 5000,
    unknownOrder: 'later',
  })
  const options = { store: memoryStore(), on: {}, timeoutMs: 20_000 }
  expect(resolveOptions(provider, options as never).timeoutMs).toBe(4500)
  await createReceiver(provider, options).close()
})
