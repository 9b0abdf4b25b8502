/** The options decide which kind of webhook is received, and impossible options are refused at once. */
import { describe, expect, test } from '@jest/globals'
import { mollie } from 'express-payment-webhooks/providers/mollie'
import { payloadOf } from '../../support/provider-suite.js'
import { receiverOf } from '../../support/deliver.js'

const secret = 'mollie-signing-secret-3e7a91c05d2f'
const apiKey = 'live_8f2b1c9d7e6a5b4c3d2e1f0a9b8c7d'
const readBack = async () => null

describe('options', () => {
  test.each([
    [{}, /give apiKey or readBack for classic webhooks, or secret for signed ones/],
    [{ apiKey: undefined }, /apiKey is missing or empty/],
    [{ apiKey: 'live_short' }, /apiKey has 10 bytes/],
    [{ apiKey: apiKey.replace('live', 'test') }, /apiKey is a test key, and mode is 'live'/],
    [{ apiKey, mode: 'test' }, /apiKey is a live key, and mode is 'test'/],
    [{ apiKey, readBack }, /apiKey or readBack, and not both/],
    [{ readBack: 'https://shop.example' }, /readBack must be a function/],
    [{ apiKey, mode: 'prod' }, /mode must be 'live' or 'test'/],
    [{ apiKey, orderFrom: 'note' }, /orderFrom must be 'metadata' or 'description'/],
    [{ apiKey, orderKey: '' }, /orderKey must be/],
    [{ apiKey, retired: secret }, /unknown option "retired"/],
    [{ apikey: apiKey }, /Did you mean "apiKey"/],
    [{ secret: 'short' }, /secret has 5 bytes/],
    [{ secret, apiKey: undefined }, /apiKey is missing or empty/],
    [null, /options must be an object/],
  ])('%j', (options, message) => {
    expect(() => mollie(options as never)).toThrow(message)
  })

  test('a secret whose variable is not set never becomes an unsigned webhook', () => {
    expect(() => mollie({ secret: undefined, apiKey })).toThrow(/secret is missing or empty/)
  })

  test('a key is never told', () => {
    for (const options of [{ apiKey, mode: 'test' }, { apiKey: ` ${apiKey}` }, { apiKey, readBack }]) {
      expect(() => mollie(options as never)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining(apiKey) }),
      )
    }
  })
})

describe('a request chooses nothing', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }

  test('an unsigned classic body at a signed webhook is refused, also with a key that could read it', async () => {
    const { deliver } = receiverOf(mollie({ secret, apiKey }))
    expect(await deliver(payloadOf('mollie', 'classic_payment.txt'), form)).toMatchObject({ kind: 'not_authentic' })
  })

  test('a signed event at a classic webhook is no form with an id, and nobody is asked', async () => {
    let asked = 0
    const classic = mollie({ readBack: async () => ++asked })
    const { body, headers } = mollie({ secret }).sign(payloadOf('mollie', 'nextgen_payment_paid.json'))
    expect(await receiverOf(classic).deliver(body, headers)).toMatchObject({ kind: 'unusable' })
    expect(asked).toBe(0)
  })
})
