/** From a delivery through a queue to its handler: acknowledgements, runs, and events that are kept in the end. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import Database from 'libsql'
import {
  createReceiver,
  defineProvider,
  DeliveryError,
  memoryStore,
  readBack,
  RetryLater,
  type DurableStore,
  type OutcomeReport,
  type Receiver,
  type WebhookEvent,
} from 'express-payment-webhooks'
import { startWorkers, type WorkerOptions, type Workers } from 'express-payment-webhooks/workers'
import { z } from 'zod'
import { sqliteStore } from '../../src/stores/sqlite.js'
import { pass, withFakeTime } from '../support/fake-time.js'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'
import { memoryQueue, type MemoryQueue } from '../support/memory-queue.js'

withFakeTime()

const HOUR = 60 * 60_000
/** Step for tests in which hours must pass. */
const LEAP = 10_000

interface Shop {
  readonly receiver: Receiver
  readonly queue: MemoryQueue
  readonly store: DurableStore
  readonly seen: WebhookEvent[]
  readonly reports: OutcomeReport[]
}

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

function shop(handler: (event: WebhookEvent, run: number) => unknown = () => {}, provider = hmacProvider()): Shop {
  const queue = memoryQueue()
  const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
  const seen: WebhookEvent[] = []
  const reports: OutcomeReport[] = []
  const receiver = createReceiver(provider, {
    store,
    queue,
    on: {
      'payment.confirmed'(event: WebhookEvent) {
        seen.push(event)
        return handler(event, seen.length)
      },
    },
    onError: () => {},
    onOutcome: (report) => void reports.push(report),
  })
  closing.push(
    () => store.close(),
    () => receiver.close(),
  )
  return { receiver, queue, store, seen, reports }
}

/** SQLite has its own clock, which a test does not set. */
function byFakeTime({ store, reports }: Shop): void {
  const { claim } = store
  let acceptedAt: number | undefined
  const dated: DurableStore['claim'] = async (request) => {
    const result = await claim(request)
    if (result.state !== 'claimed') return result
    if (reports.some(({ outcome }) => outcome === 'kept')) acceptedAt ??= Date.now()
    return { ...result, acceptedForMs: acceptedAt === undefined ? null : Date.now() - acceptedAt }
  }
  Object.assign(store, { claim: dated })
}

async function work(receivers: Receiver | readonly Receiver[], options?: WorkerOptions): Promise<Workers> {
  const workers = await startWorkers([receivers].flat(), options)
  closing.push(() => workers.close())
  return workers
}

function deliver(receiver: Receiver, fields: object = {}, headers: Record<string, string> = {}) {
  const body = bodyOf(fields)
  return receiver.receive({ body, headers: { 'x-signature': signatureOf(body), ...headers } })
}

const stateOf = async ({ store }: Shop, state: 'done' | 'failed' | 'quarantined') =>
  (await store.listEvents({ state })).map(({ eventId, attempts }) => [eventId, attempts])

describe('a delivery to a shop with a queue', () => {
  test('is answered once its job is stored; its handler runs when a worker takes it', async () => {
    const one = shop()
    expect(await deliver(one.receiver, {}, { 'x-request-id': 'r-1' })).toMatchObject({
      kind: 'queued',
      event: { id: 'hmac:evt_1', orderId: '1001' },
    })
    expect([one.seen.length, one.queue.jobs.size]).toEqual([0, 1])
    await work(one.receiver)
    await pass(1000)
    expect(one.queue.jobs.size).toBe(0)
    expect(await stateOf(one, 'done')).toEqual([['hmac:evt_1', 1]])
    expect(one.reports.map(({ outcome, requestId }) => [outcome, requestId])).toEqual([
      ['queued', 'r-1'],
      ['handled', 'r-1'],
    ])
  })

  test('that comes again is one job, and after its end a duplicate', async () => {
    const one = shop()
    await deliver(one.receiver)
    expect(await deliver(one.receiver)).toMatchObject({ kind: 'queued' })
    expect(one.queue.jobs.size).toBe(1)
    await work(one.receiver)
    await pass(1000)
    await deliver(one.receiver)
    await pass(1000)
    expect([one.seen.length, one.queue.jobs.size]).toEqual([1, 0])
    expect(one.reports.map(({ outcome }) => outcome)).toEqual(['queued', 'queued', 'handled', 'queued', 'duplicate'])
  })

  test('was received when its request was read, however late its worker is', async () => {
    const one = shop()
    const before = new Date().toISOString()
    await deliver(one.receiver)
    const after = new Date().toISOString()
    await pass(HOUR, LEAP)
    await work(one.receiver)
    await pass(1000)
    const { receivedAt } = one.seen[0]!
    expect(receivedAt >= before && receivedAt <= after).toBe(true)
  })

  test('that is forged writes nothing', async () => {
    const one = shop()
    expect(await deliver(one.receiver, {}, { 'x-signature': signatureOf('{}') })).toMatchObject({
      kind: 'not_authentic',
    })
    expect(one.queue.jobs.size).toBe(0)
  })

  test('that is unusable is quarantined at once', async () => {
    const one = shop()
    expect(await deliver(one.receiver, { amount: 'much' })).toMatchObject({ kind: 'quarantined' })
    expect(one.queue.jobs.size).toBe(0)
  })

  test('with a second content of a known event is quarantined by the worker', async () => {
    const one = shop()
    await deliver(one.receiver)
    await deliver(one.receiver, { amount: '999.00' })
    expect(one.queue.jobs.size).toBe(2)
    await work(one.receiver, { concurrency: 1 })
    await pass(5000)
    expect([one.seen.length, one.queue.jobs.size]).toEqual([1, 0])
    expect(await one.store.listEvents({ state: 'quarantined' })).toMatchObject([{ code: 'ID_CONFLICT' }])
  })

  test('is asked for again while the queue is away, and is stored once it is back', async () => {
    const one = shop()
    one.queue.fail(new Error('ECONNREFUSED'))
    expect(await deliver(one.receiver)).toMatchObject({ kind: 'retry_later', error: { code: 'QUEUE_UNAVAILABLE' } })
    one.queue.fail()
    expect(await deliver(one.receiver)).toMatchObject({ kind: 'queued' })
  })

  test('is asked for again where the queue does not answer in time', async () => {
    const one = shop()
    one.queue.enqueue = () => new Promise(() => {})
    const receiving = deliver(one.receiver)
    await pass(2500)
    expect(await receiving).toMatchObject({ kind: 'retry_later', error: { code: 'QUEUE_UNAVAILABLE' } })
  })

  test('is observed and not stored in mode observe', async () => {
    const queue = memoryQueue()
    const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
    const receiver = createReceiver(hmacProvider(), { store, queue, mode: 'observe', on: {} })
    closing.push(
      () => store.close(),
      () => receiver.close(),
    )
    expect(await deliver(receiver)).toMatchObject({ kind: 'observed' })
    expect(queue.jobs.size).toBe(0)
  })
})

describe('a handler that fails', () => {
  test('is run again by the queue alone, and its event stands in the store meanwhile', async () => {
    const one = shop((_event, run) => {
      if (run < 3) throw new Error('no such table: orders')
    })
    await deliver(one.receiver)
    await work(one.receiver)
    await pass(1000)
    expect(await one.store.listEvents({ state: 'failed' })).toMatchObject([
      { eventId: 'hmac:evt_1', keptAs: 'delivery', dueAt: null, lastError: 'no such table: orders' },
    ])
    await pass(60_000, 500)
    expect([one.seen.length, one.queue.jobs.size]).toEqual([3, 0])
    expect(await stateOf(one, 'done')).toEqual([['hmac:evt_1', 3]])
  })

  test('for a day is left to the operator, who has it run again', async () => {
    let isBroken = true
    const one = shop(() => {
      if (isBroken) throw new Error('down')
    })
    await deliver(one.receiver)
    byFakeTime(one)
    // A late start of the workers does not use up the day.
    await pass(48 * HOUR, HOUR)
    await work(one.receiver)
    await pass(27 * HOUR, 60_000)
    expect(one.queue.jobs.size).toBe(0)
    expect(one.seen.length).toBeGreaterThan(20)
    expect(one.reports.at(-1)).toMatchObject({ outcome: 'kept', code: 'RETRIES_EXHAUSTED' })
    const [kept] = await one.store.listEvents({ state: 'failed' })
    expect(kept).toMatchObject({ keptAs: 'delivery', dueAt: null })
    isBroken = false
    await one.store.replay(kept!.key)
    await pass(5000)
    expect((await one.store.getEvent(kept!.key))?.state).toBe('done')
  })

  test('with RetryLater is run when it said', async () => {
    const at: number[] = []
    const one = shop((_event, run) => {
      at.push(Date.now())
      if (run === 1) throw new RetryLater('not yet', { afterSeconds: 600 })
    })
    await deliver(one.receiver)
    await work(one.receiver)
    await pass(5 * 60_000, LEAP)
    expect(at).toHaveLength(1)
    await pass(10 * 60_000, LEAP)
    expect(at).toHaveLength(2)
  })
})

describe('an event that has to be read back', () => {
  const unproven = (read: () => Promise<string>) =>
    defineProvider({
      name: 'unproven-pay',
      types: ['payment.confirmed'],
      authentication: { verify: () => false, sign: () => ({}) },
      schema: z.object({ payment: z.string() }),
      toEvent: ({ payment }) =>
        readBack({
          key: payment,
          read,
          toEvent: (amount) => ({
            type: 'payment.confirmed',
            identity: [payment],
            received: { amount, currency: 'EUR', basis: 'total' },
            native: {},
          }),
        }),
    })

  test('is read in the request where nothing proves its delivery, and not once more', async () => {
    let reads = 0
    const one = shop(() => {}, unproven(() => Promise.resolve(String(++reads * 100))) as never)
    expect(await one.receiver.receive({ body: '{"payment":"p1"}', headers: {} })).toMatchObject({ kind: 'queued' })
    await work(one.receiver)
    await pass(1000)
    expect(one.seen).toMatchObject([{ id: 'unproven-pay:p1', received: { amount: '100' } }])
    expect(reads).toBe(1)
  })

  test('and says something else the next time is a conflict, kept with the bytes that came', async () => {
    let reads = 0
    const one = shop(() => {}, unproven(() => Promise.resolve(String(++reads * 100))) as never)
    await one.receiver.receive({ body: '{"payment":"p1"}', headers: {} })
    await one.receiver.receive({ body: '{"payment":"p1"}', headers: {} })
    await work(one.receiver, { concurrency: 1 })
    await pass(5000)
    const [conflict] = await one.store.listEvents({ state: 'quarantined' })
    expect(conflict).toMatchObject({ code: 'ID_CONFLICT' })
    expect((await one.store.getEvent(conflict!.key))?.body?.toString()).toBe('{"payment":"p1"}')
  })

  test('writes nothing while it cannot be read', async () => {
    const one = shop(() => {}, unproven(() => Promise.reject(new Error('ECONNREFUSED'))) as never)
    expect(await one.receiver.receive({ body: '{"payment":"p1"}', headers: {} })).toMatchObject({ kind: 'retry_later' })
    expect(one.queue.jobs.size).toBe(0)
  })

  const known = (read: () => Promise<string>) =>
    defineProvider({
      name: 'known-pay',
      types: ['payment.confirmed'],
      authentication: { verify: () => true, sign: () => ({}) },
      schema: z.object({ payment: z.string() }),
      toEvent: ({ payment }) =>
        readBack({
          key: payment,
          known: { type: 'payment.confirmed', identity: [payment] },
          read,
          toEvent: (amount) => ({
            type: 'payment.confirmed',
            identity: [payment],
            received: { amount, currency: 'EUR', basis: 'total' },
            native: {},
          }),
        }),
    })

  test('is read by the worker where the proof covers what it is known by, for as long as it takes', async () => {
    let isAway = true
    let reads = 0
    const read = () => (reads++, isAway ? Promise.reject(new Error('ECONNREFUSED')) : Promise.resolve('100'))
    const one = shop(() => {}, known(read) as never)
    expect(await one.receiver.receive({ body: '{"payment":"p1"}', headers: {} })).toMatchObject({
      kind: 'queued',
      event: { id: 'known-pay:p1' },
    })
    expect(reads).toBe(0)
    await work(one.receiver)
    await pass(HOUR, LEAP)
    expect(one.seen).toEqual([])
    isAway = false
    await pass(HOUR, LEAP)
    expect(one.seen).toMatchObject([{ received: { amount: '100' } }])
    expect(one.queue.jobs.size).toBe(0)
  })

  test('and could not be for a day is kept with its bytes, and runs when the operator says so', async () => {
    let isAway = true
    let reads = 0
    const read = () => (reads++, isAway ? Promise.reject(new Error('ECONNREFUSED')) : Promise.resolve('100'))
    const one = shop(() => {}, known(read) as never)
    await one.receiver.receive({ body: '{"payment": "p1"}', headers: {} })
    await work(one.receiver)
    await pass(20 * HOUR, LEAP)
    expect([one.queue.jobs.size, await stateOf(one, 'quarantined')]).toEqual([1, []])
    await pass(7 * HOUR, LEAP)
    expect([one.queue.jobs.size, one.seen.length]).toEqual([0, 0])
    expect(reads).toBeGreaterThan(20)
    const [kept] = await one.store.listEvents({ state: 'quarantined' })
    expect(kept).toMatchObject({ eventId: 'known-pay:p1', code: 'READ_BACK_UNAVAILABLE' })
    expect((await one.store.getEvent(kept!.key))?.body?.toString()).toBe('{"payment": "p1"}')
    isAway = false
    await one.store.replay(kept!.key)
    await pass(5000)
    expect(one.seen).toMatchObject([{ id: 'known-pay:p1', received: { amount: '100' } }])
    expect(await one.store.listEvents({ state: 'quarantined' })).toEqual([])
  })
})

describe('workers', () => {
  test('leave a job whose provider nobody here handles, and say so', async () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const one = shop()
    await deliver(one.receiver)
    const other = createReceiver(hmacProvider({ name: 'other' }), { store: one.store, queue: one.queue, on: {} })
    closing.push(() => other.close())
    const workers = await work(other)
    await pass(1000)
    expect(one.queue.jobs.size).toBe(1)
    expect(warned.mock.calls[0]![0]).toMatch(
      'no receiver here handles hmac with account "": a job of hmac (payment.confirmed hmac:evt_1, order 1001) was put off',
    )
    await workers.close()
    warned.mockRestore()
    await work(one.receiver)
    await pass(60_000, 500)
    expect(one.seen).toHaveLength(1)
  })

  test('put a job off while its event is busy elsewhere and while the store is away, which uses nothing up', async () => {
    const one = shop()
    await deliver(one.receiver)
    // Prepares the store.
    await one.receiver.health()
    const { claim } = one.store
    const broken = one.store as { claim: unknown }
    broken.claim = () => ({ state: 'busy' })
    await work(one.receiver)
    await pass(120_000, 100)
    broken.claim = () => Promise.reject(new DeliveryError('STORE_UNAVAILABLE', 'away'))
    await pass(120_000, 100)
    expect([...one.queue.jobs.values()].map(({ job }) => job.failingSince)).toEqual([null])
    expect(one.reports.filter(({ code }) => code === 'BUSY').length).toBeGreaterThan(3)
    expect(one.reports.filter(({ code }) => code === 'STORE_UNAVAILABLE').length).toBeGreaterThan(3)
    broken.claim = claim
    await pass(60_000, 500)
    expect([one.seen.length, one.queue.jobs.size]).toEqual([1, 0])
  })

  test('keep a job that ends its workers again and again for the operator', async () => {
    const one = shop()
    await deliver(one.receiver)
    const { work: own } = one.queue
    one.queue.work = (run, options) => own((job) => run(job, 6), options)
    await work(one.receiver)
    await pass(1000)
    expect([one.seen.length, one.queue.jobs.size]).toEqual([0, 1])
    expect(await one.store.listEvents({ state: 'failed' })).toMatchObject([
      { keptAs: 'delivery', lastError: expect.stringContaining('its worker ended 6 times') },
    ])
  })

  test('run a handler within the trace of its request', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const one = shop()
    await deliver(one.receiver, {}, { traceparent, tracestate: 'vendor=1' })
    await deliver(one.receiver, { id: 'evt_2' }, { traceparent: 'nonsense', tracestate: 'vendor=1' })
    const contexts: unknown[] = []
    await work(one.receiver, {
      concurrency: 1,
      async around({ eventId, traceContext }, run) {
        contexts.push([eventId, traceContext, one.seen.length])
        await run()
        contexts.push(one.seen.length)
      },
    })
    await pass(1000)
    expect(contexts).toEqual([
      ['hmac:evt_1', { traceparent, tracestate: 'vendor=1' }, 0],
      1,
      ['hmac:evt_2', null, 1],
      2,
    ])
  })

  test('put a job off whose surroundings fail', async () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const one = shop()
    await deliver(one.receiver)
    let calls = 0
    await work(one.receiver, {
      async around(_job, run) {
        if (++calls === 1) throw new Error('no tracer')
        await run()
      },
    })
    await pass(60_000, 500)
    expect([calls, one.seen.length, one.queue.jobs.size]).toEqual([2, 1, 0])
    expect(warned.mock.calls[0]![0]).toMatch(
      'a job of hmac (payment.confirmed hmac:evt_1, order 1001) was put off: no tracer',
    )
    warned.mockRestore()
  })

  describe('give a job back whose surroundings hang', () => {
    const TEN_LEASES = 11 * 60_000
    const NEVER = new Promise<never>(() => {})
    let warned: jest.SpiedFunction<typeof process.emitWarning>
    beforeEach(() => void (warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})))
    afterEach(() => warned.mockRestore())

    test('before its handler, which is run once: another time', async () => {
      const one = shop()
      await deliver(one.receiver)
      let calls = 0
      let late: () => Promise<void> = () => NEVER
      await work(one.receiver, {
        async around(_job, run) {
          if (++calls > 1) return run()
          late = run
          return NEVER
        },
      })
      await pass(9 * 60_000, LEAP)
      expect([calls, one.seen.length, one.queue.jobs.size]).toEqual([1, 0, 1])
      await pass(TEN_LEASES, LEAP)
      expect([calls, one.seen.length, one.queue.jobs.size]).toEqual([2, 1, 0])
      await expect(late()).rejects.toThrow('the job was given back')
      expect([one.seen.length, await stateOf(one, 'done')]).toEqual([1, [['hmac:evt_1', 1]]])
      expect(warned.mock.calls.map(([message]) => message)).toEqual([
        'startWorkers: a job of hmac (payment.confirmed hmac:evt_1, order 1001) was put off: around did not call run, or did not end, within 600000 ms',
      ])
    })

    test('after its handler, which stands', async () => {
      const one = shop()
      await deliver(one.receiver)
      await work(one.receiver, {
        async around(_job, run) {
          await run()
          return NEVER
        },
      })
      await pass(1000)
      expect([one.seen.length, one.queue.jobs.size]).toEqual([1, 1])
      await pass(TEN_LEASES, LEAP)
      expect([one.seen.length, one.queue.jobs.size]).toEqual([1, 0])
      expect(warned.mock.calls[0]![0]).toMatch(
        'a job of hmac (payment.confirmed hmac:evt_1, order 1001) ended, and then: around did not call run, or did not end',
      )
    })

    test('in the look-up of its receiver', async () => {
      const one = shop()
      await deliver(one.receiver)
      let asked = 0
      const workers = await startWorkers({
        queue: one.queue,
        receiverOf: () => (++asked === 1 ? NEVER : one.receiver),
      })
      closing.push(() => workers.close())
      await pass(60_000, 500)
      expect([asked, one.seen.length, one.queue.jobs.size]).toEqual([2, 1, 0])
    })

    test('and not one whose handler takes its time', async () => {
      const one = shop(() => new Promise<void>((resolve) => setTimeout(resolve, 9 * 60_000)))
      await deliver(one.receiver)
      let ended = 0
      await work(one.receiver, {
        async around(_job, run) {
          await new Promise((resolve) => setTimeout(resolve, 5 * 60_000))
          await run()
          ended++
        },
      })
      await pass(15 * 60_000, LEAP)
      expect([one.seen.length, ended, one.queue.jobs.size]).toEqual([1, 1, 0])
      expect(warned.mock.calls).toEqual([])
    })
  })

  test('find receivers that are made when they are asked for', async () => {
    const one = shop()
    await deliver(one.receiver)
    const asked: unknown[] = []
    const workers = await startWorkers({
      queue: one.queue,
      async receiverOf(about) {
        asked.push(about)
        return one.receiver
      },
    })
    closing.push(() => workers.close())
    await pass(1000)
    expect([asked, one.seen.length]).toEqual([[{ provider: 'hmac', account: '' }], 1])
  })

  test('wait for what runs when they are closed, and no longer than they may', async () => {
    let end = () => {}
    const one = shop(() => new Promise<void>((resolve) => (end = resolve)))
    await deliver(one.receiver)
    const workers = await startWorkers([one.receiver])
    await pass(1000)
    const closed = workers.close({ timeoutMs: 5000 })
    let isClosed = false
    void closed.then(() => (isClosed = true))
    await pass(4000)
    expect(isClosed).toBe(false)
    await pass(2000)
    expect(isClosed).toBe(true)
    end()
  })

  test('wait for a handler of minutes if no time is given, so that its event is done', async () => {
    const one = shop(() => new Promise((resolve) => setTimeout(resolve, 8 * 60_000)))
    await deliver(one.receiver)
    const workers = await startWorkers([one.receiver])
    await pass(1000)
    let isClosed = false
    void workers.close().then(() => (isClosed = true))
    await pass(7 * 60_000, LEAP)
    expect(isClosed).toBe(false)
    await pass(2 * 60_000, LEAP)
    expect(isClosed).toBe(true)
    expect(await stateOf(one, 'done')).toEqual([['hmac:evt_1', 1]])
    expect(one.queue.jobs.size).toBe(0)
  })

  test('leave a handler its claim that outlasts all closes: it is not recorded as failed, and done when it ends', async () => {
    let end = () => {}
    const one = shop(() => new Promise<void>((resolve) => (end = resolve)))
    await deliver(one.receiver)
    const workers = await startWorkers([one.receiver])
    await pass(1000)
    const closed = workers.close({ timeoutMs: 1000 }).then(() => one.receiver.close({ timeoutMs: 1000 }))
    await pass(3000)
    await closed
    expect(await stateOf(one, 'failed')).toEqual([])
    end()
    await pass(1000)
    expect(await stateOf(one, 'done')).toEqual([['hmac:evt_1', 1]])
    expect([one.seen.length, one.queue.jobs.size]).toEqual([1, 0])
  })

  test.each<[string, (one: Shop) => Promise<unknown>]>([
    ['no receivers', () => startWorkers([])],
    ['what is no receiver', () => startWorkers([{}] as unknown as Receiver[])],
    ['receivers of two queues', (one) => startWorkers([one.receiver, shop().receiver])],
    ['no concurrency', (one) => startWorkers([one.receiver], { concurrency: 0 })],
    ['no function around', (one) => startWorkers([one.receiver], { around: 1 as never })],
  ])('refuse %s', async (_what, start) => {
    await expect(start(shop())).rejects.toMatchObject({ code: 'CONFIG_OPTION_INVALID' })
  })
})

describe('health', () => {
  test('names the queue and its jobs', async () => {
    const one = shop()
    await deliver(one.receiver)
    expect(await one.receiver.health()).toMatchObject({
      ok: true,
      store: 'ok',
      queue: { name: 'memory', state: 'ok', counts: { waiting: 1, active: 0, failed: 0 } },
    })
  })

  test('is not ok while the queue is away', async () => {
    const one = shop()
    one.queue.fail(new Error('ECONNREFUSED'))
    expect(await one.receiver.health()).toMatchObject({
      ok: false,
      queue: { name: 'memory', state: 'unavailable', counts: null },
      error: { code: 'QUEUE_UNAVAILABLE' },
    })
  })

  test('is ok while only the store is away: deliveries can be accepted', async () => {
    const one = shop()
    ;(one.store as { claim: unknown }).claim = () => Promise.reject(new Error('away'))
    expect(await one.receiver.health()).toMatchObject({
      ok: true,
      store: 'unavailable',
      error: { code: 'STORE_UNAVAILABLE' },
    })
  })
})

test('a queue needs a store that outlives the process', () => {
  expect(() => createReceiver(hmacProvider(), { store: memoryStore(), queue: memoryQueue(), on: {} })).toThrow(
    'store must be durable',
  )
})
