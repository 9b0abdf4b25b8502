/** Processes that hang, sleep or leave while others continue. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { setTimeout as pause } from 'node:timers/promises'
import { describeOnStores } from '../support/fault-scene.js'
import type { ReceiverProcess, Report } from '../support/receiver-processes.js'
import { Sender, type TestEvent } from '../support/sender.js'
import { randomFrom, withSeed } from '../support/with-seed.js'

const LEASE_MS = 1000
const TIMES = { leaseMs: LEASE_MS, timeoutMs: 500 }

describeOnStores('taking over', (scene) => {
  const transactional = scene.backend === 'postgres transactional'
  let one: ReceiverProcess
  let other: ReceiverProcess
  const sender = new Sender(() => [one, other], randomFrom(1))

  beforeAll(async () => {
    ;[one, other] = await Promise.all([scene.start(TIMES), scene.start(TIMES)])
  })

  afterAll(() => sender.close())

  test('F21 a handler that never settles: 503 at the deadline, and no second run while the lease is held', async () => {
    const event = { id: 'f21', order_id: '21' }
    await Promise.all([one, other].map((receiver) => receiver.ask({ slow: { f21: 'until told' } })))
    const until = performance.now() + 3 * LEASE_MS
    const answers = []
    while (performance.now() < until) {
      answers.push(...(await Promise.all([sender.once(event, one), sender.once(event, other)])))
    }
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
    expect(scene.ledger.runs('f21')).toHaveLength(1)
    expect(await scene.ledger.effects('f21')).toEqual([])

    await Promise.all([one, other].map((receiver) => receiver.ask({ settle: true })))
    expect(await sender.deliver(event)).toMatchObject({ acknowledged: true })
    expect(scene.ledger.runs('f21')).toHaveLength(1)
    expect(await scene.ledger.effects('f21')).toHaveLength(1)
  })

  test(
    transactional
      ? 'F06 a process paused longer than its lease: its transaction is ended, another takes over, and one effect stands'
      : 'F06 a process paused longer than its lease: another takes over, and the woken one is refused',
    async () => {
      const event = { id: 'f06', order_id: '6' }
      await one.ask({ slow: { f06: 'until told' } })
      await other.ask({ slow: {} })
      const slept = sender.once(event, one)
      await runsOf(event, 1)
      one.signal('SIGSTOP')
      try {
        await pause(LEASE_MS)
        await deliverTo(other, event)
        if (!transactional) {
          expect(scene.ledger.runs('f06').map(({ pid }) => pid)).toEqual([one.pid, other.pid])
          expect(await scene.record('f06')).toMatchObject({ state: 'done', attempts: 2 })
        }
      } finally {
        one.signal('SIGCONT')
      }
      expect((await slept).status).not.toBe(200)
      // The woken process finishes, and its record is refused.
      await expectRefused(await one.ask({ settle: true, slow: {} }))
      expect(await sender.deliver(event)).toMatchObject({ acknowledged: true })
      const effects = await scene.ledger.effects('f06')
      if (transactional) expect(effects).toHaveLength(1)
      else expect(new Set(effects.map(({ key }) => key)).size).toBe(1)
      expect(await scene.record('f06')).toMatchObject({ state: 'done' })
    },
  )

  test(
    'F05 SIGTERM under load: what is under way finishes, the process exits with 0, and nothing is lost or done twice',
    withSeed(async (random) => {
      const receivers = [one, other]
      const shop = new Sender(() => receivers, random)
      const events = Array.from({ length: 120 }, (_, number) => ({ id: `f05_${number}`, order_id: String(number) }))
      await Promise.all(
        receivers.map((receiver) => receiver.ask({ slow: Object.fromEntries(events.map(({ id }) => [id, 50])) })),
      )
      const deliveries = events.map(async (event, number) => {
        await pause(number * 5)
        return shop.deliver(event)
      })
      // Handlers that have begun finish, so each process has effects.
      const hasBegun = (pid: number) =>
        scene.ledger.runs().some((run) => run.pid === pid && run.event.startsWith('f05_'))
      while (!hasBegun(one.pid) || !hasBegun(other.pid)) await pause(10)
      await pause(random.below(200))
      receivers.shift()
      expect(await one.end('SIGTERM')).toEqual({ code: 0, signal: null })
      const delivered = await Promise.all(deliveries)
      shop.close()
      expect(delivered.filter(({ acknowledged }) => !acknowledged)).toEqual([])
      const effects = (await scene.ledger.effects()).filter(({ event }) => event.startsWith('f05_'))
      expect(effects.map(({ event }) => event).sort()).toEqual(events.map(({ id }) => id).sort())
      // If this fails, the signal was sent after the load.
      expect(new Set(effects.map(({ pid }) => pid))).toEqual(new Set([one.pid, other.pid]))
    }),
  )

  async function runsOf({ id }: TestEvent, count: number): Promise<void> {
    while (scene.ledger.runs(id).length < count) await pause(10)
  }

  async function deliverTo(receiver: ReceiverProcess, event: TestEvent): Promise<void> {
    const patient = new Sender(() => [receiver], randomFrom(1))
    expect(await patient.deliver(event)).toMatchObject({ acknowledged: true })
    patient.close()
  }

  async function expectRefused(first: Report): Promise<void> {
    const outcomes = [...first.outcomes]
    // In a transaction its own statement fails first.
    const wanted = transactional ? 'STORE_UNAVAILABLE' : 'LEASE_LOST'
    while (!outcomes.some(({ code }) => code === wanted)) {
      await pause(50)
      outcomes.push(...(await one.ask()).outcomes)
    }
    expect(outcomes.filter(({ eventId, outcome }) => eventId === 'hmac:f06' && outcome === 'handled')).toEqual([])
  }
})
