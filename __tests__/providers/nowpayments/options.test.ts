/** Impossible options are refused at once, and no secret is revealed. */
import { expect, test } from '@jest/globals'
import { nowPayments } from 'express-payment-webhooks/providers/nowpayments'
import { SECRET } from './support.js'

test.each([
  [{ ipnSecret: undefined }, 'CONFIG_SECRET_MISSING', /ipnSecret is missing or empty/],
  [{ ipnSecret: '' }, 'CONFIG_SECRET_MISSING', /ipnSecret is missing or empty/],
  [{ ipnSecret: [] }, 'CONFIG_SECRET_MISSING', /ipnSecret is an empty list/],
  [{ ipnSecret: `${SECRET}\n` }, 'CONFIG_SECRET_WHITESPACE', /ipnSecret has surrounding whitespace/],
  [{ ipnSecret: 'your-ipn-secret' }, 'CONFIG_SECRET_PLACEHOLDER', /ipnSecret looks like a placeholder/],
  [{ ipnSecret: 'a1b2c3' }, 'CONFIG_SECRET_SHORT', /ipnSecret has 6 bytes/],
  [{ retired: '' }, 'CONFIG_SECRET_MISSING', /retired is missing or empty/],
  [{ secret: SECRET }, 'CONFIG_OPTION_UNKNOWN', /nowPayments: unknown option "secret"/],
])('%j', (options, code, message) => {
  const create = () => nowPayments({ ipnSecret: SECRET, ...options })
  expect(create).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  expect(create).not.toThrow(expect.objectContaining({ message: expect.stringContaining(SECRET) }))
})

test('several secrets, and one that was replaced', () => {
  const provider = nowPayments({ ipnSecret: [SECRET, 'aZ3Xs6Dc9Fv2Gb5Hn8Jm1Kl4Qw7Er0Ty'], retired: `${SECRET}old` })
  expect(provider.answers).toEqual({
    accepted: { status: 200, contentType: 'text/plain', body: '' },
    notAuthentic: 401,
    later: 503,
  })
})
