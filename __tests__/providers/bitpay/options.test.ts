/** Impossible options are refused at once, and no token is revealed. */
import { expect, test } from '@jest/globals'
import { bitPay } from 'express-payment-webhooks/providers/bitpay'
import { TOKEN } from './support.js'

const readBack = async () => null

test.each([
  [{ token: undefined }, 'CONFIG_SECRET_MISSING', /token is missing or empty/],
  [{ token: [] }, 'CONFIG_SECRET_MISSING', /token is an empty list/],
  [{ token: `${TOKEN}\n` }, 'CONFIG_SECRET_WHITESPACE', /token has surrounding whitespace/],
  [{ token: 'your-api-token' }, 'CONFIG_SECRET_PLACEHOLDER', /token looks like a placeholder/],
  [{ retired: '' }, 'CONFIG_SECRET_MISSING', /retired is missing or empty/],
  [{ orderKey: '' }, 'CONFIG_OPTION_INVALID', /orderKey must be/],
  [{ signed: 'no' }, 'CONFIG_OPTION_INVALID', /signed must be true or false/],
  [{ readBack }, 'CONFIG_OPTION_UNKNOWN', /unknown option "readBack"/],
  [{ mode: 'test' }, 'CONFIG_OPTION_UNKNOWN', /unknown option "mode"/],
  [{ tokens: TOKEN }, 'CONFIG_OPTION_UNKNOWN', /Did you mean "token"/],
  [{ signed: false, retired: TOKEN }, 'CONFIG_OPTION_UNKNOWN', /unknown option "retired"/],
  [{ signed: false, token: undefined }, 'CONFIG_SECRET_MISSING', /token is missing or empty/],
  [{ signed: false, token: [TOKEN, `${TOKEN}2`] }, 'CONFIG_OPTION_INVALID', /the newest alone/],
  [{ signed: false, mode: 'sandbox' }, 'CONFIG_OPTION_INVALID', /mode must be 'live' or 'test'/],
  [{ signed: false, readBack }, 'CONFIG_OPTION_INVALID', /token or readBack, and not both/],
  [{ signed: false, token: undefined, readBack: 'api' }, 'CONFIG_OPTION_INVALID', /readBack must be a function/],
])('%j', (options, code, message) => {
  const create = () => bitPay({ token: TOKEN, ...options } as never)
  expect(create).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) as unknown }))
  expect(create).not.toThrow(expect.objectContaining({ message: expect.stringContaining(TOKEN) as unknown }))
})

test.each([
  ['signed', { token: [TOKEN, `${TOKEN}2`], retired: `${TOKEN}3` }],
  ['not signed', { signed: false as const, token: TOKEN }],
])('what the sender of notifications that are %s is answered', (_what, options) => {
  const { answers, unknownOrder, patienceMs } = bitPay(options)
  expect({ answers, unknownOrder, patienceMs }).toEqual({
    answers: { accepted: { status: 200, contentType: 'text/plain', body: '' }, notAuthentic: 401, later: 503 },
    unknownOrder: 'keep',
    patienceMs: null,
  })
})
