/** One watcher per store, independent of the number of receivers: closed or forgotten receivers cost nothing. */
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Database from 'libsql'
import {
  createReceiver,
  memoryStore,
  paymentWebhook,
  toFetchHandler,
  type DurableStore,
  type Provider,
  type Receiver,
  type WebhookEvent,
} from '../../../src/index.js'
import { replayPart } from '../../../src/receiver.js'
import { quarantineKey } from '../../../src/flow/quarantine.js'
import { sqliteStore } from '../../../src/stores/sqlite.js'
import { pass, settled, withFakeTime } from '../../support/fake-time.js'
import { bodyOf, hmacProvider, signatureOf } from '../../support/hmac-provider.js'

// Once the part for durable stores is loaded, a receiver watches its store from its creation on.
beforeAll(async () => void (await replayPart()))
withFakeTime()
beforeEach(() => void jest.spyOn(Math, 'random').mockReturnValue(0.5))
afterEach(() => void jest.restoreAllMocks())

/** The pause between two looks, with chance mocked as above. */
const PAUSE = 2000

/** A store with nothing to run again, and the number of calls that asked for it. */
function emptyStore() {
  const listEvents = jest.fn<DurableStore['listEvents']>(async () => [])
  const none = async () => null
  const not = async () => false
  const zero = {
    forget: async () => 0,
    countEvents: async () => ({}) as Awaited<ReturnType<DurableStore['countEvents']>>,
  }
  const nothing = { getEvent: none, takeDue: none, replay: not, removeQuarantined: not, dismiss: not, ...zero }
  const notes = { readNote: none, writeNote: async () => {}, lock: not, unlock: not }
  const kept = { listEvents, quarantine: () => {}, prune: async () => 0 }
  const store: DurableStore = { ...memoryStore(), ...nothing, ...notes, ...kept }
  return { store, looks: () => listEvents.mock.calls.length }
}

const DOORS: [string, (store: DurableStore) => Receiver][] = [
  ['createReceiver', (store) => createReceiver(hmacProvider(), { store, on: {} })],
  ['paymentWebhook', (store) => paymentWebhook(hmacProvider(), { store, on: {} })],
  ['toFetchHandler', (store) => toFetchHandler(hmacProvider(), { store, on: {} })],
]

describe.each(DOORS)('fifty receivers made by %s', (_name, make) => {
  test.each([
    ['all open', () => true, 3],
    ['every other one closed', (at: number) => at % 2 === 0, 3],
    ['all closed but the first', (at: number) => at === 0, 3],
    ['all closed but the last', (at: number) => at === 49, 3],
    ['all closed', () => false, 0],
  ])('ask their store as often as one does: %s', async (_what, isOpen, expected) => {
    const { store, looks } = emptyStore()
    const receivers = Array.from({ length: 50 }, () => make(store))
    await Promise.all(receivers.filter((_, at) => !isOpen(at)).map((receiver) => receiver.close()))
    expect(jest.getTimerCount()).toBe(Math.min(expected, 1))
    await pass(3 * PAUSE)
    expect([looks(), jest.getTimerCount()]).toEqual([expected, Math.min(expected, 1)])
  })

  test('that are closed while the store is asked leave nothing behind', async () => {
    const { store, looks } = emptyStore()
    let answer = () => {}
    store.listEvents = () => new Promise((resolve) => (answer = () => resolve([])))
    const receivers = Array.from({ length: 50 }, () => make(store))
    await pass(PAUSE)
    await Promise.all(receivers.map((receiver) => receiver.close()))
    answer()
    await pass(3 * PAUSE)
    expect([looks(), jest.getTimerCount()]).toEqual([0, 0])
  })
})

test('a store that nobody watched for a while is watched again by the next receiver', async () => {
  const { store, looks } = emptyStore()
  await createReceiver(hmacProvider(), { store, on: {} }).close()
  await pass(3 * PAUSE)
  const receiver = createReceiver(hmacProvider(), { store, on: {} })
  await pass(2 * PAUSE)
  expect(looks()).toBe(2)
  await receiver.close()
})

test('every store has a watcher of its own', async () => {
  const stores = [emptyStore(), emptyStore()]
  const [first] = stores.map(({ store }) => createReceiver(hmacProvider(), { store, on: {} }))
  await pass(PAUSE)
  await first!.close()
  await pass(PAUSE)
  expect(stores.map(({ looks }) => looks())).toEqual([1, 2])
})

describe('receivers made for one request each', () => {
  /** The engine's own garbage collector, without a flag on the command line. */
  const collect = (): void => {
    setFlagsFromString('--expose-gc')
    ;(runInNewContext('gc') as () => void)()
  }

  /** A separate function, so that no stack frame keeps a reference to the receiver. */
  async function serveRequests(count: number, store: DurableStore): Promise<WeakRef<object>[]> {
    const body = bodyOf()
    const delivery = { body, headers: { 'x-signature': signatureOf(body) } }
    const made: WeakRef<object>[] = []
    for (let request = 0; request < count; request++) {
      const receiver = createReceiver(hmacProvider(), { store, on: {} })
      made.push(new WeakRef(receiver), new WeakRef(receiver['~state'] as object))
      await receiver.receive(delivery)
    }
    return made
  }

  test('do not stay: of five thousand nothing is left, and the store is asked no more', async () => {
    const { store, looks } = emptyStore()
    const made = await serveRequests(5000, store)
    await settled()
    collect()
    await settled()
    expect(made.filter((reference) => reference.deref() !== undefined)).toHaveLength(0)
    await pass(3 * PAUSE)
    expect([looks(), jest.getTimerCount()]).toEqual([0, 0])
  })

  test('that are kept, five thousand of them, ask the store as often as one does', async () => {
    const { store, looks } = emptyStore()
    const kept = Array.from({ length: 5000 }, () => createReceiver(hmacProvider(), { store, on: {} }))
    await pass(3 * PAUSE)
    expect([looks(), jest.getTimerCount()]).toEqual([3, 1])
    await Promise.all(kept.map((receiver) => receiver.close()))
  })
})

describe('what was requested of one store', () => {
  /** Handlers may wait; their runs are noted with the name of their receiver. */
  function receivers(store: DurableStore) {
    const handled: string[] = []
    const open = (name: string, provider: Provider, until?: Promise<void>) =>
      createReceiver(provider, {
        store,
        on: {},
        onError: () => {},
        onUnhandled: async ({ orderId }: WebhookEvent) => {
          handled.push(`${name} begins ${orderId}`)
          await until
          handled.push(`${name} ends ${orderId}`)
        },
      })
    return { handled, open }
  }

  async function newStore(): Promise<DurableStore> {
    const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
    await store.init()
    // Ends the timer of the store's own pruning, so that it does not count here.
    await store.close()
    return store
  }

  /** Keeps a delivery as the flow would, with its replay requested. */
  async function request(store: DurableStore, provider: Provider, order_id: string): Promise<void> {
    const body = Buffer.from(bodyOf({ id: `evt_${order_id}`, order_id }))
    const key = quarantineKey(provider, body, {})
    const kept = {
      key,
      provider: provider.name,
      eventId: null,
      account: provider.account,
      orderId: null,
      code: 'PAYLOAD_INVALID',
      message: 'no',
      body,
      headers: {},
    }
    await store.quarantine(kept)
    await store.replay(key)
  }

  const accountOf = (account: string): Provider => ({ ...(hmacProvider() as Provider), account })

  test('goes to the receiver of its provider and account, and to that one alone', async () => {
    const store = await newStore()
    const { handled, open } = receivers(store)
    const [one, two, other] = [accountOf('1'), accountOf('2'), hmacProvider({ name: 'other' }) as Provider]
    open('one', one)
    open('two', two)
    open('other', other)
    await request(store, two, 'A')
    await request(store, one, 'B')
    await request(store, other, 'C')
    await pass(2 * PAUSE)
    expect(handled.filter((line) => line.includes('begins')).sort()).toEqual([
      'one begins B',
      'other begins C',
      'two begins A',
    ])
    expect(await store.listEvents({ state: 'replay_requested' })).toEqual([])
  })

  test('goes to the last receiver of an account that was mounted twice, and to the other once that is closed', async () => {
    const store = await newStore()
    const { handled, open } = receivers(store)
    open('first', accountOf('1'))
    const last = open('last', accountOf('1'))
    await request(store, accountOf('1'), 'A')
    await pass(PAUSE)
    await last.close()
    await request(store, accountOf('1'), 'B')
    await pass(PAUSE)
    expect(handled).toEqual(['last begins A', 'last ends A', 'first begins B', 'first ends B'])
  })

  test('waits for no handler of another receiver, and for those of its own one after the other', async () => {
    const store = await newStore()
    const { handled, open } = receivers(store)
    let finish = () => {}
    open('slow', accountOf('1'), new Promise<void>((resolve) => (finish = resolve)))
    open('quick', accountOf('2'))
    await request(store, accountOf('1'), 'A')
    await pass(PAUSE)
    expect(handled).toEqual(['slow begins A'])
    await request(store, accountOf('1'), 'B')
    await request(store, accountOf('2'), 'C')
    await pass(2 * PAUSE)
    expect(handled).toEqual(['slow begins A', 'quick begins C', 'quick ends C'])
    finish()
    await pass(PAUSE)
    expect(handled.slice(3)).toEqual(['slow ends A', 'slow begins B', 'slow ends B'])
  })
})
