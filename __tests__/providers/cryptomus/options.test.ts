/** Impossible options are refused at once, and no key is revealed. */
import { describe, expect, test } from '@jest/globals'
import { cryptomus } from 'express-payment-webhooks/providers/cryptomus'
import { receiverOf, refusalOf } from '../../support/deliver.js'
import { KEY, provider, signed, webhook } from './support.js'

test.each([
  [{ paymentKey: undefined }, 'CONFIG_SECRET_MISSING', /paymentKey is missing or empty/],
  [{ paymentKey: '' }, 'CONFIG_SECRET_MISSING', /paymentKey is missing or empty/],
  [{ paymentKey: `${KEY} ` }, 'CONFIG_SECRET_WHITESPACE', /paymentKey has surrounding whitespace/],
  [{ paymentKey: 'your-api-key' }, 'CONFIG_SECRET_PLACEHOLDER', /paymentKey looks like a placeholder/],
  [{ paymentKey: 'a1b2c3' }, 'CONFIG_SECRET_SHORT', /paymentKey has 6 bytes/],
  [{ retired: [] }, 'CONFIG_SECRET_MISSING', /retired is an empty list/],
  [{ allowedIps: ['91.227.144.54/33'] }, 'CONFIG_OPTION_INVALID', /cryptomus: allowedIps/],
  [{ allowedIps: '91.227.144.54' }, 'CONFIG_OPTION_INVALID', /cryptomus: allowedIps/],
  [{ apiKey: KEY }, 'CONFIG_OPTION_UNKNOWN', /cryptomus: unknown option "apiKey"/],
])('%j', (options, code, message) => {
  const create = () => cryptomus({ paymentKey: KEY, ...options } as never)
  expect(create).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) as unknown }))
  expect(create).not.toThrow(expect.objectContaining({ message: expect.stringContaining(KEY) as unknown }))
})

describe('a sender', () => {
  const bounded = cryptomus({ paymentKey: KEY, allowedIps: ['91.227.144.54'] })
  const body = signed(webhook('paid'))

  test('from an allowed address is looked at, and no other, whatever it knows', async () => {
    expect(await receiverOf(bounded).deliver(body, {}, '91.227.144.54')).toMatchObject({ kind: 'unhandled' })
    expect(await refusalOf(bounded, body, {}, '91.227.144.55')).toBe('AUTH_SOURCE_REFUSED')
    expect(await refusalOf(bounded, body, {})).toBe('AUTH_SOURCE_REFUSED')
    const other = signed(webhook('paid'), cryptomus({ paymentKey: KEY.toUpperCase() }))
    expect(await refusalOf(bounded, other, {}, '91.227.144.54')).toBe('AUTH_MISMATCH')
  })

  test('may come from anywhere by default', () => {
    expect([bounded, provider()].map(({ authentication }) => authentication.bySourceAddress)).toEqual([true, undefined])
  })
})

test('a key that was replaced is named to the operator', async () => {
  const old = 'Zr9Vn4Tb6Yd1Hs8Mc3Pj5RaUeOiWxQyLtBn0KvlXfG7wQ2k'
  const body = signed(webhook('paid'), cryptomus({ paymentKey: old }))
  const outcome = await receiverOf(cryptomus({ paymentKey: KEY, retired: old })).deliver(body)
  expect(outcome).toMatchObject({ kind: 'not_authentic', error: { code: 'AUTH_MISMATCH' } })
  expect((outcome as { explain?: () => string }).explain?.()).toMatch(/retired secret/)
})

test('what its sender is answered', () => {
  const { answers, unknownOrder, blocksQueue, patienceMs } = provider()
  const accepted = { status: 200, contentType: 'text/plain', body: '' }
  expect({ answers, unknownOrder, blocksQueue, patienceMs }).toEqual({
    answers: { accepted, notAuthentic: 401, later: 503 },
    unknownOrder: 'keep',
    blocksQueue: false,
    patienceMs: null,
  })
})
