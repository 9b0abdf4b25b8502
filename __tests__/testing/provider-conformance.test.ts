/** The suite finds providers that only look right. */
import { expect, test } from '@jest/globals'
import type { HeaderAuthentication, Provider } from 'express-payment-webhooks'
import { providerConformance } from 'express-payment-webhooks/testing'
import { bodyOf, hmacProvider } from '../support/hmac-provider.js'

const payloads = { paid: JSON.parse(bodyOf()) as object }

/** Names of the tests that a provider fails. */
async function failuresOf(create: () => Provider): Promise<string[]> {
  const tests: [string, () => Promise<void>][] = []
  providerConformance({ test: (name, run) => tests.push([name, run]), create, payloads })
  expect(tests.length).toBeGreaterThan(10)
  const failures: string[] = []
  for (const [name, run] of tests) await run().catch(() => failures.push(name))
  return failures
}

const withAuthentication = (authenticate: (own: HeaderAuthentication) => HeaderAuthentication) => () =>
  hmacProvider({ authenticate }) as Provider

test('a provider that is right passes', async () => {
  expect(await failuresOf(() => hmacProvider() as Provider)).toEqual([])
})

test('one that signs what no header can carry to a server fails over HTTP', async () => {
  const create = withAuthentication(({ verify, sign }) => ({
    verify: (delivery) => {
      const value = String(delivery.headers['x-signature'])
      const unpadded = value.startsWith(' ') ? value.slice(1) : `not padded: ${value}`
      return verify({ ...delivery, headers: { ...delivery.headers, 'x-signature': unpadded }, rawHeaders: undefined })
    },
    sign: (body) => ({ 'x-signature': ` ${sign(body)['x-signature']!}` }),
  }))
  expect(await failuresOf(create)).toEqual(['paid: a genuine delivery is verified as it comes over HTTP'])
})

test('one that does not look at its signature fails where that is spoiled', async () => {
  const create = withAuthentication(({ sign }) => ({ verify: () => true, sign }))
  expect(await failuresOf(create)).toEqual([
    'paid: no header it is signed with may be missing, empty, changed or repeated',
    'paid: a signature that covers the body covers every byte of it',
  ])
})

test('one whose identity is another each time fails where an event is repeated', async () => {
  let deliveries = 0
  const create = () => {
    const provider = hmacProvider() as Provider
    const interpret: Provider['interpret'] = async (payload) => ({
      ...(await provider.interpret(payload)),
      identity: [String(deliveries++)],
    })
    return { ...provider, interpret }
  }
  expect(await failuresOf(create)).toEqual([
    'paid: the same event delivered again, differently formatted, is a duplicate',
  ])
})
