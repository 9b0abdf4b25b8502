/** Configurations that cannot be safe stop the application at its start, not at the first payment. */
import { describe, expect, test } from '@jest/globals'
import express from 'express'
import { z } from 'zod'
import {
  captureRawBody,
  cityPay,
  coinbarPay,
  coinsPh,
  createReceiver,
  cryptoGateway,
  defineProvider,
  memoryStore,
  paymentWebhook,
  type Authentication,
  type HeaderAuthentication,
  type Provider,
} from 'express-payment-webhooks'
import { expressDoors, listenerDoor } from '../support/doors.js'
import { bodyOf, hmacProvider, SECRET, signatureOf, VALID } from '../support/hmac-provider.js'
import { rawRequest, requestBytes } from '../support/raw-request.js'
import { expectHarmless, shops, throughEveryDoor } from '../support/shops.js'
import { startServer } from '../support/start-server.js'

const makers: [string, (secret: never) => unknown][] = [
  ['hmacSignature', (secret) => hmacProvider({ secret: secret as string })],
  ['coinsPh', (token) => coinsPh({ token })],
  ['cryptoGateway', (secret) => cryptoGateway({ secret })],
  ['cryptoGateway timestamped', (secret) => cryptoGateway({ secret, mode: 'timestamped' })],
  ['coinbarPay', (secretKey) => coinbarPay({ clientId: 'scid-4f9a71', secretKey })],
]

const OTHER = 'Zx81bQ0wEr5tYu7iOp3aSd9f'

describe.each(makers)('%s', (name, make) => {
  const withSecret = (secret: unknown) => () => make(secret as never)
  // An absent secret of the helper falls back to its default, so only the real providers can be made without a secret.
  const absent = name === 'hmacSignature' ? [null, 42, {}] : [undefined, null, 42, {}]

  test.each(absent)('C01 a secret of %p throws CONFIG_SECRET_MISSING', (secret) => {
    expect(withSecret(secret)).toThrow(expect.objectContaining({ code: 'CONFIG_SECRET_MISSING' }))
  })

  test('C02 an empty secret throws CONFIG_SECRET_MISSING', () => {
    expect(withSecret('')).toThrow(expect.objectContaining({ code: 'CONFIG_SECRET_MISSING' }))
  })

  test.each(['   ', `${SECRET}\n`, `\ufeff${SECRET}`, ` ${SECRET}`, `${SECRET}\u00a0`, '\t'])(
    'C03 a secret with blanks or a byte order mark around it throws: %j',
    (secret) => {
      expect(withSecret(secret)).toThrow(expect.objectContaining({ code: 'CONFIG_SECRET_WHITESPACE' }))
    },
  )

  test.each([
    'undefined',
    'null',
    'changeme',
    'secret',
    'test',
    'your-webhook-secret',
    '<webhook secret>',
    '${GATEWAY_SECRET}',
    '0000000000000000000000',
  ])('C04 a placeholder throws: %s', (secret) => {
    expect(withSecret(secret)).toThrow(expect.objectContaining({ code: 'CONFIG_SECRET_PLACEHOLDER' }))
  })

  // There is no allowShortSecret: a provider that hands out short secrets cannot be trusted with them.
  test('C06 a secret of 15 bytes throws, one of 16 does not', () => {
    expect(withSecret(SECRET.slice(0, 15))).toThrow(expect.objectContaining({ code: 'CONFIG_SECRET_SHORT' }))
    expect(withSecret(SECRET.slice(0, 16))).not.toThrow()
  })

  test.each([[['', SECRET]], [[SECRET, 'short']], [[SECRET, undefined]], [[]]])(
    'C11 one bad member of a rotation throws: %j',
    (secrets) => {
      expect(withSecret(secrets)).toThrow(expect.objectContaining({ name: 'ConfigurationError' }))
    },
  )

  test('C01 to C11 no message contains the secret', () => {
    for (const secret of [`${SECRET}\n`, SECRET.slice(0, 15), 'changeme-9f3c']) {
      expect(withSecret(secret)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining(secret.trim()) }),
      )
    }
  })
})

test.each([undefined, null, 42, '', '   ', ' client-1', 'client-1\n', 'undefined'])(
  'C01 coinbarPay with a clientId of %j throws CONFIG_OPTION_INVALID',
  (clientId) => {
    const make = () => coinbarPay({ clientId: clientId as string, secretKey: SECRET })
    expect(make).toThrow(expect.objectContaining({ code: 'CONFIG_OPTION_INVALID' }))
  },
)

throughEveryDoor((open) => {
  test('C11 while secrets are rotated a delivery signed with either is handled, one signed with a third is not', async () => {
    const shop = await open({ provider: hmacProvider({ secret: [OTHER, SECRET] }) })
    const byNew = bodyOf({ id: 'evt_2' })
    expect((await shop.post(byNew, `X-Signature: ${signatureOf(byNew, OTHER)}`)).status).toBe(200)
    expect((await shop.deliver()).status).toBe(200)
    const byThird = bodyOf({ id: 'evt_3' })
    expect((await shop.post(byThird, `X-Signature: ${signatureOf(byThird, `${OTHER}x`)}`)).status).toBe(401)
    expect(shop.handled.map(({ id }) => id)).toEqual(['hmac:evt_2', 'hmac:evt_1'])
  })

  test.each([undefined, false, {}, { verify: false, sign: () => ({}) }, { verify: () => true }])(
    'C07 authentication that is left out or switched off throws: %p',
    (authentication) => {
      const make = () => defineProvider({ ...definition, authentication: authentication as unknown as Authentication })
      expect(make).toThrow(expect.objectContaining({ code: 'CONFIG_PROVIDER_INVALID' }))
    },
  )

  // There is no option that accepts unsigned callbacks: a callback without proof must be read back.
  test.each([
    ['false', () => false],
    ['undefined', () => undefined],
    ['1', () => 1],
    ['an object', () => ({})],
    ['a promise of false', async () => false],
    ['a promise of an object', async () => ({})],
  ])('C07 verify() that answers %s proves nothing: 401', async (_answer, verify) => {
    const shop = await open({ provider: providerWith(verify) })
    const answer = await shop.post(bodyOf())
    expect(answer.status).toBe(401)
    expect(shop.handled).toEqual([])
    expect(shop.store.calls).toEqual([])
  })

  test.each([
    ['rejects', async () => Promise.reject(new Error('no connection'))],
    ['does not settle', () => new Promise(() => {})],
  ])('C07 verify() that %s decides nothing: 503, no handler, and the repeat is welcome', async (_answer, verify) => {
    let verified: () => unknown = verify
    const shop = await open({ provider: providerWith(() => verified()), timeoutMs: 200 })
    expect((await shop.post(bodyOf())).status).toBe(503)
    expect(shop.handled).toEqual([])
    expect(shop.store.calls).toEqual([])
    verified = async () => true
    expect((await shop.post(bodyOf())).status).toBe(200)
    expect(shop.handled).toHaveLength(1)
  })

  test('C10 an empty allowedIps means nobody', async () => {
    const provider = cityPay({ orderToken: () => 'token', readBack: async () => ({}), allowedIps: [] }) as Provider
    const shop = await open({ provider })
    expect((await shop.post('{}')).status).toBe(401)
    expect(shop.errors.map(({ error }) => error.code)).toEqual(['AUTH_SOURCE_REFUSED'])
  })
})

describe('an application that parses first', () => {
  const open = shops()

  test.each([
    ['express.json()', express.json(), 'application/json'],
    ['express.urlencoded()', express.urlencoded({ extended: true }), 'application/x-www-form-urlencoded'],
    ['express.text()', express.text(), 'text/plain'],
  ])('C08 %s before the webhook is answered 500, and the message names the fix', async (_name, parser, type) => {
    const shop = await open({ before: (app) => app.use(parser) })
    const answer = await shop.deliver(bodyOf(), `Content-Type: ${type}`)
    expect(answer.status).toBe(500)
    expect(shop.errors).toMatchObject([
      { error: { code: 'RAW_BODY_CONSUMED', message: expect.stringContaining('captureRawBody') } },
    ])
    expect(shop.store.calls).toEqual([])
  })

  test('C08 express.json() with captureRawBody before the webhook changes nothing', async () => {
    const shop = await open({ before: (app) => app.use(express.json({ verify: captureRawBody })) })
    await expectHarmless(shop, await shop.post(bodyOf(), 'Content-Type: application/json'), 401)
  })

  test('C08 express.json() in an application behind toNodeListener changes nothing', async () => {
    const shop = await open({ door: listenerDoor, before: (app) => app.use(express.json()) })
    await expectHarmless(shop, await shop.post(bodyOf(), 'Content-Type: application/json'), 401)
  })
})

describe.each(expressDoors)('%s', (_name, door) => {
  const open = shops({ door })

  // A provider does not know the application that it will be mounted in, so the fault shows with the first request.
  test('C09 allowedIps under trust proxy: true is answered 500, and the message names the fix', async () => {
    const provider = cityPay({
      orderToken: () => 'token',
      readBack: async () => ({}),
      allowedIps: ['127.0.0.1'],
    }) as Provider
    const shop = await open({ provider, before: (app) => app.set('trust proxy', true) })
    const answer = await shop.post('{}', 'X-Forwarded-For: 127.0.0.1')
    expect(answer.status).toBe(500)
    expect(shop.errors).toMatchObject([
      { error: { code: 'CONFIG_TRUST_PROXY', message: expect.stringContaining('number of hops') } },
    ])
    expect(shop.store.calls).toEqual([])
  })
})

test.each([['localhost'], ['10.0.0.0/33'], ['10.0.0.0/'], ['*'], [''], ['::1/129'], ['1.2.3.4:5']])(
  'C10 allowedIps of %j throws',
  (network) => {
    const make = () => cityPay({ orderToken: () => 'token', allowedIps: [network] })
    expect(make).toThrow(expect.objectContaining({ code: 'CONFIG_OPTION_INVALID' }))
  },
)

describe('options of a receiver', () => {
  const mount = (options: object) => () => paymentWebhook(hmacProvider(), { store: memoryStore(), on: {}, ...options })
  const DAY = 24 * 60 * 60 * 1000

  test('C12 a retainMs shorter than the seven days senders retry for throws', () => {
    expect(mount({ retainMs: 7 * DAY - 1 })).toThrow(expect.objectContaining({ code: 'CONFIG_OPTION_INVALID' }))
    expect(mount({ retainMs: 7 * DAY })).not.toThrow()
  })

  test.each([36_500 * DAY + 1, 1e15, Number.MAX_SAFE_INTEGER])(
    'a retainMs that ends in a time no store can hold throws: %p',
    (retainMs) => {
      expect(mount({ retainMs })).toThrow(
        expect.objectContaining({
          code: 'CONFIG_OPTION_INVALID',
          message: expect.stringContaining('retainMs must be at most 3153600000000 milliseconds'),
        }),
      )
    },
  )

  test.each([
    { limit: '1' },
    { limit: 'all' },
    { limit: Number.POSITIVE_INFINITY },
    { limit: -1 },
    { timeoutMs: 0 },
    { timeoutMs: Number.POSITIVE_INFINITY },
    { leaseMs: 4000 },
    { store: undefined },
    { store: new Map() },
    { on: undefined },
    { onError: 'console' },
  ])('an option that cannot be safe throws: %p', (options) => {
    expect(mount(options)).toThrow(expect.objectContaining({ code: 'CONFIG_OPTION_INVALID' }))
  })

  test.each([
    [{ leaseMs: 2 ** 31 }, 'leaseMs must be at most 2147483647 milliseconds'],
    [{ timeoutMs: 2 ** 30 }, 'timeoutMs must be at most 1073741823 milliseconds'],
    [{ timeoutMs: 2 ** 31, leaseMs: 2 ** 32 }, 'timeoutMs must be at most 1073741823 milliseconds'],
  ])('a time that no timer can wait throws, with the longest: %p', (options, message) => {
    expect(mount(options)).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_INVALID', message: expect.stringContaining(message) }),
    )
  })

  test('the longest times that a timer can wait, and remembering for longer, are fine', () => {
    const longest = 2 ** 31 - 1
    expect(mount({ leaseMs: longest, timeoutMs: (longest - 1) / 2, retainMs: 400 * DAY })).not.toThrow()
  })

  const handler = () => {}
  class Misspelt {
    'payment.confimed'() {}
  }
  test.each<[string, object, string]>([
    ['that is undefined', { 'payment.confirmed': undefined }, 'CONFIG_OPTION_INVALID'],
    ['that is null', { 'payment.confirmed': null }, 'CONFIG_OPTION_INVALID'],
    ['of another name that is undefined', { confirmed: undefined }, 'CONFIG_EVENT_UNKNOWN'],
    ['in a Map', new Map([['payment.confirmed', handler]]), 'CONFIG_OPTION_INVALID'],
    ['of another name', { 'payment.confimed': handler }, 'CONFIG_EVENT_UNKNOWN'],
    ['of another name, inherited', Object.create({ 'payment.confimed': handler }) as object, 'CONFIG_EVENT_UNKNOWN'],
    ['of another name, of a class', new Misspelt(), 'CONFIG_EVENT_UNKNOWN'],
  ])('a handler %s throws, instead of payments being acknowledged without it', (_, on, code) => {
    expect(mount({ on })).toThrow(expect.objectContaining({ code, message: expect.stringContaining('on') }))
  })

  class Shop {
    readonly paid: string[] = []
    'payment.confirmed'({ orderId }: { readonly orderId: string | null }) {
      this.note(orderId)
    }
    note(orderId: string | null) {
      this.paid.push(orderId ?? '')
    }
  }
  test.each<[string, (shop: Shop) => object]>([
    ['of a class', (shop) => shop],
    ['that are inherited', (shop) => Object.create(shop) as object],
    ['of a proxy', (shop) => new Proxy(shop, {})],
  ])('handlers %s are called, as what they belong to', async (_, onOf) => {
    const shop = new Shop()
    const body = Buffer.from(bodyOf())
    const receiver = createReceiver(hmacProvider(), { store: memoryStore(), on: onOf(shop) })
    expect((await receiver.receive({ body, headers: { 'x-signature': signatureOf(body) } })).kind).toBe('handled')
    expect(shop.paid).toEqual(['1001'])
  })

  test.each<[object, string]>([
    [{ accepted: { contentType: 'application/json', body: { ok: true } } }, 'accepted.contentType and accepted.body'],
    [{ accepted: { body: null } }, 'accepted.contentType and accepted.body'],
    [{ accepted: { status: 302 } }, 'accepted.status must be from 200 to 299'],
    [{ accepted: { status: '200' } }, 'accepted.status'],
    [{ notAuthentic: 200 }, 'notAuthentic must be a status from 400 to 499'],
    [{ notAuthentic: 503 }, 'notAuthentic'],
    [{ later: 200 }, 'later must be a status from 400 to 599'],
    [{ later: 301 }, 'later'],
    [{ later: 600 }, 'later'],
  ])('an answer of %j throws when the provider is made, and not with every payment', (answers, message) => {
    const { name, types, authentication } = hmacProvider()
    const definition = { name, types, authentication, schema: z.object({}), toEvent: () => ({}), answers }
    expect(() => defineProvider(definition as never)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_PROVIDER_INVALID',
        message: expect.stringContaining(`defineProvider: hmac: answers.${message}`),
      }),
    )
  })

  test('a misspelt option throws, with the name that was meant', () => {
    expect(mount({ timoutMs: 1000 })).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_UNKNOWN', message: expect.stringContaining('timeoutMs') }),
    )
  })
})

test('C01 an application whose secret is missing never listens', async () => {
  const start = async () => {
    const app = express()
    app.use(
      '/hooks/coins',
      paymentWebhook(coinsPh({ token: process.env['NO_SUCH_VARIABLE'] }), { store: memoryStore(), on: {} }),
    )
    return startServer(app)
  }
  await expect(start()).rejects.toMatchObject({
    code: 'CONFIG_SECRET_MISSING',
    message: expect.stringContaining('token'),
  })
})

test('C03 a delivery signed with an unset key is refused by the set one', async () => {
  const { port, close } = await startServer(
    express().use('/hooks/hmac', paymentWebhook(hmacProvider(), { store: memoryStore(), on: {}, onError: () => {} })),
  )
  const answer = await rawRequest(
    port,
    requestBytes({ headers: [`X-Signature: ${signatureOf(bodyOf(), '')}`], body: bodyOf() }),
  )
  await close()
  expect(answer.status).toBe(401)
})

const definition = {
  name: 'open-pay',
  types: ['payment.confirmed' as const],
  schema: { safeParse: () => ({ success: true as const, data: VALID }) },
  toEvent: (native: typeof VALID) => ({ type: 'payment.confirmed' as const, identity: [native.id], native }),
}

function providerWith(verify: () => unknown): Provider {
  return defineProvider({
    ...definition,
    authentication: { verify: verify as HeaderAuthentication['verify'], sign: () => ({}) },
  })
}
