/** Impossible options are refused at once, and no token is revealed. */
import { expect, test } from '@jest/globals'
import { coinGate } from 'express-payment-webhooks/providers/coingate'
import { API_TOKEN, TOKEN } from './support.js'

const readOrder = async () => null

test.each([
  [{ orderToken: undefined }, 'CONFIG_OPTION_INVALID', /orderToken must be a function/],
  [{ orderToken: TOKEN }, 'CONFIG_OPTION_INVALID', /orderToken must be a function/],
  [{ apiToken: undefined }, 'CONFIG_SECRET_MISSING', /apiToken is missing or empty/],
  [{ apiToken: 'your-api-token' }, 'CONFIG_SECRET_PLACEHOLDER', /apiToken looks like a placeholder/],
  [{ readOrder }, 'CONFIG_OPTION_INVALID', /apiToken or readOrder, and not both/],
  [{ apiToken: undefined, readOrder: 'api' }, 'CONFIG_OPTION_INVALID', /readOrder must be a function/],
  [{ mode: 'test' }, 'CONFIG_OPTION_INVALID', /mode must be 'live' or 'sandbox'/],
  [{ token: TOKEN }, 'CONFIG_OPTION_UNKNOWN', /coinGate: unknown option "token"/],
])('%j', (options, code, message) => {
  const create = () => coinGate({ orderToken: () => TOKEN, apiToken: API_TOKEN, ...options } as never)
  expect(create).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) as unknown }))
  expect(create).not.toThrow(expect.objectContaining({ message: expect.stringContaining(API_TOKEN) as unknown }))
})

test('what its sender is answered: 401 and 403 would be final', () => {
  const { answers, unknownOrder, patienceMs } = coinGate({ orderToken: () => TOKEN, apiToken: API_TOKEN })
  expect({ answers, unknownOrder, patienceMs }).toEqual({
    answers: { accepted: { status: 200, contentType: 'text/plain', body: '' }, notAuthentic: 422, later: 503 },
    unknownOrder: 'later',
    patienceMs: 20_000,
  })
})
