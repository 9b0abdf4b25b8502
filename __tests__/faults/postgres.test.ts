/** Postgres behind a network that becomes silent or slow, and connections that the server closes. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'pg'
import { describeOnStores, type FaultScene } from '../support/fault-scene.js'
import type { ReceiverProcess, ReceiverSetup } from '../support/receiver-processes.js'
import { Sender, type Delivered, type TestEvent } from '../support/sender.js'
import { DATABASE_URL } from '../support/services.js'
import { TcpProxy } from '../support/tcp-proxy.js'
import { randomFrom, withSeed } from '../support/with-seed.js'

const POSTGRES = ['postgres', 'postgres transactional'] as const

/** Several times the wait of a client before it reconnects. */
const REFUSING_MS = 2000

/** More than the variation of a collected heap, and less than 800 deliveries use if they are retained while they wait. */
const FLAT_BYTES = 2 * 1024 * 1024

/** Long enough for the client to give up by itself. */
const TIMES = { timeoutMs: 2500, leaseMs: 5000 }

for (const driverDefaults of [false, true]) {
  const settings = driverDefaults ? "the client's own settings" : 'the documented settings'

  describeOnStores(
    `Postgres through a network, with ${settings}`,
    (scene) => {
      const network = through(scene, driverDefaults ? { leaseMs: 8000, driverDefaults } : TIMES)

      test.each([
        { held: ['requests', 'answers'] as const, what: 'Postgres hangs' },
        { held: ['answers'] as const, what: 'Postgres hangs after the claim has arrived' },
      ])('F07 $what: 503 meanwhile, and what lands later makes no retry a duplicate', async ({ held, what }) => {
        const { sender, receivers, proxy } = network
        const events = Array.from({ length: 10 }, (_, number) => ({ id: `f07 ${what} ${number}`, order_id: '7' }))
        await network.warmUp(what)
        proxy.hold(...held)
        const answers = await Promise.all(events.map((event) => sender.once(event, receivers[0]!)))
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
        proxy.resume()
        const delivered = await Promise.all(events.map((event) => sender.deliver(event)))
        await network.expectOneEffectEach(events, delivered)
      })
    },
    POSTGRES,
  )
}

describeOnStores(
  'Postgres through a network',
  (scene) => {
    const transactional = scene.backend === 'postgres transactional'
    const network = through(scene, TIMES)

    test('F07 Postgres hangs for many deliveries: 503 meanwhile, and flat memory', async () => {
      const { sender, receivers, proxy } = network
      await network.warmUp('memory')
      proxy.hold('requests', 'answers')
      const wave = async (name: string) => {
        const events = Array.from({ length: 400 }, (_, number) => ({ id: `f07 ${name} ${number}`, order_id: '7' }))
        const answers = await Promise.all(events.map((event, at) => sender.once(event, receivers[at % 2]!)))
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
      }
      const heapSizes = async () =>
        (await Promise.all(receivers.map((receiver) => receiver.ask()))).map(({ heapBytes }) => heapBytes)
      await wave('first wave')
      const grown = await heapSizes()
      let after = grown
      for (const number of [1, 2, 3, 4]) {
        await wave(`wave ${number}`)
        after = await heapSizes()
      }
      for (const [at, bytes] of after.entries()) {
        expect(bytes - grown[at]!).toBeLessThan(FLAT_BYTES)
      }
    })

    test('F07 Postgres hangs while a handler runs: never a 200 without the effect, and one effect', async () => {
      const { sender, receivers, proxy } = network
      const event = { id: 'f07_handler', order_id: '7' }
      await network.warmUp(event.id)
      await receivers[0]!.ask({ slow: { [event.id]: 300 } })
      const first = sender.once(event, receivers[0]!)
      while (scene.ledger.runs(event.id).length === 0) await pause(5)
      proxy.hold('requests', 'answers')
      const { status } = await first
      proxy.resume()
      await network.expectOneEffectEach([event], [await sender.deliver(event)])
      // The effect of a resolved handler stays, recorded or not. In a transaction it also waits, or is lost.
      expect(status).toBe(transactional ? 503 : 200)
    })

    test('F08 connections end while idle and while handlers run: 503 and never 500, the same processes go on', async () => {
      const { sender, receivers } = network
      await network.warmUp('f08')
      const pids = receivers.map(({ pid }) => pid)
      const events = Array.from({ length: 8 }, (_, number) => ({ id: `f08_${number}`, order_id: '8' }))
      await Promise.all(
        receivers.map((receiver) => receiver.ask({ slow: Object.fromEntries(events.map(({ id }) => [id, 400])) })),
      )
      await network.endConnections()
      const deliveries = events.map((event) => sender.deliver(event))
      while (events.some(({ id }) => scene.ledger.runs(id).length === 0)) await pause(5)
      expect(await network.endConnections()).toBeGreaterThan(0)
      const delivered = await Promise.all(deliveries)
      expectOnly503Before200(delivered)
      await network.expectOneEffectEach(events, delivered)
      expect(receivers.map(({ alive, pid }) => ({ alive, pid }))).toEqual(pids.map((pid) => ({ alive: true, pid })))
      for (const receiver of receivers) {
        expect(await sender.once({ id: `f08_after_${receiver.pid}`, order_id: '8' }, receiver)).toMatchObject({
          status: 200,
        })
      }
    })

    test('F08 Postgres refuses connections for a while: 503 meanwhile, the same processes go on by themselves', async () => {
      const { sender, receivers, proxy } = network
      await network.warmUp('f08_refused')
      const pids = receivers.map(({ pid }) => pid)
      const events = Array.from({ length: 12 }, (_, number) => ({ id: `f08_refused_${number}`, order_id: '8' }))
      const deliverOnce = () =>
        Promise.all(events.map((event, number) => sender.once(event, receivers[number % receivers.length]!)))
      await proxy.close()
      const until = performance.now() + REFUSING_MS
      while (performance.now() < until) {
        const answers = await deliverOnce()
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
        await pause(100)
      }
      expect(events.flatMap(({ id }) => scene.ledger.runs(id))).toEqual([])
      const retried = events.map((event) => sender.deliver(event))
      await proxy.open()
      const delivered = await Promise.all(retried)
      expectOnly503Before200(delivered)
      await network.expectOneEffectEach(events, delivered)
      expect(receivers.map(({ alive, pid }) => ({ alive, pid }))).toEqual(pids.map((pid) => ({ alive: true, pid })))
    })

    test('F08 Postgres goes away while handlers run and refuses: never a 500, and one effect each', async () => {
      const { sender, receivers, proxy } = network
      await network.warmUp('f08_away')
      const events = Array.from({ length: 8 }, (_, number) => ({ id: `f08_away_${number}`, order_id: '8' }))
      await Promise.all(
        receivers.map((receiver) => receiver.ask({ slow: Object.fromEntries(events.map(({ id }) => [id, 400])) })),
      )
      const deliveries = events.map((event) => sender.deliver(event))
      while (events.some(({ id }) => scene.ledger.runs(id).length === 0)) await pause(5)
      await proxy.close()
      await pause(REFUSING_MS)
      await proxy.open()
      const delivered = await Promise.all(deliveries)
      expectOnly503Before200(delivered)
      await network.expectOneEffectEach(events, delivered)
    })

    test(
      'F10 Postgres takes 200 ms for every answer: everything is acknowledged, once',
      withSeed(async (random) => {
        const { sender, proxy } = network
        await network.warmUp('f10')
        proxy.slow(200)
        const events = Array.from({ length: 60 }, (_, number) => ({ id: `f10_${number}`, order_id: '10' }))
        const delivered = await Promise.all(
          events.map(async (event) => {
            await pause(random.below(2000))
            return sender.deliver(event)
          }),
        )
        proxy.slow(0)
        await network.expectOneEffectEach(events, delivered)
      }),
    )

    test('F10 Postgres takes 5 s for every answer: work in flight is bounded, the rest is 503, and it recovers', async () => {
      const { sender, receivers, proxy } = network
      await network.warmUp('f10_5s')
      const target = receivers[0]!
      proxy.slow(5000)
      const few = Array.from({ length: 20 }, (_, number) => ({ id: `f10_few_${number}`, order_id: '10' }))
      const inTime = await Promise.all(few.map((event) => sender.once(event, target)))
      expect(new Set(inTime.map(({ status }) => status))).toEqual(new Set([503]))
      const events = Array.from({ length: 1300 }, (_, number) => ({ id: `f10_5s_${number}`, order_id: '10' }))
      await target.ask()
      const sendings = events.map((event) => sender.once(event, target))
      const answers = await Promise.all(sendings)
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
      const { outcomes, claimed } = await target.ask()
      expect(outcomes).toHaveLength(events.length)
      // The number of deliveries refused as BUSY depends on how fast they arrive; they never reach the store.
      const refused = outcomes.filter(({ code }) => code === 'BUSY')
      expect(claimed).toHaveLength(events.length - refused.length)
      proxy.slow(0)
      // A delivery answered at its deadline may still have been waiting for the store.
      await expectNothingInFlight(target)
      const some = events.filter((_, number) => number % 20 === 0)
      await network.expectOneEffectEach(some, await Promise.all(some.map((event) => sender.deliver(event))))
    })
  },
  POSTGRES,
)

async function expectNothingInFlight(receiver: ReceiverProcess): Promise<void> {
  const giveUpAt = performance.now() + 10_000
  let { inProgress } = await receiver.ask()
  while (inProgress > 0 && performance.now() < giveUpAt) {
    await pause(100)
    inProgress = (await receiver.ask()).inProgress
  }
  expect(inProgress).toBe(0)
}

/** A sender may give up after a 500: during an outage of the store, the answer is always 503, and there is always an answer. */
function expectOnly503Before200(delivered: readonly Delivered[]): void {
  const before = delivered.flatMap(({ answers }) => answers.slice(0, -1).map(({ status }) => status))
  expect(before.filter((status) => status !== 503)).toEqual([])
}

/** Two shops that reach Postgres only through a proxy. */
function through(scene: FaultScene, setup: Partial<ReceiverSetup>) {
  const receivers: ReceiverProcess[] = []
  const sender = new Sender(() => receivers, randomFrom(1))
  const name = `${scene.backend} ${Math.random().toString(36).slice(2)}`
  let proxy: TcpProxy
  let admin: Pool

  beforeAll(async () => {
    admin = new Pool({ connectionString: DATABASE_URL, max: 1 })
    proxy = await TcpProxy.before(DATABASE_URL, 5432)
    const at = proxy.through(DATABASE_URL)
    const start = () => scene.start({ ...setup, at, applicationName: name })
    receivers.push(...(await Promise.all([start(), start()])))
  })

  // The effects of one test on the network must not reach the next.
  afterEach(async () => {
    proxy.slow(0)
    proxy.resume()
    await proxy.open()
  })

  afterAll(async () => {
    sender.close()
    for (const receiver of receivers) await receiver.end()
    await proxy.close()
    await admin.end()
  })

  return {
    receivers,
    sender,
    get proxy() {
      return proxy
    },

    /** Connections opened before the fault, so that it does not only affect new ones. */
    async warmUp(what: string): Promise<void> {
      const deliveries = receivers.flatMap((receiver) =>
        [1, 2, 3].map((number) =>
          sender.deliver({ id: `warm ${what} ${receiver.pid} ${number}`, order_id: 'warm' }, receiver),
        ),
      )
      expect((await Promise.all(deliveries)).every(({ acknowledged }) => acknowledged)).toBe(true)
    },

    /** The number of connections of these shops. */
    async endConnections(): Promise<number> {
      const { rows } = await admin.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
        [name],
      )
      return rows.length
    },

    async expectOneEffectEach(events: readonly TestEvent[], delivered: readonly Delivered[]): Promise<void> {
      expect(delivered.filter(({ acknowledged }) => !acknowledged)).toEqual([])
      const wanted = new Set(events.map(({ id }) => id))
      const effects = (await scene.ledger.effects()).filter(({ event }) => wanted.has(event))
      expect(effects.map(({ event }) => event).sort()).toEqual([...wanted].sort())
    },
  }
}
