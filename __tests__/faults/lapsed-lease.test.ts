/**
 * A store that is unreachable for longer than a lease, with an effect that is done but not yet recorded: it is not done twice.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'libsql'
import { describeOnStores, type FaultScene } from '../support/fault-scene.js'
import type { ReceiverProcess } from '../support/receiver-processes.js'
import { Sender } from '../support/sender.js'
import { DATABASE_URL, REDIS_URL } from '../support/services.js'
import { TcpProxy } from '../support/tcp-proxy.js'
import { randomFrom } from '../support/with-seed.js'

const TIMES = { timeoutMs: 500, leaseMs: 1000 }
const ROUNDS = 10

/** One process loses the store. The other is idle, so its client has to connect first to use the store. */
interface Outage {
  /** The address of the store for the process that loses it. */
  readonly at: string
  begin(): Promise<void> | void
  end(): Promise<void> | void
  remove(): Promise<void> | void
}

describeOnStores(
  'a store that was away for longer than a lease',
  (scene) => {
    let outage: Outage
    let holder: ReceiverProcess
    let idle: ReceiverProcess
    const sender = new Sender(() => [idle], randomFrom(1), { pauseMs: 20, attempts: 1000 })

    beforeAll(async () => {
      outage = await outageOf(scene)
      ;[holder, idle] = await Promise.all([scene.start({ ...TIMES, at: outage.at }), scene.start(TIMES)])
      // This process opens the store now, because it could not do so during the outage.
      await scene.record('none')
    }, 60_000)

    afterAll(async () => {
      sender.close()
      await outage.remove()
    })

    test.each(Array.from({ length: ROUNDS }, (_, number) => number + 1))(
      'K3 an idle process gets the delivery as soon as the store is back, and finds it done: round %i',
      async (round) => {
        const id = `k3-${round}`
        const event = { id, order_id: String(round) }
        await holder.ask({ slow: { [id]: 'until told' } })
        const first = sender.once(event, holder)
        while (scene.ledger.runs(id).length === 0) await pause(10)
        await outage.begin()
        let answers
        try {
          // The effect is done during the outage, so its record stays pending.
          const told = holder.ask({ settle: true })
          while ((await scene.ledger.effects(id)).length === 0) await pause(10)
          await pause(2.5 * TIMES.leaseMs)
          await Promise.all([first, told])
          expect(await scene.record(id)).toMatchObject({ state: 'processing' })
        } finally {
          await outage.end()
          answers = sender.deliver(event, idle)
        }
        expect(await answers).toMatchObject({ acknowledged: true })
        expect(scene.ledger.runs(id)).toMatchObject([{ pid: holder.pid }])
        expect(await scene.ledger.effects(id)).toHaveLength(1)
        expect(await scene.record(id)).toMatchObject({ state: 'done', attempts: 1 })
      },
    )
  },
  ['sqlite', 'redis', 'postgres'],
)

async function outageOf({ backend, at }: FaultScene): Promise<Outage> {
  if (backend === 'sqlite') return lockOf(at)
  const [url, port] = backend === 'redis' ? [REDIS_URL, 6379] : [DATABASE_URL, 5432]
  const proxy = await TcpProxy.before(url, port)
  const close = () => proxy.close()
  return { at: proxy.through(url), begin: close, end: () => proxy.open(), remove: close }
}

/** Nobody can write to the file, but it can still be read. */
function lockOf(at: string): Outage {
  let db: Database.Database | undefined
  const open = () => (db ??= new Database(at))
  return {
    at,
    begin: () => void open().exec('PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE'),
    end: () => void open().exec('ROLLBACK'),
    remove: () => void db?.close(),
  }
}
