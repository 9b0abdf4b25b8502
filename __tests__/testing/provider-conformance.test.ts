/** The suite passes correct providers of every kind, and detects providers that only look correct. */
import { describe, expect, test } from '@jest/globals'
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { z } from 'zod'
import {
  bodySignature,
  defineProvider,
  DeliveryError,
  readBack,
  signature,
  type HeaderAuthentication,
  type Provider,
} from 'express-payment-webhooks'
import { fetchedKeys, publicKeySignature } from 'express-payment-webhooks/keys'
import { providerConformance, type ProviderConformance, type ProviderVector } from 'express-payment-webhooks/testing'
import { bodyOf, hmacProvider, SECRET } from '../support/hmac-provider.js'
import { KIND_NAMES, KINDS, payloadFor, CALLBACK } from '../support/kinds-of-providers.js'

const payloads = { paid: JSON.parse(bodyOf()) as object }

/** Names of the tests that a provider fails. */
async function failuresOf(create: () => Provider, more: Partial<ProviderConformance<never>> = {}): Promise<string[]> {
  const tests: [string, () => Promise<void>][] = []
  providerConformance({ test: (name, run) => tests.push([name, run]), create, payloads, ...(more as object) })
  expect(tests.length).toBeGreaterThan(10)
  const failures: string[] = []
  for (const [name, run] of tests) await run().catch(() => failures.push(name))
  return failures
}

const withAuthentication = (authenticate: (own: HeaderAuthentication) => HeaderAuthentication) => () =>
  hmacProvider({ authenticate }) as Provider

describe('a provider that is right passes', () => {
  test.each(KIND_NAMES)('%s', async (kind) => {
    expect(await failuresOf(() => KINDS[kind](), { payloads: { paid: payloadFor(kind) } })).toEqual([])
  })

  test('with an exact body in place of a payload', async () => {
    const texts = { paid: ` ${bodyOf({ note: 1e21 })}\n` }
    expect(await failuresOf(() => hmacProvider() as Provider, { payloads: texts })).toEqual([])
    const form = new URLSearchParams(CALLBACK).toString()
    expect(await failuresOf(() => KINDS['form-pay'](), { payloads: { form } })).toEqual([])
  })

  test('with keys that are fetched', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const create = withAuthentication(() =>
      publicKeySignature({
        algorithm: 'RSA-SHA256',
        header: 'x-signature',
        headers: ['x-key'],
        message: ({ body, header }) => [header('x-key'), '.', body],
        keys: fetchedKeys({
          name: ({ headers }) => (typeof headers['x-key'] === 'string' ? headers['x-key'] : null),
          fetch: (name) => Promise.resolve(/^(msg_\w{24}|chosen-by-the-suite)$/.test(name) ? publicKey : null),
        }),
        privateKey,
      }),
    )
    expect(await failuresOf(create)).toEqual([])
  })
})

describe('one that is wrong fails:', () => {
  test('what it signs no header can carry to a server', async () => {
    const create = withAuthentication(({ verify, sign }) => ({
      verify(delivery) {
        const value = String(delivery.headers['x-signature'])
        const unpadded = value.startsWith(' ') ? value.slice(1) : `not padded: ${value}`
        return verify({ ...delivery, headers: { ...delivery.headers, 'x-signature': unpadded }, rawHeaders: undefined })
      },
      sign: (body) => ({ 'x-signature': ` ${sign(body)['x-signature']!}` }),
    }))
    expect(await failuresOf(create)).toEqual(['paid: an Express app gives its sender the answers of the provider'])
  })

  test('it does not look at its signature', async () => {
    const create = withAuthentication(({ sign }) => ({ verify: () => true, sign }))
    expect(await failuresOf(create)).toEqual([
      'paid: no header it is signed with may be missing, empty, changed or repeated',
      'paid: a signature that covers the body covers every byte of it',
      'paid: an Express app answers a forgery as the provider needs it',
    ])
  })

  test('its identity is another each time', async () => {
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
      'paid: what is kept of it means the same when it is replayed',
    ])
  })

  test('its identity does not tell what its payloads say apart', async () => {
    const failed = JSON.parse(bodyOf({ type: 'payment.failed' })) as object
    const same = JSON.parse(bodyOf({ note: 'told once more' })) as object
    const create = () => hmacProvider() as Provider
    expect(await failuresOf(create, { payloads: { ...payloads, same } })).toEqual([])
    expect(await failuresOf(create, { payloads: { ...payloads, failed } })).toEqual([
      'payloads that say different things are different events',
    ])
  })

  test('its schema takes no further fields', async () => {
    const create = () => {
      const provider = hmacProvider() as Provider
      const interpret: Provider['interpret'] = (content, context) => {
        if (Object.hasOwn(Object(content) as object, 'added_later'))
          throw new DeliveryError('PAYLOAD_INVALID', 'unknown field')
        return provider.interpret(content, context)
      }
      return { ...provider, interpret }
    }
    expect(await failuresOf(create)).toEqual(['paid: fields added by the provider later are accepted'])
  })

  test('its proof covers the beginning of the body alone', async () => {
    const create = withAuthentication(() =>
      signature({ header: 'x-signature', secret: SECRET, message: ({ body }) => [body.subarray(0, 20)] }),
    )
    // The signature does not cover the whole body, although the provider claims that it does.
    expect(await failuresOf(create)).toEqual([])
    const read = withAuthentication(() =>
      signature({
        header: 'x-signature',
        secret: SECRET,
        message: ({ body }) => [body.subarray(0, 20), String(body.length)],
      }),
    )
    expect(await failuresOf(read)).toContain('paid: a signature that covers the body covers every byte of it')
  })

  const signedId = bodySignature({
    secret: SECRET,
    read: (content) => (content as { sign?: unknown }).sign,
    write: (content, sign) => ({ ...(content as object), sign }),
    message: (content) => [String((content as { id?: unknown }).id)],
  })
  const partly = (authentication = signedId) =>
    defineProvider({
      name: 'partly',
      types: ['payment.confirmed'],
      authentication,
      schema: z.looseObject({ id: z.string(), amount: z.string(), currency: z.string() }),
      toEvent: (native) => ({
        type: 'payment.confirmed',
        identity: [native.id],
        received: { amount: native.amount, currency: native.currency, basis: 'total' as const },
        native,
      }),
    }) as Provider

  test('the amount stands beside what its proof in the body covers', async () => {
    expect(await failuresOf(() => partly())).toEqual(['paid: what the proof does not cover decides nothing'])
  })

  test('it shows handlers the proof', async () => {
    const shown = await failuresOf(() => partly({ ...signedId, withoutProof: (content) => content }))
    expect(shown).toContain('paid: no proof inside its body may be missing, empty or changed')
    const elsewhere = () => {
      const provider = partly()
      const interpret: Provider['interpret'] = async (content) => {
        const sign = createHmac('sha256', SECRET)
          .update(String((content as { id: string }).id))
          .digest('hex')
        const answer = await provider.interpret(content)
        return 'native' in answer ? { ...answer, native: { sign } } : answer
      }
      return { ...provider, interpret }
    }
    expect(await failuresOf(elsewhere)).toContain('paid: no proof inside its body reaches a handler, or is kept')
  })

  test('it lists its signature among the headers that are kept', async () => {
    const create = withAuthentication((own) => ({ ...own, signedHeaders: ['x-signature'] }))
    expect(await failuresOf(create)).toEqual(['paid: its signed headers are no signatures'])
  })

  test('it reads a header that is not kept', async () => {
    const create = () => {
      const own = signature({
        header: 'x-signature',
        secret: SECRET,
        headers: ['x-topic'],
        message: ({ body, header }) => [header('x-topic'), body],
      })
      const provider = hmacProvider({ authenticate: () => own }) as Provider
      let topic: string | undefined
      const interpret: Provider['interpret'] = async (content, context) => {
        // A header that only the first delivery has.
        topic ??= context?.headers['x-topic']
        const answer = await provider.interpret(content)
        const first = topic === undefined ? 'none' : topic
        topic = 'kept'
        return 'identity' in answer ? { ...answer, identity: [first] } : answer
      }
      return { ...provider, interpret }
    }
    expect(await failuresOf(create)).toContain('paid: what is kept of it means the same when it is replayed')
  })

  test('it reads back what its callback says, in place of what its API says', async () => {
    const create = () =>
      defineProvider({
        name: 'believing',
        types: ['payment.confirmed'],
        authentication: { verify: () => false, sign: () => ({}) },
        schema: z.looseObject({ id: z.string(), amount: z.string() }),
        toEvent: (native) =>
          readBack({
            key: native.id,
            read: () => Promise.resolve({ id: 'evt_1' }),
            toEvent: ({ id }) => ({
              type: 'payment.confirmed',
              identity: [id],
              received: { amount: native.amount, currency: 'USD', basis: 'total' as const },
              native,
            }),
          }),
      }) as Provider
    expect(await failuresOf(create)).toEqual(['paid: what the proof does not cover decides nothing'])
  })
})

describe('foreign vectors', () => {
  const body = bodyOf()
  const sign = (secret: string) => createHmac('sha256', secret).update(body).digest('hex')
  const vectors: readonly ProviderVector[] = [
    { name: 'signed with the secret', body, headers: { 'X-Signature': sign(SECRET) }, valid: true },
    { name: 'signed with another', body, headers: { 'X-Signature': sign(`${SECRET}x`) }, valid: false },
    { name: 'signed twice', body, headers: { 'X-Signature': [sign(SECRET), sign(SECRET)] }, valid: false },
    {
      name: 'with a byte order mark',
      body: Buffer.from(`\ufeff${body}`),
      headers: { 'X-Signature': sign(SECRET) },
      valid: false,
    },
  ]
  const create = () => hmacProvider() as Provider

  test('decide as they say', async () => {
    expect(await failuresOf(create, { vectors })).toEqual([])
  })

  test.each(vectors.map(({ name }, at) => [name, at] as const))(
    'one that is flipped fails the suite: %s',
    async (name, flipped) => {
      const turned = vectors.map((vector, at) => (at === flipped ? { ...vector, valid: !vector.valid } : vector))
      const failures = await failuresOf(create, { vectors: turned })
      expect(failures).toContain(`vector: ${name} is ${turned[flipped]!.valid ? 'accepted' : 'refused'}`)
    },
  )

  test('of one kind alone say too little', async () => {
    for (const valid of [true, false]) {
      const some = vectors.filter((vector) => vector.valid === valid)
      expect(await failuresOf(create, { vectors: some })).toEqual([
        'vectors: some are accepted and some are refused, so that neither an open nor a closed door passes',
      ])
    }
  })

  test('are made for the provider by their name', async () => {
    const named: string[] = []
    const tests: (() => Promise<void>)[] = []
    providerConformance({
      test: (_name, run) => tests.push(run),
      create(name) {
        named.push(name)
        return hmacProvider()
      },
      payloads,
      vectors,
    })
    for (const run of tests) await run()
    expect(new Set(named)).toEqual(new Set(['paid', ...vectors.map(({ name }) => name)]))
  })
})

test('without a payload it would state nothing, and throws', () => {
  expect(() => providerConformance({ test, create: () => hmacProvider(), payloads: {} })).toThrow('at least one')
})
