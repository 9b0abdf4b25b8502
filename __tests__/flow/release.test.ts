/** A handler that threw: where its event is kept, how often the sender is asked to retry, and what runs the event then. */
import { describe, expect, jest, test } from '@jest/globals'
import Database from 'libsql'
import {
  answerTo,
  createReceiver,
  memoryStore,
  RetryLater,
  UnknownOrder,
  type DurableStore,
  type Handler,
  type Provider,
  type Store,
  type WebhookEvent,
} from '../../src/index.js'
import { sqliteStore } from '../../src/stores/sqlite.js'
import { pass, withFakeTime } from '../support/fake-time.js'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'

const HOUR = 60 * 60 * 1000

/** A shop with one handler, and a way to deliver to it. */
function shop(handler: Handler<WebhookEvent>, store: Store, rest: Partial<Provider> = {}) {
  const provider: Provider = { ...(hmacProvider() as Provider), ...rest }
  const codes: string[] = []
  const receiver = createReceiver(provider, {
    store,
    on: { 'payment.confirmed': handler },
    onError: ({ code }) => void codes.push(code),
  })
  const headers = { 'x-signature': signatureOf(bodyOf()) }
  const deliver = async () => answerTo(await receiver.receive({ body: bodyOf(), headers }), provider).status
  const deliveries = async (count: number) => {
    const statuses: number[] = []
    for (let run = 0; run < count; run++) statuses.push(await deliver())
    return statuses
  }
  return { deliver, deliveries, codes, close: () => receiver.close() }
}

const fails = () => {
  throw new Error('no such table: orders')
}
const says = (error: Error) => () => {
  throw error
}

function durable(): DurableStore {
  return sqliteStore(new Database(':memory:'), { allowVolatile: true })
}

async function recordIn(store: DurableStore) {
  return (await store.getEvent('hmac:evt_1'))!
}

describe('the sender is asked again', () => {
  test.each([
    ['fails', fails, 500],
    ['says RetryLater', says(new RetryLater('not yet')), 503],
    ['says UnknownOrder', says(new UnknownOrder('no such order')), 503],
  ])('for ever by a store that can keep nothing: a handler that %s', async (_, handler, status) => {
    const { deliveries } = shop(handler, memoryStore())
    expect(await deliveries(8)).toEqual(Array<number>(8).fill(status))
  })

  test.each([
    ['fails', fails, 500, 'HANDLER_FAILED'],
    ['says RetryLater', says(new RetryLater('not yet')), 503, 'HANDLER_RETRY_LATER'],
    ['says UnknownOrder', says(new UnknownOrder('no such order')), 503, 'ORDER_UNKNOWN'],
  ])('four times, and from the fifth run on is told that the event is kept: a handler that %s', async (...row) => {
    const [, handler, status, code] = row
    const store = durable()
    const { deliveries, codes } = shop(handler, store)
    expect(await deliveries(7)).toEqual([status, status, status, status, 200, 200, 200])
    expect(new Set(codes)).toEqual(new Set([code]))
    expect(await recordIn(store)).toMatchObject({ state: 'failed', attempts: 7, keptAs: 'delivery' })
  })

  test('never, where one failure holds up all deliveries of the sender', async () => {
    const { deliveries } = shop(fails, durable(), { blocksQueue: true })
    expect(await deliveries(2)).toEqual([200, 200])
  })

  test('never about an order that nobody knows, where its provider wants that', async () => {
    const rest = { unknownOrder: 'keep' } as const
    expect(await shop(says(new UnknownOrder('no such order')), durable(), rest).deliveries(2)).toEqual([200, 200])
    expect(await shop(says(new RetryLater('not yet')), durable(), rest).deliveries(1)).toEqual([503])
  })

  test('as long as the store did not record that the event is kept', async () => {
    const store = durable()
    const release = jest.fn<Store['release']>(() => Promise.reject(new Error('connection refused')))
    const { deliver } = shop(fails, { ...store, release }, { blocksQueue: true })
    expect(await deliver()).toBe(500)
  })
})

test('a failed event is kept from its first run on, with its bytes, and without them once it is handled', async () => {
  const store = durable()
  let isMended = false
  const { deliver } = shop(() => (isMended ? undefined : fails()), store)
  await deliver()
  const { body, failedRuns, orderId, amount } = await recordIn(store)
  expect([String(body), orderId, amount]).toEqual([bodyOf(), '1001', '100 USD'])
  expect(failedRuns).toMatchObject([{ attempt: 1, ending: 'failed', error: 'no such table: orders' }])
  isMended = true
  expect(await deliver()).toBe(200)
  expect(await recordIn(store)).toMatchObject({ state: 'done', keptAs: null, body: null, dueAt: null })
})

describe('the shop itself', () => {
  withFakeTime()

  /** Makes the kept event due. SQLite's own clock ignores fake time, so the test requests a replay. */
  async function dueAgain(store: DurableStore): Promise<void> {
    await store.replay((await recordIn(store)).key)
    await pass(3000)
  }

  test('runs a kept event again, until it is handled', async () => {
    const store = durable()
    let runs = 0
    const { deliver, close } = shop(() => (++runs < 3 ? fails() : undefined), store, { blocksQueue: true })
    expect(await deliver()).toBe(200)
    await dueAgain(store)
    expect(await recordIn(store)).toMatchObject({ state: 'failed', attempts: 2 })
    await dueAgain(store)
    expect([runs, await recordIn(store)]).toEqual([3, expect.objectContaining({ state: 'done', attempts: 3 })])
    await close()
  })

  test('waits between its runs, longer and longer, and a day later for its operator', async () => {
    const store = durable()
    let ageMs: number | null = null
    const claim: Store['claim'] = async (request) =>
      ({ ...(await store.claim(request)), acceptedForMs: ageMs }) as never
    const { deliver, codes, close } = shop(fails, { ...store, claim }, { blocksQueue: true })
    const pauses: (number | null)[] = []
    for (const age of [null, 10_000, HOUR, 20 * HOUR, 24 * HOUR]) {
      ageMs = age
      await deliver()
      const { dueAt, updatedAt } = await recordIn(store)
      pauses.push(dueAt === null ? null : Date.parse(dueAt) - Date.parse(updatedAt))
    }
    const wanted = [30_000, 30_000, HOUR / 2, HOUR]
    for (const [at, pause] of wanted.entries()) {
      expect(pauses[at]).toBeGreaterThanOrEqual(pause * 0.75)
      expect(pauses[at]).toBeLessThanOrEqual(pause * 1.25)
    }
    expect([pauses.at(-1), codes.at(-1)]).toEqual([null, 'RETRIES_EXHAUSTED'])
    await close()
  })

  test('waits an hour for a sender that was asked to come back', async () => {
    const store = durable()
    const { deliver, close } = shop(fails, store)
    await deliver()
    const { dueAt, updatedAt } = await recordIn(store)
    expect(Date.parse(dueAt!) - Date.parse(updatedAt)).toBe(HOUR)
    await close()
  })
})
