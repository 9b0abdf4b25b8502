/**
 * Both engines with a durable store on the same server, and several connections to one queue, as if each were in its own process.
 */
import { Queue, Worker } from 'bullmq'
import { randomUUID } from 'node:crypto'
import PgBoss from 'pg-boss'
import { bullmqQueue } from '../../src/queues/bullmq.js'
import { pgBossQueue } from '../../src/queues/pg-boss.js'
import type { Queue as JobQueue } from '../../src/queue.js'
import { POSTGRES, REDIS, REDIS_SERVER, type Need } from './needs.js'
import type { Backend } from './open-store.js'
import { RedisServer } from './redis-server.js'
import { DATABASE_URL, REDIS_URL } from './services.js'

interface Engine {
  readonly name: string
  readonly needs: readonly Need[]
  readonly backend: Backend
  readonly at: string
  /** @param closing gets the functions that close what was opened, to be called in reverse order */
  readonly open: (closing: (() => unknown)[]) => Promise<() => Promise<JobQueue>>
}

const newName = () => `jobs_${randomUUID().slice(0, 8)}`

export const ENGINES: readonly Engine[] = [
  {
    name: 'pg-boss, on Postgres',
    needs: [POSTGRES],
    backend: 'postgres',
    at: DATABASE_URL,
    async open(closing) {
      const schema = `boss_${randomUUID().replaceAll('-', '').slice(0, 12)}`
      const name = newName()
      return async () => {
        const boss = new PgBoss({ connectionString: DATABASE_URL, schema, supervise: false, schedule: false, max: 4 })
        await boss.start()
        const queue = pgBossQueue(boss, { name, pollMs: 100 })
        closing.push(
          () => boss.stop({ graceful: false }),
          () => queue.close(),
        )
        return queue
      }
    },
  },
  {
    name: 'BullMQ, on Redis',
    needs: [REDIS_SERVER, REDIS],
    backend: 'redis',
    at: REDIS_URL,
    async open(closing) {
      const redis = new RedisServer()
      await redis.start()
      closing.push(() => redis.remove())
      const name = newName()
      return async () => {
        const queue = bullmqQueue({ Queue, Worker, connection: { url: redis.url }, name })
        closing.push(() => queue.close())
        return queue
      }
    },
  },
]
