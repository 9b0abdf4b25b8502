/** A Redis that becomes silent, disappears, or is killed and restarted. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { paymentWebhook } from '../../src/index.js'
import { clock, setClock } from '../../src/lib/clock.js'
import { redisStore } from '../../src/stores/redis.js'
import { describeOnStores, faultScene, type FaultScene } from '../support/fault-scene.js'
import type { ReceiverProcess } from '../support/receiver-processes.js'
import { hmacProvider } from '../support/hmac-provider.js'
import { RedisServer } from '../support/redis-server.js'
import { Sender, type Answer, type TestEvent } from '../support/sender.js'
import { describeWith, REDIS_SERVER } from '../support/needs.js'
import { REDIS_URL } from '../support/services.js'
import { TcpProxy } from '../support/tcp-proxy.js'
import { randomFrom, type Random } from '../support/with-seed.js'

/** More than the variation of a collected heap, and less than 1500 commands use if a client keeps them while it waits. */
const FLAT_BYTES = 2 * 1024 * 1024

const OUTAGES = [
  { what: 'hangs', begin: async (proxy: TcpProxy) => proxy.hold('requests', 'answers') },
  { what: 'hangs after claims have arrived', begin: async (proxy: TcpProxy) => proxy.hold('answers') },
  { what: 'is gone', begin: (proxy: TcpProxy) => proxy.close() },
]

const SLOW = { what: 'takes 5 s for every answer (F10)', begin: async (proxy: TcpProxy) => proxy.slow(5000) }

for (const driverDefaults of [false, true]) {
  const settings = driverDefaults ? "the client's own settings" : 'the documented settings'

  describeOnStores(
    `Redis through a network, with ${settings}`,
    (scene) => {
      const receivers: ReceiverProcess[] = []
      const sender = new Sender(() => receivers, randomFrom(1))
      let proxy: TcpProxy

      beforeAll(async () => {
        proxy = await TcpProxy.before(REDIS_URL, 6379)
        const start = () =>
          scene.start({
            ...(driverDefaults ? { timeoutMs: 2500, leaseMs: 5000 } : { timeoutMs: 1800, leaseMs: 3600 }),
            driverDefaults,
            at: proxy.through(REDIS_URL),
          })
        receivers.push(...(await Promise.all([start(), start()])))
      })

      // Runs also if a test failed before its end, so that the next one fails only for its own reasons.
      afterEach(async () => {
        proxy.resume()
        proxy.slow(0)
        await proxy.open()
      })

      afterAll(async () => {
        sender.close()
        for (const receiver of receivers) await receiver.end()
        await proxy.close()
      })

      test.each(driverDefaults ? OUTAGES : [SLOW, ...OUTAGES])(
        `F11 Redis $what: 503 meanwhile, ${driverDefaults ? '' : 'flat memory, '}and nothing is replayed later as new`,
        async ({ what, begin }) => {
          const batch = (name: string, length: number): TestEvent[] =>
            Array.from({ length }, (_, number) => ({ id: `f11 ${what} ${name} ${number}`, order_id: '11' }))
          const toBoth = (events: readonly TestEvent[]) =>
            Promise.all(events.map((event, number) => sender.once(event, receivers[number % 2]!)))
          const heapSizes = async () =>
            (await Promise.all(receivers.map((receiver) => receiver.ask()))).map((report) => report.heapBytes)
          const before = await Promise.all(batch('before', 200).map((event) => sender.deliver(event)))
          expect(before.filter(({ acknowledged }) => !acknowledged)).toEqual([])
          await begin(proxy)
          const again = batch('delivered again', 10)
          const never = batch('never again', 1)
          await expectStatus(503, () => toBoth([...again, ...never, ...batch('first wave', 600)]))
          if (!driverDefaults) {
            const grown = await heapSizes()
            let after = grown
            for (const wave of [1, 2, 3, 4, 5]) {
              await expectStatus(503, () => toBoth(batch(`wave ${wave}`, 600)))
              // After each test, because a process keeps its reports until it is asked.
              after = await heapSizes()
            }
            for (const [number, bytes] of after.entries()) expect(bytes - grown[number]!).toBeLessThan(FLAT_BYTES)
          }

          proxy.resume()
          proxy.slow(0)
          await proxy.open()
          const delivered = await Promise.all(again.map((event) => sender.deliver(event)))
          expect(delivered.filter(({ acknowledged }) => !acknowledged)).toEqual([])
          // Long enough for commands that a client may have kept to reach Redis.
          await pause(500)
          const effects = (await scene.ledger.effects()).map(({ event }) => event)
          const during503 = effects.filter((event) => event.startsWith(`f11 ${what} `) && !event.includes('before'))
          expect(during503.sort()).toEqual(again.map(({ id }) => id).sort())
          expect(receivers.map(({ alive }) => alive)).toEqual([true, true])
        },
      )
    },
    ['redis'],
  )
}

describeWith(REDIS_SERVER, 'a Redis that is stopped or killed', () => {
  const server = new RedisServer()
  const scene: FaultScene = faultScene('redis', server.url)
  const random: Random = randomFrom(1)
  const receivers: ReceiverProcess[] = []
  const sender = new Sender(() => receivers, random)

  beforeAll(async () => {
    await server.start()
    const start = () => scene.start({ timeoutMs: 500, leaseMs: 1000 })
    receivers.push(...(await Promise.all([start(), start()])))
  })

  afterAll(async () => {
    sender.close()
    await server.remove()
  })

  test.each([
    {
      what: 'SIGSTOP and SIGCONT',
      begin: async () => server.signal('SIGSTOP'),
      end: async () => server.signal('SIGCONT'),
    },
    { what: 'kill -9 and a restart', begin: () => server.kill(), end: () => server.start() },
  ])(
    'F11 $what: 503 meanwhile, the same processes recover, and every event has one effect',
    async ({ what, begin, end }) => {
      const events = Array.from({ length: 20 }, (_, number) => ({ id: `f11 ${what} ${number}`, order_id: '11' }))
      const [earlier, meanwhile] = [events.slice(0, 10), events.slice(10)]
      await Promise.all(earlier.map((event) => sender.deliver(event)))
      await begin()
      try {
        await expectStatus(503, () => Promise.all(events.map((event) => sender.once(event, random.pick(receivers)))))
      } finally {
        await end()
      }
      // Events acknowledged before are redelivered as well, as an impatient provider would do.
      const delivered = await Promise.all([...earlier, ...meanwhile].map((event) => sender.deliver(event)))
      expect(delivered.filter(({ acknowledged }) => !acknowledged)).toEqual([])
      const wanted = new Set(events.map(({ id }) => id))
      const effects = (await scene.ledger.effects()).filter(({ event }) => wanted.has(event))
      expect(effects.map(({ event }) => event).sort()).toEqual([...wanted].sort())
      expect(receivers.map(({ alive }) => alive)).toEqual([true, true])
    },
  )
})

describeWith(REDIS_SERVER, 'a Redis that takes no writes', () => {
  const server = new RedisServer()
  let client: Redis
  let later = 0

  beforeEach(() => {
    const system = clock
    setClock({ ...system, monotonic: () => system.monotonic() + later })
  })
  afterEach(() => setClock())

  beforeAll(async () => {
    await server.start()
    client = new Redis(server.url, { maxRetriesPerRequest: 1 })
  })

  afterAll(async () => {
    client.disconnect()
    await server.remove()
  })

  test.each([
    ['is full', ['maxmemory', '1'], ['maxmemory', '0']],
    ['has too few replicas', ['min-replicas-to-write', '1'], ['min-replicas-to-write', '0']],
  ])('%s: neither deliveries nor the health check are told that all is well', async (_, begin, end) => {
    const store = redisStore({ sendCommand: (command, ...args) => client.call(command, ...args), allowVolatile: true })
    const webhook = paymentWebhook(hmacProvider(), { store, on: {}, onError: () => {} })
    expect(await webhook.health()).toMatchObject({ ok: true })
    later += 61_000
    await client.call('CONFIG', 'SET', ...begin)
    try {
      expect(await webhook.health()).toMatchObject({ ok: false, store: 'unavailable' })
    } finally {
      await client.call('CONFIG', 'SET', ...end)
    }
    later += 61_000
    expect(await webhook.health()).toMatchObject({ ok: true })
    expect(await store.listEvents()).toEqual([])
    await webhook.close()
    await store.close()
  })

  test('is a replica of one that is gone: the same', async () => {
    const store = redisStore({ sendCommand: (command, ...args) => client.call(command, ...args), allowVolatile: true })
    const webhook = paymentWebhook(hmacProvider(), { store, on: {}, onError: () => {} })
    expect(await webhook.health()).toMatchObject({ ok: true })
    later += 61_000
    await client.call('REPLICAOF', '127.0.0.1', '1')
    try {
      expect(await webhook.health()).toMatchObject({ ok: false, store: 'unavailable' })
    } finally {
      await client.call('REPLICAOF', 'NO', 'ONE')
    }
    later += 61_000
    expect(await webhook.health()).toMatchObject({ ok: true })
    await webhook.close()
    await store.close()
  })
})

async function expectStatus(status: number, send: () => Promise<readonly Answer[]>): Promise<void> {
  const answers = await send()
  expect([...new Set(answers.map((answer) => answer.status))]).toEqual([status])
}
