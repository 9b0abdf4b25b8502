/** Events that a durable store keeps for a tenant that is not loaded. */
import { describe, expect, jest, test } from '@jest/globals'
import Database from 'libsql'
import { createReceiver, type Handler, type Provider, type WebhookEvent } from 'express-payment-webhooks'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { tenantWebhook, type TenantWebhookOptions } from 'express-payment-webhooks/tenants'
import { pass, settled, withFakeTime } from '../support/fake-time.js'
import { bodyOf, hmacProvider } from '../support/hmac-provider.js'

withFakeTime()

const SECOND = 1000
const MINUTE = 60 * SECOND

/** The number of runs after which an event is kept and acknowledged. */
const RUNS = 5

async function platform(options: Partial<TenantWebhookOptions<WebhookEvent>> & { handler: Handler<WebhookEvent> }) {
  const { provider = () => hmacProvider(), handler, ...rest } = options
  const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
  await store.init()
  // Ends the timer of the store's own pruning, so that these tests do not count it.
  await store.close()
  const lookUps: string[] = []
  const errors: string[] = []
  const webhook = tenantWebhook<WebhookEvent>({
    tenant: () => undefined,
    store: store,
    on: { 'payment.confirmed': handler },
    onError: ({ code, message }) => void errors.push(`${code} ${message}`),
    idleMs: 1000,
    ...rest,
    provider: (tenant) => {
      lookUps.push(tenant)
      return provider(tenant)
    },
  })
  const deliver = (tenant: string, body: string) =>
    webhook.withReceiver(tenant, async (receiver) => (await receiver.receive(hmacProvider().sign(body))).kind)
  const loaded = async () => (await webhook.health()).loaded
  /** The store's clock is SQLite's own, which does not follow fake time. */
  const haveDue = async () => {
    for (const { key } of await store.listEvents()) await store.replay(key)
  }
  // The watcher is loaded when the first receiver of a process is made.
  await import('../../src/replay.js')
  await settled()
  return { store, webhook, lookUps, errors, deliver, loaded, haveDue }
}

const failing = (isBroken: () => boolean) => {
  const handled: string[] = []
  const handler: Handler<WebhookEvent> = ({ id }, { account }) => {
    if (isBroken()) throw new Error('no stock')
    handled.push(`${account} ${id}`)
  }
  return { handled, handler }
}

describe('a failed event that was kept', () => {
  test('loads its tenant when it is due', async () => {
    let isBroken = true
    const { handled, handler } = failing(() => isBroken)
    const { deliver, lookUps, loaded, haveDue } = await platform({ handler })
    for (let run = 1; run < RUNS; run++) expect(await deliver('acme', bodyOf())).toBe('failed')
    expect(await deliver('acme', bodyOf())).toBe('kept')
    isBroken = false
    await pass(2 * SECOND)
    expect(await loaded()).toBe(0)
    await haveDue()
    await pass(10 * SECOND)
    expect(handled).toEqual(['acme hmac:evt_1'])
    expect(lookUps).toEqual(['acme', 'acme'])
    await pass(10 * SECOND)
    expect(await loaded()).toBe(0)
  })

  test('of a tenant that is gone waits for its operator, who is told, and nobody is asked all the time', async () => {
    let isThere = true
    const { handled, handler } = failing(() => true)
    const provider = () => (isThere ? hmacProvider() : null)
    const { store, deliver, lookUps, errors, webhook, haveDue } = await platform({ handler, provider })
    for (let run = 1; run <= RUNS; run++) await deliver('acme', bodyOf())
    isThere = false
    await pass(2 * SECOND)
    await haveDue()
    errors.length = lookUps.length = 0
    await pass(5 * MINUTE)
    expect(lookUps).toEqual(['acme'])
    expect(errors).toEqual(['AUTH_TENANT_UNKNOWN there is no tenant "acme"'])
    expect(await store.listEvents({ due: true })).toMatchObject([{ account: 'acme', eventId: 'hmac:evt_1' }])
    expect(handled).toEqual([])
    // After it is back, and the platform has reported this.
    isThere = true
    webhook.forget('acme')
    await pass(5 * SECOND)
    expect(lookUps.length).toBeGreaterThan(1)
  })

  test('is left alone where a look-up fails, and run as soon as it does not', async () => {
    let isBroken = true
    let isDown = false
    const { handled, handler } = failing(() => isBroken)
    const provider = () => {
      if (isDown) throw new Error('connection refused')
      return hmacProvider()
    }
    const { deliver, haveDue } = await platform({ handler, provider })
    for (let run = 1; run <= RUNS; run++) await deliver('acme', bodyOf())
    isBroken = false
    isDown = true
    await pass(2 * SECOND)
    await haveDue()
    await pass(MINUTE)
    expect(handled).toEqual([])
    isDown = false
    await pass(10 * SECOND)
    expect(handled).toEqual(['acme hmac:evt_1'])
  })
})

test('a requested replay loads its tenant', async () => {
  const { handled, handler } = failing(() => false)
  const { store, deliver, loaded } = await platform({ handler })
  expect(await deliver('acme', bodyOf())).toBe('handled')
  expect(await deliver('acme', bodyOf({ amount: '1.00' }))).toBe('quarantined')
  await pass(2 * SECOND)
  expect(await loaded()).toBe(0)
  const [kept] = await store.listEvents({ state: 'quarantined' })
  await store.replay(kept!.key)
  await pass(5 * SECOND)
  expect(handled).toEqual(['acme hmac:evt_1', 'acme hmac:evt_1'])
  expect(await store.listEvents({ state: 'quarantined' })).toEqual([])
})

test.each([
  ['without an account', ''],
  ['with a name that no tenant has', 'our own'],
])('what belongs to a receiver beside them, %s, is nothing to ask about', async (_, account) => {
  const { handler } = failing(() => true)
  const { store, lookUps, haveDue } = await platform({ handler })
  const provider = { ...hmacProvider({ name: 'beside' }), account }
  const receiver = createReceiver(provider, { store, on: { 'payment.confirmed': handler }, onError: () => {} })
  for (let run = 1; run <= RUNS; run++) await receiver.receive(provider.sign(bodyOf()))
  await receiver.close()
  await haveDue()
  await pass(2 * MINUTE)
  expect(await store.listEvents({ due: true })).toHaveLength(1)
  expect(lookUps).toEqual([])
})

test('10,000 tenants of which 20 are active cost what 20 cost: look-ups, receivers, statements and timers', async () => {
  const { handler } = failing(() => false)
  const merchants = new Map(Array.from({ length: 10_000 }, (_, at) => [`m${at}`, hmacProvider() as Provider]))
  const { store, deliver, lookUps, loaded } = await platform({
    handler,
    idleMs: 10 * MINUTE,
    provider: (id) => merchants.get(id),
  })
  const list = jest.spyOn(store, 'listEvents')
  for (let round = 0; round < 3; round++) {
    for (let at = 0; at < 20; at++) expect(await deliver(`m${at}`, bodyOf({ id: `evt_${round}` }))).toBe('handled')
  }
  await settled()
  expect(lookUps).toHaveLength(20)
  expect(await loaded()).toBe(20)
  // The timers of the watcher, of the sweep of idle tenants, and of the store's own pruning.
  expect(jest.getTimerCount()).toBe(3)
  await pass(MINUTE)
  // One look about every two seconds, with some random variation, for any number of tenants.
  expect(list.mock.calls.length).toBeGreaterThanOrEqual(23)
  expect(list.mock.calls.length).toBeLessThanOrEqual(40)
})
