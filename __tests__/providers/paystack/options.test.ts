/** Impossible options are refused at once, with a code, and no key is revealed. */
import { describe, expect, test } from '@jest/globals'
import { paystack } from 'express-payment-webhooks/providers/paystack'
import { KEY, live } from './support.js'

const TEST_KEY = KEY.replace('live', 'test')

test.each([
  [{ secretKey: undefined }, 'CONFIG_SECRET_MISSING', /secretKey is missing or empty/],
  [{ secretKey: '' }, 'CONFIG_SECRET_MISSING', /secretKey is missing or empty/],
  [{ secretKey: [] }, 'CONFIG_SECRET_MISSING', /secretKey is an empty list/],
  [{ secretKey: 'sk_live_1' }, 'CONFIG_SECRET_SHORT', /secretKey has 9 bytes/],
  [{ retired: 'short' }, 'CONFIG_SECRET_SHORT', /retired has 5 bytes/],
  [{ secretKey: TEST_KEY }, 'CONFIG_OPTION_INVALID', /secretKey is a key of test mode, and mode is 'live'/],
  [{ secretKey: [KEY, TEST_KEY] }, 'CONFIG_OPTION_INVALID', /a key of test mode/],
  [{ mode: 'test' }, 'CONFIG_OPTION_INVALID', /a key of live mode, and mode is 'test'/],
  [{ mode: 'prod' }, 'CONFIG_OPTION_INVALID', /mode must be 'live' or 'test'/],
  [{ money: 'both' }, 'CONFIG_OPTION_INVALID', /money must be 'charge' or 'payment_request'/],
  [{ orderFrom: 'email' }, 'CONFIG_OPTION_INVALID', /orderFrom must be 'metadata' or 'reference'/],
  [{ orderKey: '' }, 'CONFIG_OPTION_INVALID', /orderKey must be/],
  [{ xofDecimals: 1 }, 'CONFIG_OPTION_INVALID', /xofDecimals must be 0 or 2/],
  [{ secret: KEY }, 'CONFIG_OPTION_UNKNOWN', /unknown option "secret"/],
])('%j is refused: %s', (options, code, message) => {
  const create = () => live(options as never)
  expect(create).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  expect(create).not.toThrow(expect.objectContaining({ message: expect.stringContaining(KEY) }))
})

describe('options that are meant', () => {
  test('a test key belongs to test mode', () => {
    expect(paystack({ secretKey: TEST_KEY, mode: 'test' }).name).toBe('paystack')
  })

  test('its sender is answered as usual, and asked again about an order that is not known', () => {
    expect(live()).toMatchObject({
      answers: { accepted: { status: 200, body: '' }, notAuthentic: 401, later: 503 },
      patienceMs: null,
      unknownOrder: 'later',
    })
  })
})
