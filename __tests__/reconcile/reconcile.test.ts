import { afterEach, describe, expect, jest, test } from '@jest/globals'
import Database from 'libsql'
import {
  createReceiver,
  memoryStore,
  RetryLater,
  type DurableStore,
  type Receiver,
  type Store,
  type WebhookEvent,
} from 'express-payment-webhooks'
import {
  reconcile,
  type Listed,
  type Lister,
  type ListWindow,
  type ReconcileOptions,
} from 'express-payment-webhooks/reconcile'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'

const open: Receiver[] = []
afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.close({ timeoutMs: 100 })
})

const durable = (): DurableStore => sqliteStore(new Database(':memory:'), { allowVolatile: true })

const DAY_MS = 24 * 60 * 60_000
const ago = (ms: number) => new Date(Date.now() - ms)

interface Shop {
  readonly store: Store
  readonly receiver: Receiver
  /** Ids of the events whose handler resolved. */
  readonly handled: string[]
  /** Figures of one run, about listed events. */
  run(list: Lister | readonly object[], options?: Partial<ReconcileOptions>): ReturnType<typeof reconcile>
}

/** A shop whose store was first reconciled a moment ago. */
async function openShop({
  store = durable(),
  handle = () => {},
  begins = true,
  ...options
}: {
  store?: Store
  handle?: (event: WebhookEvent) => unknown
  begins?: boolean
  retainMs?: number
  account?: string
} = {}): Promise<Shop> {
  const handled: string[] = []
  const receiver = createReceiver(hmacProvider(), {
    store,
    onError: () => {},
    on: {
      'payment.confirmed': async (event) => {
        await handle(event)
        handled.push(event.id)
      },
    },
    ...options,
  })
  open.push(receiver)
  const run: Shop['run'] = async (list, rest = {}) =>
    reconcile(receiver, { list: typeof list === 'function' ? list : listOf(list), graceMs: 0, ...rest })
  if (begins) {
    await run([])
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return { store, receiver, handled, run }
}

const listOf = (fields: readonly object[]): Lister =>
  async function* () {
    for (const one of fields) yield { body: bodyOf(one) }
  }

const deliver = ({ receiver }: Shop, fields: object) => {
  const body = bodyOf(fields)
  return receiver.receive({ body, headers: { 'x-signature': signatureOf(body) } })
}

/** The windows that a lister was called with. */
function noting(fields: readonly object[] = []) {
  const windows: { since: Date; until: Date }[] = []
  const list: Lister = ({ since, until }) => {
    windows.push({ since, until })
    return listOf(fields)({ since, until, signal: AbortSignal.abort() })
  }
  return { windows, list }
}

describe.each([
  ['a durable store', durable],
  ['memoryStore', memoryStore],
] as const)('reconcile with %s', (_name, newStore) => {
  test('handles once what never came, and what came not again', async () => {
    const shop = await openShop({ store: newStore() })
    expect((await deliver(shop, { id: 'came' })).kind).toBe('handled')
    const list = [{ id: 'came' }, { id: 'missed' }]
    expect(await shop.run(list)).toEqual({ listed: 2, known: 1, recovered: 1, failed: 0 })
    expect(await shop.run(list)).toEqual({ listed: 2, known: 2, recovered: 0, failed: 0 })
    expect((await deliver(shop, { id: 'missed' })).kind).toBe('duplicate')
    expect(shop.handled).toEqual(['hmac:came', 'hmac:missed'])
  })

  test('a first run looks at nothing, and the next one from there', async () => {
    const { list, windows } = noting()
    const shop = await openShop({ store: newStore(), begins: false })
    const before = Date.now()
    expect(await shop.run(list)).toEqual({ listed: 0, known: 0, recovered: 0, failed: 0 })
    expect(windows).toEqual([])
    await new Promise((resolve) => setTimeout(resolve, 5))
    await shop.run(list)
    await new Promise((resolve) => setTimeout(resolve, 5))
    await shop.run(list)
    expect(windows).toHaveLength(2)
    expect(windows[0]!.since.getTime()).toBeGreaterThanOrEqual(before)
    expect(windows[1]!.since).toEqual(windows[0]!.until)
  })

  test('a window ends a quarter of an hour ago, so that callbacks under way are left alone', async () => {
    const { list, windows } = noting()
    const shop = await openShop({ store: newStore() })
    await shop.run(list, { graceMs: 15 * 60_000 })
    expect(windows).toEqual([])
  })

  test('refuses a since that is younger than that, because nothing would be asked about', async () => {
    const { list, windows } = noting()
    const shop = await openShop({ store: newStore() })
    const graceMs = 60_000
    await shop.run([], { since: ago(DAY_MS), adopt: true })
    await expect(shop.run(list, { graceMs, since: ago(30_000) })).rejects.toMatchObject({
      name: 'ReconcileError',
      code: 'RECONCILE_TOO_LATE',
      message: expect.stringContaining('for graceMs, 60 s'),
    })
    expect(windows).toEqual([])
    await shop.run(list, { graceMs, since: ago(90_000) })
    expect(windows).toHaveLength(1)
  })

  test('refuses a since from before the first run, unless it only makes known', async () => {
    const shop = await openShop({ store: newStore() })
    const since = ago(DAY_MS)
    await expect(shop.run([{ id: 'old' }], { since })).rejects.toMatchObject({
      name: 'ReconcileError',
      code: 'RECONCILE_TOO_EARLY',
    })
    const adopted = await shop.run([{ id: 'old' }], { since, adopt: true })
    expect(adopted).toEqual({ listed: 1, known: 1, recovered: 0, failed: 0 })
    expect((await deliver(shop, { id: 'old' })).kind).toBe('duplicate')
    // From then on the store's records reach back that far.
    expect(await shop.run([{ id: 'old' }], { since })).toEqual({ listed: 1, known: 1, recovered: 0, failed: 0 })
    expect(shop.handled).toEqual([])
  })

  test('refuses a since from which handled events may be forgotten', async () => {
    const shop = await openShop({ store: newStore(), retainMs: 7 * DAY_MS })
    await shop.run([], { since: ago(20 * DAY_MS), adopt: true })
    await expect(shop.run([], { since: ago(6 * DAY_MS + 1000) })).rejects.toMatchObject({
      code: 'RECONCILE_TOO_EARLY',
    })
    expect(await shop.run([], { since: ago(6 * DAY_MS - 1000) })).toMatchObject({ listed: 0 })
  })

  test('refuses a since from which the provider lists nothing any more', async () => {
    const shop = await openShop({ store: newStore() })
    await shop.run([], { since: ago(20 * DAY_MS), adopt: true })
    const list = Object.assign(listOf([]), { maxAgeMs: DAY_MS })
    await expect(shop.run(list, { since: ago(2 * DAY_MS) })).rejects.toMatchObject({ code: 'RECONCILE_TOO_EARLY' })
  })

  test('goes on from a later since once what is before it can no longer be listed', async () => {
    const shop = await openShop()
    const asked: ListWindow[] = []
    const list: Lister = Object.assign(
      async function* (window: ListWindow) {
        asked.push(window)
        yield* []
      },
      { maxAgeMs: 1000 },
    )
    await new Promise((resolve) => setTimeout(resolve, 1100))
    await expect(shop.run(list)).rejects.toMatchObject({ code: 'RECONCILE_TOO_EARLY' })
    const since = ago(10)
    await shop.run(list, { since })
    // A window must contain an instant; an empty one would list nothing.
    await new Promise((resolve) => setTimeout(resolve, 3))
    await shop.run(list)
    expect(asked.map((window) => window.since)).toEqual([since, asked[0]!.until])
  })

  test('is never held up by one order of a provider that is asked about each', async () => {
    const shop = await openShop({
      handle: () => {
        throw new RetryLater('no such order yet')
      },
      store: memoryStore(),
    })
    const asked: ListWindow[] = []
    const list: Lister = Object.assign(
      async function* (window: ListWindow) {
        asked.push(window)
        yield { body: bodyOf({ id: 'evt_1' }) }
      },
      { asksAll: true, maxAgeMs: 20 },
    )
    for (const pauseMs of [5, 40]) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
      expect(await shop.run(list)).toMatchObject({ listed: 1, failed: 1 })
    }
    expect(asked[1]!.since.getTime()).toBeGreaterThanOrEqual(asked[0]!.until.getTime())
  })

  test('begins where the last run did when the list ends in the middle', async () => {
    const shop = await openShop({ store: newStore() })
    const broken: Lister = async function* () {
      yield { body: bodyOf({ id: 'first' }) }
      throw new Error('the API is away')
    }
    await expect(shop.run(broken)).rejects.toMatchObject({ code: 'LIST_UNAVAILABLE' })
    await new Promise((resolve) => setTimeout(resolve, 5))
    const { list, windows } = noting([{ id: 'first' }, { id: 'second' }])
    expect(await shop.run(list)).toEqual({ listed: 2, known: 1, recovered: 1, failed: 0 })
    const again = noting()
    await new Promise((resolve) => setTimeout(resolve, 5))
    await shop.run(again.list)
    expect(again.windows[0]!.since).toEqual(windows[0]!.until)
  })

  test('only one run at a time', async () => {
    const shop = await openShop({ store: newStore() })
    let release!: () => void
    const hold = new Promise<void>((resolve) => (release = resolve))
    const slow: Lister = async function* () {
      await hold
      yield { body: bodyOf({ id: 'slow' }) }
    }
    const first = shop.run(slow)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await expect(shop.run([])).rejects.toMatchObject({ code: 'RECONCILE_RUNNING' })
    release()
    expect(await first).toMatchObject({ recovered: 1 })
    expect(await shop.run([])).toMatchObject({ listed: 0 })
  })

  test('ends when its signal aborts, even where the list hangs', async () => {
    const shop = await openShop({ store: newStore() })
    const abort = new AbortController()
    // eslint-disable-next-line require-yield -- It never comes to it.
    const hanging: Lister = async function* () {
      await new Promise(() => {})
    }
    const running = shop.run(hanging, { signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(running).rejects.toThrow('enough')
    expect(await shop.run([])).toMatchObject({ listed: 0 })
  })

  test('ends when its receiver is closed', async () => {
    const shop = await openShop({ store: newStore() })
    const closing: Lister = async function* () {
      void shop.receiver.close()
      yield { body: bodyOf({ id: 'too late' }) }
    }
    await expect(shop.run(closing)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
    expect(shop.handled).toEqual([])
  })

  test('tells how far it has come', async () => {
    const shop = await openShop({ store: newStore() })
    const told: number[] = []
    await shop.run([{ id: 'a' }, { id: 'b' }], { onProgress: ({ listed }) => told.push(listed) })
    expect(told).toEqual([1, 2])
  })
})

describe('a listed event whose handler fails', () => {
  test('is kept by a durable store, run again by the shop, and not listed again', async () => {
    let fails = true
    const shop = await openShop({
      handle: () => {
        if (fails) throw new Error('the database is away')
      },
    })
    const began = Date.now()
    expect(await shop.run([{ id: 'missed' }])).toEqual({ listed: 1, known: 0, recovered: 0, failed: 1 })
    const store = shop.store as DurableStore
    const [record] = await store.listEvents({ state: 'failed' })
    expect(record).toMatchObject({ eventId: 'hmac:missed', keptAs: 'delivery' })
    expect(Date.parse(record!.dueAt!)).toBeLessThan(Date.now() + 60_000)
    const { list, windows } = noting()
    await new Promise((resolve) => setTimeout(resolve, 5))
    await shop.run(list)
    expect(windows[0]!.since.getTime()).toBeGreaterThanOrEqual(began)
    fails = false
    await store.replay(record!.key)
    for (let waited = 0; shop.handled.length === 0 && waited < 100; waited++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(shop.handled).toEqual(['hmac:missed'])
  })

  test('is listed again where nothing keeps it', async () => {
    let fails = true
    const shop = await openShop({
      store: memoryStore(),
      handle: () => {
        if (fails) throw new RetryLater('not yet')
      },
    })
    const { list, windows } = noting([{ id: 'missed' }])
    expect(await shop.run(list)).toMatchObject({ failed: 1 })
    fails = false
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await shop.run(list)).toMatchObject({ recovered: 1 })
    expect(windows[1]!.since).toEqual(windows[0]!.since)
  })
})

describe('what is listed and cannot be used', () => {
  test('is quarantined by a durable store, once', async () => {
    const shop = await openShop()
    const unusable = [{ amount: 'a lot' }]
    for (const _time of [1, 2]) expect(await shop.run(unusable)).toMatchObject({ listed: 1, failed: 1 })
    const kept = await (shop.store as DurableStore).listEvents({ state: 'quarantined' })
    expect(kept.map(({ code, attempts }) => [code, attempts])).toEqual([['PAYLOAD_INVALID', 2]])
  })

  test('is a conflict where its id is known with other money', async () => {
    const shop = await openShop()
    await deliver(shop, { id: 'one', amount: '100' })
    expect(await shop.run([{ id: 'one', amount: '200' }])).toMatchObject({ known: 0, failed: 1 })
    expect(shop.handled).toEqual(['hmac:one'])
  })
})

describe('what reconcile reports', () => {
  test('is nothing about what had come, and the outcome of what had not', async () => {
    const onOutcome = jest.fn()
    const store = durable()
    const receiver = createReceiver(hmacProvider(), { store, on: {}, onOutcome })
    open.push(receiver)
    await reconcile(receiver, { list: listOf([]), graceMs: 0 })
    await new Promise((resolve) => setTimeout(resolve, 5))
    const list = listOf([{ id: 'missed' }])
    for (const _time of [1, 2]) await reconcile(receiver, { list, graceMs: 0, since: ago(1) }).catch(() => {})
    expect(onOutcome.mock.calls.map(([line]) => (line as { outcome: string }).outcome)).toEqual(['unhandled'])
    // The absence of callbacks stays visible.
    expect((await receiver.health()).lastAuthenticAt).toBeNull()
  })
})

test.each<[string, unknown, object, RegExp]>([
  ['no receiver', {}, {}, /first argument/],
  ['no list', null, { list: undefined }, /list must be a lister/],
  ['the list of another provider', null, { list: Object.assign(listOf([]), { provider: 'stripe' }) }, /of stripe/],
  ['a since that is no time', null, { since: 'yesterday' }, /since must be a Date/],
  ['a grace below nothing', null, { graceMs: -1 }, /graceMs/],
  ['adopt that is no flag', null, { adopt: 'yes' }, /adopt must be/],
  ['an option that does not exist', null, { from: 1 }, /unknown option "from"/],
])('refuses %s', async (_what, receiver, options, message) => {
  const { receiver: own } = await openShop({ begins: false })
  const list = listOf([])
  await expect(reconcile((receiver ?? own) as Receiver, { list, ...options })).rejects.toThrow(message)
})

test('a receiver that only observes is refused', async () => {
  const receiver = createReceiver(hmacProvider(), { store: memoryStore(), on: {}, mode: 'observe' })
  open.push(receiver)
  await expect(reconcile(receiver, { list: listOf([]) })).rejects.toThrow(/observe/)
})

test('two accounts with one provider have a cursor each', async () => {
  const store = durable()
  const provider = (account: string) => ({ ...hmacProvider(), account })
  const receivers = ['a', 'b'].map((account) => createReceiver(provider(account), { store, on: {} }))
  open.push(...receivers)
  const { list, windows } = noting()
  await reconcile(receivers[0]!, { list, graceMs: 0 })
  await new Promise((resolve) => setTimeout(resolve, 5))
  for (const receiver of receivers) await reconcile(receiver, { list, graceMs: 0 })
  expect(windows).toHaveLength(1)
})

/** Type checks only: a plain generator function is a lister. */
export const plain: Lister = async function* ({ since, until, signal }): AsyncGenerator<Listed> {
  signal.throwIfAborted()
  yield { body: { since, until } }
}
