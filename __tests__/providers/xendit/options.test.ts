/** Impossible options are refused at once, with a code, and neither token nor key is revealed. */
import { expect, test } from '@jest/globals'
import { xendit, type XenditOptions } from 'express-payment-webhooks/providers/xendit'
import { KEY, reading, TOKEN } from './support.js'

const readBack = async () => null
const apiKey = KEY
const trustBody = true

test.each([
  [{ token: undefined, apiKey }, 'CONFIG_SECRET_MISSING', /token is missing or empty/],
  [{ token: '', apiKey }, 'CONFIG_SECRET_MISSING', /token is missing or empty/],
  [{ token: 'short', apiKey }, 'CONFIG_SECRET_SHORT', /token has 5 bytes/],
  [{ retired: 'short', apiKey }, 'CONFIG_SECRET_SHORT', /retired has 5 bytes/],
  [{}, 'CONFIG_OPTION_INVALID', /give apiKey or readBack, since nothing proves a body; or trustBody: true/],
  [{ trustBody: false }, 'CONFIG_OPTION_INVALID', /give apiKey or readBack/],
  [{ apiKey: undefined }, 'CONFIG_SECRET_MISSING', /xendit: apiKey is missing or empty/],
  [{ apiKey: 'xnd_1' }, 'CONFIG_SECRET_SHORT', /apiKey has 5 bytes/],
  [
    { apiKey: KEY.replace('production', 'development') },
    'CONFIG_OPTION_INVALID',
    /a development key, and mode is 'live'/,
  ],
  [{ apiKey, mode: 'test' }, 'CONFIG_OPTION_INVALID', /a production key, and mode is 'test'/],
  [{ apiKey, mode: 'prod' }, 'CONFIG_OPTION_INVALID', /mode must be 'live' or 'test'/],
  [{ apiKey, readBack }, 'CONFIG_OPTION_INVALID', /give apiKey or readBack, and not both/],
  [{ readBack: 'https://api.xendit.co' }, 'CONFIG_OPTION_INVALID', /readBack must be a function/],
  [{ apiKey, trustBody }, 'CONFIG_OPTION_INVALID', /or trustBody: true, and not both/],
  [{ readBack, trustBody }, 'CONFIG_OPTION_INVALID', /or trustBody: true, and not both/],
  [{ trustBody: 'yes' }, 'CONFIG_OPTION_INVALID', /trustBody must be true or false/],
  [{ secret: TOKEN, apiKey }, 'CONFIG_OPTION_UNKNOWN', /unknown option "secret"/],
])('%j is refused: %s', (options, code, message) => {
  const create = () => xendit({ token: TOKEN, ...options } as XenditOptions)
  expect(create).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  for (const secret of [TOKEN, KEY]) {
    expect(create).not.toThrow(expect.objectContaining({ message: expect.stringContaining(secret) }))
  }
})

test('a development key belongs to test mode', () => {
  expect(xendit({ token: TOKEN, apiKey: KEY.replace('production', 'development'), mode: 'test' }).name).toBe('xendit')
})

test('its sender is answered within half a minute, and asked again about an order that is not known', () => {
  expect(reading()).toMatchObject({
    answers: { accepted: { status: 200, body: '' }, notAuthentic: 401, later: 503 },
    patienceMs: 30_000,
    unknownOrder: 'later',
  })
})
