/** The five promises of SECURITY.md, each at every door and for every kind of proof. */
import { describe, expect, test } from '@jest/globals'
import { createHmac } from 'node:crypto'
import { defineProvider, type Provider, type SignedDelivery } from 'express-payment-webhooks'
import { fetchedCertificates, publicKeySignature } from 'express-payment-webhooks/keys'
import { z } from 'zod'
import { SECRET } from '../support/hmac-provider.js'
import {
  CALLBACK,
  KIND_NAMES,
  KINDS,
  payloadFor,
  TOKEN,
  type Kind,
  type KindOptions,
} from '../support/kinds-of-providers.js'
import type { Shop } from '../support/open-shop.js'
import { vectorsOf } from '../support/provider-suite.js'
import { recordingStore } from '../support/recording-store.js'
import { throughEveryDoor } from '../support/shops.js'

const PROVEN: Kind[] = KIND_NAMES.filter((kind) => !/^(token|unproven)-/.test(kind))
const IN_BODY: Kind[] = KIND_NAMES.filter((kind) => KINDS[kind]().authentication.inBody === true)
const IN_HEADERS: Kind[] = KIND_NAMES.filter((kind) => kind !== 'unproven-pay' && !IN_BODY.includes(kind))
const READ_BACK: Kind[] = ['token-body-pay', 'token-form-pay', 'unproven-pay']

const genuine = (provider: Provider, kind: Kind, fields: object = {}): SignedDelivery =>
  provider.sign({ ...payloadFor(kind), ...fields })

const post = (shop: Shop, { body, headers }: SignedDelivery) =>
  shop.post(body, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`))

/** The delivery's content with other fields, written again as the same kind of body. */
const changed = (provider: Provider, { body, headers }: SignedDelivery, fields: object): SignedDelivery => {
  const content = provider.format.parse(body, { headers }) as object
  return { body: provider.format.write({ ...content, ...fields }).body, headers }
}

throughEveryDoor((open) => {
  /** A shop of this kind, and the steps that processed the content of its deliveries. */
  const shopOf = async (kind: Kind, options: KindOptions = {}) => {
    const steps: string[] = []
    const provider = KINDS[kind]({ onStep: (step) => void steps.push(step), ...options })
    const shop = await open({ provider, store: recordingStore({ durable: true }) })
    // A second provider makes the deliveries, so that its steps are not counted.
    return { provider: KINDS[kind](), shop, steps: () => steps.splice(0) }
  }

  describe('T1 what does not pass reaches no handler, writes nothing,', () => {
    test.each(IN_HEADERS)('and nothing in it is looked at (%s)', async (kind) => {
      const { provider, shop, steps } = await shopOf(kind)
      const right = genuine(provider, kind)
      for (const body of [changed(provider, right, { amount: '1' }).body, Buffer.from('{'), Buffer.alloc(0)]) {
        expect((await post(shop, { ...right, body })).status).toBe(401)
      }
      expect((await shop.post(right.body)).status).toBe(401)
      expect([steps(), shop.handled, shop.store.calls]).toEqual([[], [], []])
      expect((await post(shop, right)).status).toBe(200)
      expect(steps()).toEqual(['parse', 'validate', 'toEvent'])
    })

    test.each(IN_BODY)('and is parsed to be verified and for nothing else (%s)', async (kind) => {
      const { provider, shop, steps } = await shopOf(kind)
      const right = genuine(provider, kind)
      const lookUp = kind.startsWith('token-') ? ['look up'] : []
      const proof = kind.startsWith('token-') ? 'token' : 'sign'
      const content = provider.format.parse(right.body, right) as Record<string, string>
      expect((await post(shop, changed(provider, right, { [proof]: `${content[proof]!.slice(0, -1)}0` }))).status).toBe(
        401,
      )
      // The content is parsed once more to explain the refusal to the operator.
      expect(new Set(steps())).toEqual(new Set(['parse', ...lookUp]))
      expect((await post(shop, changed(provider, right, { [proof]: '' }))).status).toBe(401)
      expect(new Set(steps())).toEqual(new Set(['parse']))
      expect([shop.handled, shop.store.calls]).toEqual([[], []])
      expect((await post(shop, right)).status).toBe(200)
      expect(steps()).toEqual(expect.arrayContaining(['parse', ...lookUp, 'toEvent']))
      expect(shop.handled).toHaveLength(1)
    })

    test.each(IN_BODY)('and is parsed strictly and within the same limits before it is proven (%s)', async (kind) => {
      const { shop } = await shopOf(kind)
      const deep = `{"a":${'['.repeat(40)}${']'.repeat(40)},"token":"${TOKEN}"}`
      const bodies = [
        deep,
        `{"token":"x","token":"${TOKEN}"}`,
        `token=x&token=${TOKEN}`,
        `token[]=${TOKEN}`,
        '\xff',
        '{',
        '',
      ]
      for (const body of bodies) {
        expect(
          (await shop.post(Buffer.from(body, 'latin1'), 'content-type: application/x-www-form-urlencoded')).status,
        ).toBe(401)
        expect((await shop.post(Buffer.from(body, 'latin1'), 'content-type: application/json')).status).toBe(401)
      }
      expect((await shop.post('x'.repeat(200_000))).status).toBe(413)
      expect([shop.handled, shop.store.calls]).toEqual([[], []])
    })
  })

  describe('T2 nothing in a request chooses scheme, algorithm or key,', () => {
    const text = JSON.stringify(CALLBACK)
    const mac = (algorithm: string, key: string) => createHmac(algorithm, key).update(text).digest('hex')

    test.each<[string, string[]]>([
      ['another algorithm', [`X-Sig: ${mac('sha512', SECRET)}`, 'X-Algorithm: sha512']],
      ['no algorithm', ['X-Sig: none', 'X-Algorithm: none']],
      ['an older one', [`X-Sig: ${mac('sha1', SECRET)}`, 'X-Sig-Alg: sha1']],
      ['a secret of its own', [`X-Sig: ${mac('sha256', 'attacker')}`, 'X-Secret: attacker']],
      ['no secret', [`X-Sig: ${mac('sha256', '')}`]],
      ['another scheme', [`Authorization: Bearer ${SECRET}`]],
    ])('in headers: %s', async (_, headers) => {
      const { shop } = await shopOf('hmac-pay')
      expect((await shop.post(text, ...headers)).status).toBe(401)
      expect(shop.store.calls).toEqual([])
    })

    test('in the body', async () => {
      const { provider, shop } = await shopOf('signed-body-pay')
      const right = genuine(provider, 'signed-body-pay')
      for (const fields of [
        { sign: 'none', alg: 'none' },
        { sign: mac('sha512', SECRET), alg: 'sha512' },
        { sign: { $ne: '' } },
      ]) {
        expect((await post(shop, changed(provider, right, fields))).status).toBe(401)
      }
      expect(shop.store.calls).toEqual([])
    })

    test('and where it names a key, none that is not configured or does not come from a listed host', async () => {
      const { root_pem, cases } = vectorsOf<{
        readonly paypal: {
          readonly root_pem: string
          readonly cases: readonly { raw_body: string; headers: Record<string, string> }[]
        }
      }>('paypal').paypal
      const fetched: string[] = []
      const provider = defineProvider({
        name: 'cert-pay',
        types: ['payment.confirmed'],
        authentication: publicKeySignature({
          algorithm: 'RSA-SHA256',
          header: 'paypal-transmission-sig',
          keys: fetchedCertificates({
            header: 'paypal-cert-url',
            hosts: ['api.paypal.com'],
            folder: '/v1/notifications/certs/',
            names: ['messageverificationcerts.paypal.com'],
            issuers: root_pem,
            fetch: async (url) => {
              fetched.push(url)
              return new Response('', { status: 404 })
            },
          }),
        }),
        schema: z.unknown(),
        toEvent: (native) => ({ type: 'payment.confirmed', identity: ['1'], native }),
      }) as Provider
      const shop = await open({ provider })
      const { raw_body, headers } = cases[0]!
      for (const url of [
        'https://attacker.example/v1/notifications/certs/A',
        'http://169.254.169.254/v1/notifications/certs/A',
      ]) {
        const lines = Object.entries({ ...headers, 'PAYPAL-CERT-URL': url }).map(([name, value]) => `${name}: ${value}`)
        expect((await shop.post(raw_body, ...lines)).status).toBe(401)
      }
      expect([fetched, shop.store.calls]).toEqual([[], []])
    })
  })

  describe('T3 verified are the received bytes;', () => {
    test.each(['hmac-pay', 'stamped-pay', 'key-pay', 'form-pay'] as const)(
      'another byte is another body (%s)',
      async (kind) => {
        const { provider, shop } = await shopOf(kind)
        const right = genuine(provider, kind)
        for (const body of [Buffer.concat([right.body, Buffer.from(' ')]), right.body.subarray(1)]) {
          expect((await post(shop, { ...right, body })).status).toBe(401)
        }
        expect((await post(shop, right)).status).toBe(200)
        expect(shop.handled).toHaveLength(1)
      },
    )

    test('where a derived text is signed, what it covers is as firm, and what it does not cover decides nothing', async () => {
      const { provider, shop } = await shopOf('sorted-pay')
      const right = genuine(provider, 'sorted-pay')
      expect((await post(shop, changed(provider, right, { amount: '49.9' }))).status).toBe(401)
      const reordered = Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(CALLBACK).reverse()), null, 1))
      expect((await post(shop, { ...right, body: reordered })).status).toBe(200)
      expect((await post(shop, right)).status).toBe(200)
      expect(shop.handled).toMatchObject([{ orderId: '1001', received: { amount: '49.9' } }])
    })

    test.each(['signed-body-pay', 'signed-form-pay'] as const)(
      'the same where the proof covers some fields (%s)',
      async (kind) => {
        const { provider, shop } = await shopOf(kind)
        const right = genuine(provider, kind)
        for (const fields of [{ amount: '4.99' }, { order_id: '1002' }, { currency: 'BTC' }, { id: 'evt_2' }]) {
          expect((await post(shop, changed(provider, right, fields))).status).toBe(401)
        }
        expect((await post(shop, changed(provider, right, { note: 'forged', more: 'x' }))).status).toBe(200)
        expect((await post(shop, right)).status).toBe(200)
        expect(shop.handled).toHaveLength(1)
        expect(JSON.stringify(shop.handled)).not.toContain('forged')
      },
    )
  })

  describe('T4 a callback that proves nothing, or too little, emits only what was read back', () => {
    test.each(READ_BACK)('%s', async (kind) => {
      let state: object = { amount: '10.00' }
      const { provider, shop } = await shopOf(kind, { read: async () => state })
      for (const fields of [{}, { amount: '9999.00' }, { currency: 'BTC', id: 'evt_9' }, { status: 'refunded' }]) {
        expect((await post(shop, genuine(provider, kind, fields))).status).toBe(200)
      }
      expect(shop.handled).toMatchObject([{ received: { amount: '10', currency: 'EUR' } }])
      state = { amount: '20.00' }
      await post(shop, genuine(provider, kind, { amount: '9999.00' }))
      expect(shop.handled.map(({ received }) => received?.amount)).toEqual(['10', '20'])
    })

    test.each(READ_BACK)('and nothing at all while it cannot be read back (%s)', async (kind) => {
      const { provider, shop } = await shopOf(kind, { read: () => Promise.reject(new Error('no network')) })
      expect((await post(shop, genuine(provider, kind))).status).toBe(503)
      expect([shop.handled, shop.store.calls]).toEqual([[], []])
    })

    test('nor what a provider of the shop’s own makes of an unproven callback without reading it', async () => {
      const provider = defineProvider({
        name: 'careless-pay',
        types: ['payment.confirmed'],
        authentication: { verify: () => false, sign: () => ({}) },
        schema: z.object({ id: z.string() }),
        toEvent: (native) => ({ type: 'payment.confirmed', identity: [native.id], native }),
      }) as Provider
      const shop = await open({ provider, store: recordingStore({ durable: true }) })
      expect((await shop.post('{"id":"1"}')).status).toBe(401)
      expect(shop.errors.map(({ error }) => error.code)).toEqual(['AUTH_UNPROVEN'])
      expect([shop.handled, shop.store.calls]).toEqual([[], []])
    })
  })

  describe('T5 acknowledged is only', () => {
    const shopWith = async (
      handler: () => Promise<void>,
      store = recordingStore({ durable: true }),
      timeoutMs = 4000,
    ) => {
      const provider = KINDS['hmac-pay']()
      const shop = await open({ provider, store, handler, timeoutMs })
      return { shop, right: genuine(provider, 'hmac-pay') }
    }

    test('what a handler has resolved for', async () => {
      let finish = () => {}
      const { shop, right } = await shopWith(() => new Promise((resolve) => (finish = resolve)))
      let status = 0
      const answering = post(shop, right).then((answer) => (status = answer.status))
      while (shop.store.calls.length === 0) await new Promise(setImmediate)
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(status).toBe(0)
      finish()
      expect(await answering).toBe(200)
      expect(shop.store.calls.map(({ method }) => method)).toEqual(['claim', 'complete'])
    })

    test('what is known as handled, and not what somebody is at, or has failed at', async () => {
      let failing = true
      const { shop, right } = await shopWith(async () => {
        if (failing) throw new Error('the database is away')
      })
      for (let times = 0; times < 3; times++) expect((await post(shop, right)).status).toBe(500)
      failing = false
      for (let times = 0; times < 3; times++) expect((await post(shop, right)).status).toBe(200)
      expect(shop.handled).toHaveLength(1)
      const busy = recordingStore({ inner: { ...recordingStore(), claim: () => ({ state: 'busy' }) } })
      const elsewhere = await shopWith(async () => {}, busy, 500)
      expect((await post(elsewhere.shop, elsewhere.right)).status).toBe(503)
    })

    test('what is durably kept: without a store that keeps, and with one that cannot, it is not', async () => {
      const unusable = (provider: Provider) => provider.sign({ ...CALLBACK, amount: 'none' })
      const provider = KINDS['hmac-pay']()
      const durable = await open({ provider, store: recordingStore({ durable: true }) })
      expect((await post(durable, unusable(provider))).status).toBe(200)
      expect(durable.store.kept).toHaveLength(1)
      const volatile = await open({ provider, store: recordingStore() })
      expect((await post(volatile, unusable(provider))).status).toBe(400)
      const full = { ...recordingStore({ durable: true }), quarantine: () => Promise.reject(new Error('disk full')) }
      const broken = await open({ provider, store: full })
      expect((await post(broken, unusable(provider))).status).toBe(503)
    })

    test('what no deadline has passed for', async () => {
      const { shop, right } = await shopWith(() => new Promise((resolve) => setTimeout(resolve, 600)), undefined, 200)
      expect((await post(shop, right)).status).toBe(503)
      while (shop.handled.length === 0) await new Promise(setImmediate)
      expect((await post(shop, right)).status).toBe(200)
      expect(shop.handled).toHaveLength(1)
    })
  })
})

test('every kind of proof has its part in these promises', () => {
  expect([...PROVEN, ...READ_BACK].sort()).toEqual([...KIND_NAMES].sort())
  expect([IN_BODY.length, IN_HEADERS.length]).toEqual([4, 5])
})
