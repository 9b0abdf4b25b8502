/** Replays from the view of a shop: the request is made in the store, and the running webhooks run their own events. */
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { setTimeout } from 'node:timers/promises'
import express from 'express'
import Database from 'libsql'
import request from 'supertest'
import {
  DeliveryError,
  type HandlerContext,
  paymentWebhook,
  type DurableStore,
  type OutcomeReport,
  type PaymentWebhook,
  type Provider,
  type WebhookEvent,
  type WebhookOptions,
} from '../../src/index.js'
import { replayDeadline } from '../../src/flow/replay.js'
import { sqliteStore } from '../../src/stores/sqlite.js'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'

// Webhooks look for replays about every two seconds.
jest.setTimeout(60_000)

const open: { webhook: PaymentWebhook; store: DurableStore }[] = []
afterEach(async () => {
  for (const { webhook, store } of open.splice(0)) {
    await webhook.close({ timeoutMs: 0 })
    await store.close()
  }
})

const newStore = () => sqliteStore(new Database(':memory:'), { allowVolatile: true })

interface ShopOptions extends Pick<WebhookOptions<WebhookEvent>, 'timeoutMs' | 'leaseMs'> {
  readonly store: DurableStore
  readonly provider?: Provider
  readonly handler: (event: WebhookEvent, context: HandlerContext) => unknown
}

function shop({ store, provider = hmacProvider(), handler, ...options }: ShopOptions) {
  const reports: OutcomeReport[] = []
  const webhook = paymentWebhook(provider, {
    ...options,
    store,
    on: { 'payment.confirmed': handler },
    onError: () => {},
    onOutcome: (report) => void reports.push(report),
  })
  open.push({ webhook, store })
  const app = express().use('/hook', webhook)
  const deliver = async (body = bodyOf()): Promise<number> =>
    (await request(app).post('/hook').set('x-signature', signatureOf(body)).send(body)).status
  return { webhook, reports, deliver, codes: () => reports.map(({ code }) => code) }
}

/** Waits until a condition holds; otherwise the test's own limit ends it. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await setTimeout(20)
}

const kept = async (store: DurableStore) => (await store.listEvents()).filter(({ code }) => code !== null)

/** An older version of the shop, which could not read the delivery. */
const older = (provider: Provider = hmacProvider()): Provider => ({
  ...provider,
  interpret() {
    throw new DeliveryError('PAYLOAD_INVALID', 'of another version')
  },
})

/** Lets an older version of the shop quarantine a delivery, and requests its replay. Answers its key. */
async function quarantineAndRequest(store: DurableStore, provider?: Provider, body = bodyOf()): Promise<string> {
  const before = shop({ store, provider: older(provider), handler: () => {} })
  expect(await before.deliver(body)).toBe(200)
  await before.webhook.close()
  const [record] = await kept(store)
  expect(record).toMatchObject({ state: 'quarantined', code: 'PAYLOAD_INVALID' })
  expect(await store.replay(record!.key)).toBe(true)
  return record!.key
}

describe('what is kept', () => {
  test('has the time of ten leases, and no more than a timer can wait', () => {
    const patience = [30_000, 2 ** 31 - 1].map((leaseMs) => {
      const deadline = replayDeadline(leaseMs)
      deadline.clear()
      return deadline.timeoutMs
    })
    expect(patience).toEqual([300_000, 2 ** 31 - 1])
  })
})

test("what is kept takes no event's place, although its bytes are the id of one", async () => {
  const store = newStore()
  const handled: string[] = []
  const { deliver } = shop({ store, handler: ({ id }) => void handled.push(id) })
  expect(await deliver('hmac:evt_1')).toBe(200)
  expect(await deliver()).toBe(200)
  expect(handled).toEqual(['hmac:evt_1'])
  expect(await kept(store)).toHaveLength(1)
})

describe('a requested replay', () => {
  test('is left to the account that kept it, where several share a store', async () => {
    const store = newStore()
    const handled: string[] = []
    const providerOf = (account: string) => ({ ...hmacProvider(), account })
    const own = await quarantineAndRequest(store, providerOf('here'))
    await setTimeout(2) // the store lists the newest first, and looks for it by the millisecond
    const foreign = await quarantineAndRequest(store, providerOf('elsewhere'))
    shop({ store, provider: providerOf('here'), handler: () => void handled.push('here') })
    // The newest comes first, so the other account's record has been looked at when this one is gone.
    await until(async () => (await store.getEvent(own)) === null)
    expect(handled).toEqual(['here'])
    expect((await store.getEvent(foreign))?.state).toBe('replay_requested')
  })

  test('of a payload that could not be read is handled once by a shop that can, and is gone', async () => {
    const store = newStore()
    const before = shop({ store, provider: older(), handler: () => {} })
    expect(await before.deliver()).toBe(200)
    await before.webhook.close()
    const [record] = await kept(store)
    expect(record).toMatchObject({ state: 'quarantined', code: 'PAYLOAD_INVALID', eventId: null })

    const handled: string[] = []
    const { reports, deliver } = shop({ store, handler: ({ id }) => handled.push(id) })
    await store.replay(record!.key)
    await until(async () => (await kept(store)).length === 0)
    expect(handled).toEqual(['hmac:evt_1'])
    expect(reports).toMatchObject([{ outcome: 'handled', eventId: 'hmac:evt_1', attempt: 1 }])
    expect(await deliver()).toBe(200)
    expect(reports.at(-1)).toMatchObject({ outcome: 'duplicate' })
  })

  test('whose handler throws is back in quarantine with what was thrown, and not tried again by itself', async () => {
    const store = newStore()
    let runs = 0
    const key = await quarantineAndRequest(store)
    shop({
      store,
      handler() {
        runs++
        throw new Error('no such table: orders')
      },
    })
    await until(async () => (await store.getEvent(key))?.state === 'quarantined')
    expect(await store.getEvent(key)).toMatchObject({
      code: 'PAYLOAD_INVALID',
      lastError: 'the handler for payment.confirmed threw: no such table: orders',
      body: Buffer.from(bodyOf()),
    })
    await setTimeout(3000)
    expect(runs).toBe(1)
  })

  test('of an event that another process is handling stays requested, and has no effect of its own', async () => {
    const store = newStore()
    let effects = 0
    let running = false
    let finish = () => {}
    const handler = async () => {
      running = true
      await new Promise<void>((resolve) => (finish = resolve))
      effects++
    }
    const one = shop({ store, handler })
    const delivery = one.deliver()
    const key = await quarantineAndRequest(store)
    const other = shop({ store, handler })
    await until(() => running)
    await until(() => other.codes().includes('BUSY'))
    await setTimeout(200)
    expect(await store.getEvent(key)).toMatchObject({ state: 'replay_requested' })
    finish()
    await delivery
    await until(async () => (await kept(store)).length === 0)
    expect(effects).toBe(1)
  })

  test('that is not handled by the deadline of a sender runs on, once, and is gone when it is handled', async () => {
    const store = newStore()
    let runs = 0
    let finish = () => {}
    const key = await quarantineAndRequest(store)
    const { codes } = shop({
      store,
      timeoutMs: 200,
      handler() {
        runs++
        return new Promise<void>((resolve) => (finish = resolve))
      },
    })
    await until(() => runs === 1)
    await setTimeout(500)
    expect(await store.getEvent(key)).toMatchObject({ state: 'replay_requested' })
    finish()
    await until(async () => (await kept(store)).length === 0)
    expect([runs, codes().includes('DEADLINE_PASSED')]).toEqual([1, false])
  })

  test('whose handler fails after the deadline of a sender is back in quarantine, and not run again by itself', async () => {
    const store = newStore()
    let runs = 0
    const key = await quarantineAndRequest(store)
    shop({
      store,
      timeoutMs: 200,
      async handler() {
        runs++
        await setTimeout(400)
        throw new Error('the payout API timed out')
      },
    })
    await until(() => runs === 1)
    await setTimeout(4000)
    expect(await store.getEvent(key)).toMatchObject({
      state: 'quarantined',
      lastError: 'the handler for payment.confirmed threw: the payout API timed out',
    })
    expect(runs).toBe(1)
  })

  test('whose handler hangs goes back to the operator, and others have their turn', async () => {
    const store = newStore()
    const handled: string[] = []
    const hanging = await quarantineAndRequest(store, undefined, bodyOf({ id: 'evt_2', order_id: 'hangs' }))
    await setTimeout(2) // the oldest runs first, by the millisecond
    const other = await quarantineAndRequest(store)
    shop({
      store,
      timeoutMs: 100,
      leaseMs: 200,
      async handler({ orderId }) {
        if (orderId === 'hangs') await new Promise(() => {})
        handled.push(orderId!)
      },
    })
    await until(async () => (await store.getEvent(other)) === null)
    expect(handled).toEqual(['1001'])
    expect(await store.getEvent(hanging)).toMatchObject({
      state: 'quarantined',
      lastError: expect.stringContaining('not finished within 2000 ms'),
    })
  })

  test('of the same content twice, in two wordings under an id that is taken, is handled once', async () => {
    const store = newStore()
    const handled: [string | null, string][] = []
    const { deliver, codes } = shop({
      store,
      handler: ({ orderId }, { idempotencyKey }) => void handled.push([orderId, idempotencyKey]),
    })
    await deliver()
    for (const note of ['first', 'second']) await deliver(bodyOf({ order_id: '2002', note }))
    expect(codes()).toEqual([null, 'ID_CONFLICT', 'ID_CONFLICT'])
    const conflicts = await kept(store)
    for (const { key } of conflicts) await store.replay(key)
    await until(async () => (await kept(store)).length === 0)
    expect(handled.map(([orderId]) => orderId)).toEqual(['1001', '2002'])
    expect(new Set(handled.map(([, key]) => key)).size).toBe(2)
  })

  test('is left alone by webhooks of other providers, and by closed ones', async () => {
    const store = newStore()
    const handled: string[] = []
    const key = await quarantineAndRequest(store)
    const closed = shop({ store, handler: ({ id }) => handled.push(id) })
    await closed.webhook.close()
    const reports = closed.reports.length
    shop({ store, provider: hmacProvider({ name: 'other' }), handler: ({ id }) => handled.push(id) })
    await setTimeout(4000)
    expect([handled, closed.reports.length]).toEqual([[], reports])
    expect(await store.getEvent(key)).toMatchObject({ state: 'replay_requested' })
  })
})
