import { afterEach, describe, expect, test } from '@jest/globals'
import Database from 'libsql'
import { createReceiver, type WebhookEvent } from 'express-payment-webhooks'
import { stripe, stripeEvents } from 'express-payment-webhooks/providers/stripe'
import { reconcile } from 'express-payment-webhooks/reconcile'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { sample } from 'express-payment-webhooks/testing'
import { listed, listingApi, type Asked } from '../../support/listing-api.js'

const KEY = 'rk_test_4eC39HqLyjWDarjtT1zdp7dc'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

interface Event {
  readonly id: string
  readonly created: number
}

/** Answers as Stripe does: the newest first, in pages, within the asked seconds. */
function page(all: readonly Event[], { url }: Asked) {
  const get = (name: string) => url.searchParams.get(name)
  const from = all
    .filter(({ created }) => created >= Number(get('created[gte]')) && created <= Number(get('created[lte]')))
    .sort((a, b) => b.created - a.created)
  const start = get('starting_after') === null ? 0 : from.findIndex(({ id }) => id === get('starting_after')) + 1
  const data = from.slice(start, start + Number(get('limit')))
  return { object: 'list', data, has_more: start + data.length < from.length }
}

async function api(answer: Parameters<typeof listingApi>[0]) {
  const running = await listingApi(answer)
  closing.push(running.close)
  return running
}

const at = (seconds: number) => new Date(seconds * 1000)

const START = 1_795_000_000

test('lists every event of the window once, the oldest first, across pages', async () => {
  const all = Array.from({ length: 250 }, (_, n) => ({ id: `evt_${n}`, created: START + n }))
  const { url, asked } = await api((one) => page(all, one))
  const list = stripeEvents({ apiKey: KEY, apiUrl: url, types: ['payment_intent.succeeded', 'refund.created'] })
  const found = await listed(list, at(START + 10), at(START + 239))
  expect(found.map(({ body }) => (body as Event).id)).toEqual(all.slice(10, 240).map(({ id }) => id))
  expect(asked).toHaveLength(3)
  expect(asked[0]!.headers.authorization).toBe(`Bearer ${KEY}`)
  expect(asked[0]!.url.searchParams.getAll('types[]')).toEqual(['payment_intent.succeeded', 'refund.created'])
})

test('a long window is listed in parts', async () => {
  const all = Array.from({ length: 48 }, (_, n) => ({ id: `evt_${n}`, created: START + n * 1800 }))
  const { url, asked } = await api((one) => page(all, one))
  const found = await listed(stripeEvents({ apiKey: KEY, apiUrl: url }), at(START), at(START + 86_399))
  const ids = found.map(({ body }) => (body as Event).id)
  expect([...new Set(ids)]).toEqual(all.map(({ id }) => id))
  expect(asked).toHaveLength(24)
})

describe('an API that is not at its best', () => {
  const once = (first: { status: number; headers?: Record<string, string> }) => {
    let calls = 0
    return (one: Asked) => (calls++ === 0 ? first : page([{ id: 'evt_1', created: START }], one))
  }

  test.each([
    ['is asked too often', { status: 429, headers: { 'retry-after': '0' } }],
    ['is away for a moment', { status: 503, headers: { 'retry-after': '0' } }],
  ])('is asked again where it %s', async (_what, first) => {
    const { url } = await api(once(first))
    expect(await listed(stripeEvents({ apiKey: KEY, apiUrl: url }), at(START), at(START + 1))).toHaveLength(1)
  })

  test.each([
    ['refuses the key', { status: 401 }, /status 401; is the key right/],
    ['redirects to another host', { status: 302, headers: { location: 'http://127.0.0.2/' } }, /status 302/],
    ['answers something else', { status: 200, json: { data: 'none' } }, /data that is not a list/],
  ])('is given up where it %s', async (_what, answer, message) => {
    const { url } = await api(() => answer)
    const list = stripeEvents({ apiKey: KEY, apiUrl: url })
    const error = (await listed(list, at(START), at(START + 1)).catch((thrown: unknown) => thrown)) as Error
    expect(error).toMatchObject({ code: 'LIST_UNAVAILABLE' })
    expect(error.message).toMatch(message)
    expect(`${error.message} ${error.stack}`).not.toContain(KEY)
  })
})

test('a key may be fetched for every page', async () => {
  const { url, asked } = await api((one) => page([{ id: 'evt_1', created: START }], one))
  await listed(stripeEvents({ apiKey: async () => 'fetched', apiUrl: url }), at(START), at(START + 1))
  expect(asked[0]!.headers.authorization).toBe('Bearer fetched')
})

test.each<[string, object, string]>([
  ['a key that is not set', { apiKey: undefined }, 'CONFIG_SECRET_MISSING'],
  ['an address over which the key can be read', { apiUrl: 'http://api.example.com' }, 'CONFIG_OPTION_INVALID'],
  ['more types than Stripe takes', { types: Array.from({ length: 21 }, String) }, 'CONFIG_OPTION_INVALID'],
  ['an option that does not exist', { secret: KEY }, 'CONFIG_OPTION_UNKNOWN'],
])('refuses %s', (_what, options, code) => {
  expect(() => stripeEvents({ apiKey: KEY, ...options })).toThrow(expect.objectContaining({ code }))
})

test('an event that came and one that was missed are each handled once', async () => {
  let created = 0
  const event = (id: string) => ({ ...sample('stripe', 'payment.confirmed'), id, created })
  const { url } = await api((one) => page([event('evt_came'), event('evt_missed')], one))
  const handled: string[] = []
  const provider = stripe({ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' })
  const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
  const receiver = createReceiver(provider, {
    store,
    on: { 'payment.confirmed': (one: WebhookEvent) => void handled.push(one.id) },
  })
  closing.push(() => receiver.close({ timeoutMs: 100 }))
  const list = stripeEvents({ apiKey: KEY, apiUrl: url })
  await reconcile(receiver, { list, graceMs: 0 })
  created = Math.ceil(Date.now() / 1000)
  await receiver.receive(provider.sign(event('evt_came')))
  await new Promise((resolve) => setTimeout(resolve, created * 1000 - Date.now()))
  await new Promise((resolve) => setTimeout(resolve, 5))
  const once = { list, graceMs: 0 }
  expect(await reconcile(receiver, once)).toMatchObject({ listed: 2, known: 1, recovered: 1, failed: 0 })
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(await reconcile(receiver, once)).toMatchObject({ recovered: 0, failed: 0 })
  expect(handled).toEqual(['stripe:evt_came', 'stripe:evt_missed'])
})
