/** Keys that are fetched from a provider's own server when a delivery names one: Binance Pay's vectors, over sockets. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createPublicKey } from 'node:crypto'
import type { Outcome, Provider } from 'express-payment-webhooks'
import { createReceiver, defineProvider, memoryStore } from 'express-payment-webhooks'
import { z } from 'zod'
import { fetchedKeys } from '../../src/crypto/fetched-keys.js'
import { keyAnswer } from '../../src/crypto/key-answer.js'
import { publicKeySignature } from '../../src/crypto/public-key-signature.js'
import { clock, setClock } from '../../src/lib/clock.js'
import { vectorsOf } from '../support/provider-suite.js'
import { startServer, type RunningServer } from '../support/start-server.js'

interface Case {
  readonly name: string
  readonly raw_body: string
  readonly headers: Readonly<Record<string, string>>
}

const { public_keys: KEYS, cases } = vectorsOf<{
  readonly 'binance-pay': { readonly public_keys: Readonly<Record<string, string>>; readonly cases: readonly Case[] }
}>('binance-pay')['binance-pay']
const named = (name: string) => cases.find((one) => one.name === name)!
const GENUINE = named('genuine')
const SERIAL = GENUINE.headers['BinancePay-Certificate-SN']!

let server: RunningServer
/** The serials requested from the key service, and its answers. */
let asked: string[]
let answer: (serial: string) => { status: number; body: string } | 'hang' | 'reset'
beforeAll(async () => {
  server = await startServer((req, res) => {
    const serial = decodeURIComponent(req.url!.slice(1))
    asked.push(serial)
    const found = answer(serial)
    if (found === 'reset') req.socket.destroy()
    else if (found !== 'hang') res.writeHead(found.status).end(found.body)
  })
})
afterAll(() => server.close())
beforeEach(() => {
  asked = []
  answer = (serial) => (KEYS[serial] === undefined ? { status: 404, body: '' } : { status: 200, body: KEYS[serial] })
})

/** Time runs on from the moment that a test sets. */
let ahead = 0
const system = clock
beforeEach(() => {
  ahead = 0
  setClock({ ...system, monotonic: () => system.monotonic() + ahead })
})
afterEach(() => setClock())

/** As on docs/add-a-provider.md: one event for each body. */
function shop(timeoutMs = 2000) {
  const provider = defineProvider({
    name: 'key-pay',
    types: ['payment.confirmed'],
    authentication: publicKeySignature({
      algorithm: 'RSA-SHA256',
      header: 'binancepay-signature',
      headers: ['binancepay-nonce'],
      timestamp: { header: 'binancepay-timestamp', unit: 'ms', toleranceSeconds: null },
      message: ({ timestamp, header, body }) => [timestamp, '\n', header('binancepay-nonce'), '\n', body, '\n'],
      keys: fetchedKeys({
        name: ({ headers }) => {
          const serial = headers['binancepay-certificate-sn']
          return typeof serial === 'string' && /^[0-9a-f]{32}$/.test(serial) ? serial : null
        },
        async fetch(serial, { signal }) {
          const pem = await keyAnswer(await fetch(`http://127.0.0.1:${server.port}/${serial}`, { signal }))
          return pem === null ? null : createPublicKey(pem)
        },
      }),
    }),
    schema: z.object({ bizIdStr: z.string() }),
    toEvent: (native) => ({ type: 'payment.confirmed', identity: [native.bizIdStr], native }),
  })
  let handled = 0
  const receiver = createReceiver(provider as Provider, {
    store: memoryStore(),
    timeoutMs,
    on: { 'payment.confirmed': () => void handled++ },
    onError: () => {},
  })
  const receive = async ({ raw_body, headers }: Pick<Case, 'raw_body' | 'headers'>, changed: object = {}) => {
    const outcome: Outcome = await receiver.receive({ body: raw_body, headers: { ...headers, ...changed } })
    return outcome.error === undefined ? outcome.kind : `${outcome.kind} ${outcome.error.code}`
  }
  return { receive, handled: () => handled }
}

test.each(cases.filter(({ name }) => name !== 'six minutes old'))(
  'the vector "$name" decides as its sheet says',
  async (vector) => {
    const { receive } = shop()
    if (vector.name === 'serial not known') answer = () => ({ status: 404, body: '' })
    const outcomes: Record<string, string> = {
      genuine: 'handled',
      'rotated: serial known after fetching again': 'handled',
      'wrong key under the known serial': 'not_authentic AUTH_MISMATCH',
      'serial not known': 'not_authentic AUTH_KEY_UNKNOWN',
      'signature missing': 'not_authentic AUTH_HEADER_MISSING',
    }
    expect(await receive(vector)).toBe(outcomes[vector.name] ?? 'not_authentic AUTH_MISMATCH')
  },
)

describe('a genuine delivery', () => {
  test('has its key fetched once, however many come at once, and none that comes later waits', async () => {
    const { receive, handled } = shop()
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => receive(GENUINE)))
    expect(outcomes.sort()).toEqual([...Array<string>(19).fill('duplicate'), 'handled'])
    answer = () => 'hang'
    expect(await receive(GENUINE)).toBe('duplicate')
    expect([asked, handled()]).toEqual([[SERIAL], 1])
  })

  test('is accepted by a key of yesterday, while its successor is fetched beside it', async () => {
    const { receive } = shop()
    await receive(GENUINE)
    ahead = 25 * 60 * 60 * 1000
    answer = () => 'hang'
    expect(await receive(GENUINE)).toBe('duplicate')
    while (asked.length < 2) await new Promise(setImmediate)
  })

  test.each([
    ['cannot be reached', () => 'reset' as const],
    ['answers nothing', () => 'hang' as const],
    ['is down', () => ({ status: 503, body: '' })],
    ['is busy', () => ({ status: 429, body: '' })],
    ['answers no key', () => ({ status: 200, body: '<html>maintenance</html>' })],
    ['answers too much', () => ({ status: 200, body: 'x'.repeat(100_000) })],
  ])('is asked for again while the service for keys %s, and handled when it is back', async (_, broken) => {
    const { receive, handled } = shop(300)
    answer = broken
    expect(await receive(GENUINE)).toMatch(/^retry_later (AUTH_UNDECIDED|DEADLINE_PASSED)$/)
    expect(handled()).toBe(0)
    answer = () => ({ status: 200, body: KEYS[SERIAL]! })
    let outcome = ''
    // The hanging fetch is given up after three seconds.
    while (outcome !== 'handled') outcome = await receive(GENUINE)
    expect(handled()).toBe(1)
  })
})

describe('strangers', () => {
  const serial = (at: number) => at.toString(16).padStart(32, '0')

  test('have six keys fetched a minute, whatever they name; and known keys go on', async () => {
    const { receive } = shop()
    await receive(GENUINE)
    ahead += 60_000
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, at) => receive(GENUINE, { 'BinancePay-Certificate-SN': serial(at) })),
    )
    expect(outcomes.filter((one) => one === 'not_authentic AUTH_KEY_UNKNOWN')).toHaveLength(6)
    expect(outcomes.filter((one) => one === 'retry_later AUTH_UNDECIDED')).toHaveLength(94)
    expect(asked).toHaveLength(7)
    expect(await receive(GENUINE)).toBe('duplicate')
  })

  test('have nothing fetched for a name that cannot belong to the provider’s, or is there twice', async () => {
    const { receive } = shop()
    for (const name of [
      '',
      '../admin',
      `${SERIAL}/`,
      SERIAL.toUpperCase(),
      'a'.repeat(600),
      [SERIAL, SERIAL],
      undefined,
    ]) {
      expect(await receive(GENUINE, { 'BinancePay-Certificate-SN': name })).toBe('not_authentic AUTH_KEY_UNKNOWN')
    }
    expect(asked).toEqual([])
  })

  test('have nothing fetched twice within a minute for one name', async () => {
    const { receive } = shop()
    for (let times = 0; times < 10; times++) {
      expect(await receive(GENUINE, { 'BinancePay-Certificate-SN': serial(1) })).toBe('not_authentic AUTH_KEY_UNKNOWN')
    }
    expect(asked).toEqual([serial(1)])
  })
})

test('a refusal that is explained has no key fetched', async () => {
  const { receive } = shop()
  expect(await receive(named('signature missing'))).toBe('not_authentic AUTH_HEADER_MISSING')
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
  expect(asked).toEqual([])
})

test('a service that answers a key of another kind lets nobody in', async () => {
  const { receive } = shop()
  answer = () => ({
    status: 200,
    body: '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n',
  })
  expect(await receive(GENUINE)).toBe('not_authentic AUTH_MISMATCH')
})

test.each<[object, string]>([
  [{ name: 'x-key' }, 'fetchedKeys: name must be a function'],
  [{ fetch: 'https://api.acme.example' }, 'fetchedKeys: fetch must be a function'],
  [{ maxAgeMs: 0 }, 'fetchedKeys: maxAgeMs must be whole milliseconds above zero'],
  [{ maxAgeMs: Number.POSITIVE_INFINITY }, 'fetchedKeys: maxAgeMs must be'],
  [{ url: 'https://api.acme.example' }, 'fetchedKeys: unknown option "url"'],
])('options that cannot be meant: %j', (options, message) => {
  expect(() => fetchedKeys({ name: () => 'a', fetch: async () => null, ...options })).toThrow(message)
})
