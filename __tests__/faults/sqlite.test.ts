/** A full disk and a locked file. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'libsql'
import { describeOnStores } from '../support/fault-scene.js'
import type { ReceiverProcess } from '../support/receiver-processes.js'
import { Sender, type TestEvent } from '../support/sender.js'
import { randomFrom } from '../support/with-seed.js'

const BLOCKED_LOOP_MS = 500

describeOnStores(
  'SQLite in trouble',
  (scene) => {
    const receivers: ReceiverProcess[] = []
    const sender = new Sender(() => receivers, randomFrom(1))

    beforeAll(async () => {
      receivers.push(...(await Promise.all([scene.start(), scene.start()])))
    })

    afterAll(() => sender.close())

    test('F16 the disk is full: 503, what was recorded stays, and it goes on once there is space', async () => {
      const earlier = events('f16-earlier', 20)
      await expectAcknowledged(earlier)
      const { pages } = await receivers[0]!.ask()
      await limitPages(pages)
      const during = events(`f16-during-${'x'.repeat(100)}`, 100)
      const answers = await Promise.all(during.map((event, number) => sender.once(event, receivers[number % 2]!)))
      const refused = during.filter((_, number) => answers[number]!.status !== 200)
      expect(refused.length).toBeGreaterThan(0)
      expect(answers.filter(({ status }) => status !== 200 && status !== 503)).toEqual([])
      expect((await effectsOf('f16-during')).sort()).toEqual(
        during
          .filter((event) => !refused.includes(event))
          .map(({ id }) => id)
          .sort(),
      )
      for (const { id } of earlier) expect(await scene.record(id)).toMatchObject({ state: 'done', attempts: 1 })

      await limitPages(1_000_000)
      await expectAcknowledged([...earlier, ...during])
      expect((await effectsOf('f16-')).sort()).toEqual([...earlier, ...during].map(({ id }) => id).sort())
      expect(receivers.map(({ alive }) => alive)).toEqual([true, true])
    })

    test('F18 another process keeps the file locked: 503, and the event loop is not blocked for long', async () => {
      await expectAcknowledged(events('f18-before', 5))
      // The receivers may still be writing: it waits for its turn, and this process has nothing else to do.
      const other = new Database(scene.at, { timeout: 20_000 })
      const waiting = events('f18', 40)
      await Promise.all(receivers.map((receiver) => receiver.ask({ watchLoop: true })))
      other.exec('BEGIN EXCLUSIVE')
      try {
        const until = performance.now() + 3000
        while (performance.now() < until) {
          const answers = await Promise.all(waiting.map((event, number) => sender.once(event, receivers[number % 2]!)))
          expect([...new Set(answers.map(({ status }) => status))]).toEqual([503])
          await pause(100)
        }
      } finally {
        other.exec('ROLLBACK')
        other.close()
      }
      const reports = await Promise.all(receivers.map((receiver) => receiver.ask()))
      for (const { loopDelayMs } of reports) {
        expect(loopDelayMs).toBeGreaterThan(0)
        expect(loopDelayMs).toBeLessThan(BLOCKED_LOOP_MS)
      }
      await expectAcknowledged(waiting)
      expect((await effectsOf('f18')).filter((id) => !id.includes('before')).sort()).toEqual(
        waiting.map(({ id }) => id).sort(),
      )
    })

    function events(name: string, length: number): TestEvent[] {
      return Array.from({ length }, (_, number) => ({ id: `${name}-${number}`, order_id: String(number) }))
    }

    async function expectAcknowledged(wanted: readonly TestEvent[]): Promise<void> {
      const delivered = await Promise.all(wanted.map((event) => sender.deliver(event)))
      expect(delivered.filter(({ acknowledged }) => !acknowledged)).toEqual([])
    }

    async function effectsOf(name: string): Promise<string[]> {
      return (await scene.ledger.effects()).map(({ event }) => event).filter((event) => event.startsWith(name))
    }

    /** Each connection has its own limit. */
    async function limitPages(maxPages: number): Promise<void> {
      for (const receiver of receivers) await receiver.ask({ maxPages })
    }
  },
  ['sqlite'],
)
