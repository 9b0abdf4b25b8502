import { afterEach, describe, expect, test } from '@jest/globals'
import { cityPay, coinsPh, createReceiver, memoryStore, type Provider, type Receiver } from 'express-payment-webhooks'
import { hmacProvider } from '../../support/hmac-provider.js'

const open: Receiver[] = []
afterEach(() => Promise.all(open.splice(0).map((receiver) => receiver.close())))

const [ONE, TWO] = ['k7Jw2nVq9TzR4mXc8LpB3sYd', 'b8Qm4xTz7WnK2cRv9LpJ6sYd']

async function codesOf(...providers: Provider<any>[]): Promise<string[]> {
  const store = memoryStore()
  const codes: string[] = []
  for (const provider of providers) {
    open.push(createReceiver(provider, { store, on: {}, onError: (error) => void codes.push(error.code) }))
  }
  await new Promise((resolve) => setImmediate(resolve))
  return codes
}

describe('two accounts of one provider on one store', () => {
  test('without account: the second one is told, with the fix', async () => {
    const store = memoryStore()
    const errors: Error[] = []
    const onError = (error: Error) => void errors.push(error)
    for (const secret of [ONE, TWO]) open.push(createReceiver(hmacProvider({ secret }), { store, on: {}, onError }))
    await new Promise((resolve) => setImmediate(resolve))
    expect(errors).toMatchObject([{ code: 'CONFIG_ACCOUNT_SHARED', message: expect.stringContaining("account: 'eu'") }])
  })

  test('with a token in place of a signature: the same', async () => {
    expect(await codesOf(coinsPh({ token: ONE }), coinsPh({ token: TWO }))).toEqual(['CONFIG_ACCOUNT_SHARED'])
  })

  test('with accounts of their own: nothing is said', async () => {
    expect(
      await codesOf({ ...coinsPh({ token: ONE }), account: 'a' }, { ...coinsPh({ token: TWO }), account: 'b' }),
    ).toEqual([])
  })

  test('one account that is mounted twice, or whose secret is being rotated: nothing is said', async () => {
    const provider = hmacProvider({ secret: ONE })
    expect(
      await codesOf(provider, provider, hmacProvider({ secret: ONE }), hmacProvider({ secret: [TWO, ONE] })),
    ).toEqual([])
  })

  test('two providers, or one whose callbacks prove nothing: nothing is said', async () => {
    const city = () => cityPay({ orderToken: () => null })
    expect(
      await codesOf(hmacProvider({ secret: ONE }), hmacProvider({ secret: TWO, name: 'other' }), city(), city()),
    ).toEqual([])
  })

  test('once the first one is closed: nothing is said', async () => {
    const store = memoryStore()
    const codes: string[] = []
    const onError = (error: { code: string }) => void codes.push(error.code)
    const first = createReceiver(hmacProvider({ secret: ONE }), { store, on: {}, onError })
    await first.close()
    open.push(createReceiver(hmacProvider({ secret: TWO }), { store, on: {}, onError }))
    await new Promise((resolve) => setImmediate(resolve))
    expect(codes).toEqual([])
  })
})
