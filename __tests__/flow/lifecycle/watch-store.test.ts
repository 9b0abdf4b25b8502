/** How the watcher looks for due events, how often, and how a replay ends: every rule, with time passed by hand. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import Database from 'libsql'
import {
  DeliveryError,
  memoryStore,
  type DurableStore,
  type Outcome,
  type Provider,
  type Store,
} from '../../../src/index.js'
import { quarantineKey } from '../../../src/flow/quarantine.js'
import { storeKey } from '../../../src/flow/claims/claim-request.js'
import { watchStore } from '../../../src/flow/lifecycle/watch-store.js'
import { receiverState } from '../../../src/flow/state/receiver.js'
import { resolveOptions } from '../../../src/resolve-options.js'
import { sqliteStore } from '../../../src/stores/sqlite.js'
import { claimRequest } from '../../support/claim-request.js'
import { pass, settled, withFakeTime } from '../../support/fake-time.js'
import { hmacProvider } from '../../support/hmac-provider.js'

withFakeTime()
beforeEach(() => void jest.spyOn(Math, 'random').mockReturnValue(0.5))
afterEach(() => void jest.restoreAllMocks())

/** The pause between two looks, with chance mocked as above. */
const PAUSE = 2000

const HANDLED: Outcome = { kind: 'handled', event: {} as never, attempt: 1 }
const refusedWith = (code: string, message: string, cause?: unknown): Outcome => ({
  kind: 'failed',
  event: null,
  error: new DeliveryError(code as 'HANDLER_FAILED', message, { cause }),
})

async function newStore(overrides: Partial<DurableStore> = {}): Promise<DurableStore> {
  const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
  await store.init()
  // Ends the timer of the store's own pruning, so that these tests do not count it.
  await store.close()
  return { ...store, ...overrides }
}

/** Keeps a delivery, with its replay requested unless said otherwise. Answers its key. */
async function keep(
  store: DurableStore,
  text: string,
  options: { code?: string; eventId?: string | null; provider?: Provider; key?: string; isRequested?: boolean } = {},
): Promise<string> {
  const { code = 'PAYLOAD_INVALID', eventId = null, provider = hmacProvider(), isRequested = true } = options
  const body = Buffer.from(text)
  const { key = quarantineKey(provider, body, {}) } = options
  const about = { provider: provider.name, account: provider.account, eventId, orderId: null, headers: {} }
  await store.quarantine({ key, code, message: 'as it was kept', body, ...about })
  if (isRequested) await store.replay(key)
  return key
}

/** Keeps an event whose handler failed and that is due at once. Answers its key. */
async function keepFailed(store: DurableStore): Promise<string> {
  const provider = hmacProvider()
  const request = claimRequest({ provider: provider.name, eventId: 'hmac:one', key: storeKey(provider, 'hmac:one') })
  await store.claim(request)
  const kept = { form: 'delivery', body: Buffer.from('an event'), headers: {}, retryInMs: 0, isAccepted: true } as const
  await store.release(request.key, request.token, 'failed', 'failed', kept)
  return request.key
}

const newState = (store: Store, provider: Provider = hmacProvider()) =>
  receiverState(provider, resolveOptions(provider, { store, on: {} }))

/** Watches a store, and notes the body of every delivery that runs. */
function watch(store: Store, outcomeOf: (text: string) => Outcome | Promise<Outcome> = () => HANDLED) {
  const runs: string[] = []
  const state = newState(store)
  watchStore(state, async (_, { body }) => {
    runs.push(String(body))
    return outcomeOf(String(body))
  })
  return { runs, state, close: () => state.closing.abort() }
}

/** A store that lists in the test's order: its own order is by the millisecond. */
function listedAs(keys: string[], store: DurableStore): DurableStore {
  const listEvents: DurableStore['listEvents'] = async (query) =>
    (await store.listEvents(query)).sort((one, other) => keys.indexOf(one.key) - keys.indexOf(other.key))
  return { ...store, listEvents }
}

const stateOf = async (store: DurableStore, key: string) => (await store.getEvent(key))?.state

describe('a store is looked at', () => {
  test.each([
    [0, 1500],
    [0.5, 2000],
    [0.999, 2499],
  ])('for the first time, and again, when the pause is over: chance %d makes it %d ms', async (chance, pause) => {
    jest.spyOn(Math, 'random').mockReturnValue(chance)
    const times: number[] = []
    const startedAt = performance.now()
    const listEvents = async () => {
      times.push(performance.now() - startedAt)
      return []
    }
    watch(await newStore({ listEvents }))
    for (let ms = 0; ms < 2 * pause; ms++) {
      jest.advanceTimersByTime(1)
      await settled()
    }
    expect(times).toEqual([pause, 2 * pause])
  })

  test.each<[string, () => Store | Promise<Store>]>([
    ['cannot keep', memoryStore],
    ['keeps but cannot list', () => ({ ...memoryStore(), quarantine: () => {} })],
    ['lists but cannot keep', async () => ({ ...(await newStore()), quarantine: undefined })],
  ])('never where it %s', async (_, storeOf) => {
    watch(await storeOf())
    expect(jest.getTimerCount()).toBe(0)
  })

  test.each(['before it was ever looked at', 'between two looks'])('no more once it is closed, %s', async (when) => {
    const listEvents = jest.fn(async () => [])
    const { close } = watch(await newStore({ listEvents }))
    if (when === 'between two looks') await pass(PAUSE)
    const looks = listEvents.mock.calls.length
    close()
    expect(jest.getTimerCount()).toBe(0)
    await pass(3 * PAUSE)
    expect(listEvents).toHaveBeenCalledTimes(looks)
  })

  test('no more by a receiver that is closed during the look', async () => {
    let answer = (_: []) => {}
    const { close } = watch(await newStore({ listEvents: () => new Promise((resolve) => (answer = resolve)) }))
    await pass(PAUSE)
    close()
    answer([])
    await settled()
    expect(jest.getTimerCount()).toBe(0)
  })

  test('again after it failed', async () => {
    const store = await newStore()
    const key = await keep(store, 'a')
    let failures = 1
    const listEvents: DurableStore['listEvents'] = async (query) => {
      if (failures-- > 0) throw new Error('connection refused')
      return store.listEvents(query)
    }
    const { runs } = watch({ ...store, listEvents } as Store)
    await pass(PAUSE)
    expect(runs).toEqual([])
    await pass(PAUSE)
    expect([runs, await stateOf(store, key)]).toEqual([['a'], undefined])
  })

  test('again when it has not answered for two seconds', async () => {
    const listEvents = jest.fn(() => new Promise<never>(() => {}))
    watch(await newStore({ listEvents }))
    await pass(PAUSE + 2000 + PAUSE - 50)
    expect(listEvents).toHaveBeenCalledTimes(1)
    await pass(50)
    expect(listEvents).toHaveBeenCalledTimes(2)
  })
})

describe('what is run', () => {
  test('is what was requested, with its key, code and bytes', async () => {
    const store = await newStore()
    const key = await keep(store, '{"id":"é"}', { code: 'ID_CONFLICT' })
    await keep(store, 'not requested', { isRequested: false })
    const run = jest.fn(async (_: unknown, _kept: unknown) => HANDLED)
    watchStore(newState(store), run)
    await pass(PAUSE)
    expect(run.mock.calls.map(([, kept]) => kept)).toEqual([
      {
        key,
        origin: 'quarantine',
        form: 'delivery',
        code: 'ID_CONFLICT',
        body: Buffer.from('{"id":"é"}'),
        headers: {},
      },
    ])
  })

  test.each([
    ['of another provider', hmacProvider({ name: 'other' })],
    ['of another account with the same provider', { ...hmacProvider(), account: 'elsewhere' }],
  ])('is nothing %s; what follows has its turn', async (_, provider) => {
    const store = await newStore()
    const theirs = await keep(store, 'theirs', { provider })
    const keys = [theirs, await keep(store, 'ours'), await keep(store, 'theirs too', { provider })]
    const takeDue = jest.fn(store.takeDue)
    const { runs } = watch({ ...listedAs(keys, store), takeDue } as Store)
    await pass(PAUSE)
    expect(runs).toEqual(['ours'])
    expect(takeDue.mock.calls.map(([key]) => keys.indexOf(key))).toEqual([1])
    expect(await store.listEvents({ state: 'replay_requested' })).toHaveLength(2)
  })

  test.each([
    ['was removed, or taken by another process,', null],
    ['has no bytes', { body: null }],
  ])('is nothing that %s since it was listed; what follows has its turn', async (_, change) => {
    const store = await newStore()
    const keys = [await keep(store, 'changed'), await keep(store, 'as it was')]
    const takeDue: DurableStore['takeDue'] = async (key, forMs) => {
      const record = await store.takeDue(key, forMs)
      if (key !== keys[0]) return record
      return change === null ? null : ({ ...record, ...change } as never)
    }
    const { runs } = watch({ ...listedAs(keys, store), takeDue } as Store)
    await pass(PAUSE)
    expect(runs).toEqual(['as it was'])
  })

  test.each<[string, (store: DurableStore) => Promise<string>]>([
    ['a quarantined delivery', (store) => keep(store, 'a delivery')],
    ['an event that failed', keepFailed],
  ])('is left to others after a minute, in case its process dies: %s', async (_, kept) => {
    const store = await newStore()
    const key = await kept(store)
    const takeDue = jest.fn(store.takeDue)
    watch({ ...store, takeDue } as Store, () => new Promise(() => {}))
    await pass(PAUSE)
    expect(takeDue.mock.calls).toEqual([[key, 60_000]])
  })

  test('is every one of several pages, once, although they go away on the way', async () => {
    const store = await newStore()
    const texts = Array.from({ length: 250 }, (_, index) => `body ${index}`)
    for (const text of texts) await keep(store, text)
    const { runs } = watch(store)
    await pass(PAUSE)
    expect([...runs].sort()).toEqual([...texts].sort())
    expect(await store.listEvents()).toEqual([])
  })

  test('is listed in pages of a hundred, each behind the last of the one before, as long as pages are full', async () => {
    const store = await newStore()
    for (let index = 0; index < 100; index++)
      await keep(store, `body ${index}`, { provider: hmacProvider({ name: 'x' }) })
    const last = (await store.listEvents()).at(-1)
    const listEvents = jest.fn(store.listEvents)
    watch({ ...store, listEvents } as Store)
    await pass(PAUSE)
    const query = { due: true, limit: 100 }
    expect(listEvents.mock.calls).toEqual([[query], [{ ...query, before: last }]])
  })

  test('is the oldest first, although a store lists the newest first', async () => {
    const store = await newStore()
    const keys = [await keep(store, 'dispute'), await keep(store, 'refund'), await keepFailed(store)]
    const { runs } = watch(listedAs(keys, store))
    await pass(PAUSE)
    expect(runs).toEqual(['an event', 'refund', 'dispute'])
  })

  test('is one page where it is not full', async () => {
    const store = await newStore()
    for (let index = 0; index < 99; index++) await keep(store, `body ${index}`)
    const listEvents = jest.fn(store.listEvents)
    const { runs } = watch({ ...store, listEvents } as Store)
    await pass(PAUSE)
    expect([runs.length, listEvents.mock.calls.length]).toEqual([99, 1])
  })

  test('is one at a time, and nothing more once the receiver is closed', async () => {
    const store = await newStore()
    await keep(store, 'a')
    await keep(store, 'b')
    let finish = (_: Outcome) => {}
    const { runs, close } = watch(store, () => new Promise((resolve) => (finish = resolve)))
    await pass(3 * PAUSE)
    expect(runs).toHaveLength(1)
    close()
    finish(HANDLED)
    await pass(3 * PAUSE)
    expect(runs).toHaveLength(1)
    expect(await store.listEvents({ state: 'replay_requested' })).toHaveLength(1)
  })
})

describe('closing waits', () => {
  test('for a replay until what came of it is recorded', async () => {
    const store = await newStore()
    await keep(store, 'a')
    let finish = (_: Outcome) => {}
    let recorded = (_: boolean) => {}
    const removeQuarantined = () => new Promise<boolean>((resolve) => (recorded = resolve))
    const { state } = watch(
      { ...store, removeQuarantined } as Store,
      () => new Promise((resolve) => (finish = resolve)),
    )
    const counts = [state.inProgress.count]
    await pass(PAUSE)
    counts.push(state.inProgress.count)
    finish(HANDLED)
    await settled()
    counts.push(state.inProgress.count)
    recorded(true)
    await settled()
    expect([...counts, state.inProgress.count]).toEqual([0, 1, 1, 0])
  })

  test('for no replay whose record failed, which is run again', async () => {
    const store = await newStore()
    await keep(store, 'a')
    const removeQuarantined = () => Promise.reject(new Error('connection refused'))
    const { state, runs } = watch({ ...store, removeQuarantined } as Store)
    await pass(PAUSE)
    expect([runs.length, state.inProgress.count]).toEqual([1, 0])
    await pass(PAUSE)
    expect([runs.length, state.inProgress.count]).toEqual([2, 0])
  })
})

describe('a replay', () => {
  test.each<[string, Outcome]>([
    ['was handled', HANDLED],
    ['was a duplicate', { kind: 'duplicate', event: {} as never }],
    ['had no handler', { kind: 'unhandled', event: {} as never, attempt: 1 }],
  ])('that %s is forgotten', async (_, outcome) => {
    const store = await newStore()
    const key = await keep(store, 'a')
    const { runs } = watch(store, () => outcome)
    await pass(3 * PAUSE)
    expect([runs, await store.getEvent(key)]).toEqual([['a'], null])
  })

  test('that was quarantined by the flow itself is left as the flow kept it', async () => {
    const store = await newStore()
    const key = await keep(store, 'a')
    const body = Buffer.from('a')
    const error = new DeliveryError('PAYLOAD_INVALID', 'by the flow')
    const { runs } = watch(store, async () => {
      await store.quarantine({
        key,
        provider: 'hmac',
        eventId: 'hmac:1',
        account: '',
        orderId: null,
        code: error.code,
        message: error.message,
        body,
        headers: {},
      })
      return { kind: 'quarantined', event: null, error, body }
    })
    await pass(3 * PAUSE)
    expect(runs).toEqual(['a'])
    // Kept twice: first by the test, then by the flow.
    expect(await store.getEvent(key)).toMatchObject({ state: 'quarantined', lastError: 'by the flow', attempts: 2 })
  })

  test.each(['BUSY', 'SHUTTING_DOWN', 'STORE_UNAVAILABLE'])(
    'that came to %s says nothing about it: it stays requested and is run again',
    async (code) => {
      const store = await newStore()
      const key = await keep(store, 'a')
      const { runs } = watch(store, () => refusedWith(code, 'not now'))
      await pass(2 * PAUSE)
      expect([runs, await stateOf(store, key)]).toEqual([['a', 'a'], 'replay_requested'])
    },
  )

  test.each(['BUSY', 'SHUTTING_DOWN', 'STORE_UNAVAILABLE'])(
    'that came to %s once its handler ran goes back to the operator: it would be run again and again',
    async (code) => {
      const store = await newStore()
      const key = await keep(store, 'a')
      const { runs } = watch(store, () => ({ ...refusedWith(code, 'lost on its way'), attempt: 1 }) as Outcome)
      await pass(3 * PAUSE)
      expect(runs).toEqual(['a'])
      expect(await store.getEvent(key)).toMatchObject({ state: 'quarantined', lastError: 'lost on its way' })
    },
  )

  test.each<[string, Outcome, string]>([
    [
      'whose handler failed, with what it threw',
      refusedWith('HANDLER_FAILED', 'the handler for x threw', new Error('no such table: orders')),
      'the handler for x threw: no such table: orders',
    ],
    [
      'that failed otherwise, with its message alone',
      refusedWith('DEADLINE_PASSED', 'not finished within 2000 ms', new Error('a cause')),
      'not finished within 2000 ms',
    ],
  ])('%s, goes back to the operator, as what it was, and is not run again', async (_, outcome, lastError) => {
    const store = await newStore()
    const key = await keep(store, 'a', { code: 'RETRIES_EXHAUSTED', eventId: 'hmac:evt_1' })
    const { runs } = watch(store, () => outcome)
    await pass(3 * PAUSE)
    expect(runs).toEqual(['a'])
    expect(await store.getEvent(key)).toMatchObject({
      state: 'quarantined',
      code: 'RETRIES_EXHAUSTED',
      eventId: 'hmac:evt_1',
      provider: 'hmac',
      lastError,
      body: Buffer.from('a'),
    })
  })

  test('of a record without a code gets that of its failure', async () => {
    const quarantine = jest.fn<DurableStore['quarantine']>()
    const store = await newStore()
    const key = await keep(store, 'a')
    const takeDue: DurableStore['takeDue'] = async (id, forMs) => {
      const record = await store.takeDue(id, forMs)
      return record && { ...record, code: null }
    }
    watch({ ...store, takeDue, quarantine } as Store, () => refusedWith('DEADLINE_PASSED', 'too late'))
    await pass(PAUSE)
    expect(quarantine.mock.calls).toEqual([
      [
        {
          key,
          provider: 'hmac',
          eventId: null,
          account: '',
          orderId: null,
          code: 'DEADLINE_PASSED',
          message: 'too late',
          body: Buffer.from('a'),
          headers: {},
        },
      ],
    ])
  })
})
