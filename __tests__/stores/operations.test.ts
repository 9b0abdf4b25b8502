/** Redis and Postgres, compared with the model of all stores. `operations.embedded.test.ts` covers the others. */
import { afterAll, beforeAll, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { postgresStore } from '../../src/stores/postgres.js'
import { redisStore } from '../../src/stores/redis.js'
import { expectAsModel, STATES } from '../support/compare-with-model.js'
import { describeWith, POSTGRES, REDIS } from '../support/needs.js'
import { DATABASE_URL, REDIS_URL } from '../support/services.js'
import { KEYS, PLACES } from '../support/store-operations.js'

const id = randomUUID().replaceAll('-', '').slice(0, 12)

describeWith(REDIS, 'redisStore', () => {
  let client: Redis
  let lists = 0
  beforeAll(() => void (client = new Redis(REDIS_URL, { maxRetriesPerRequest: 1 })))
  afterAll(() => client.quit())

  test('answers a random list of operations as the model does', async () => {
    await expectAsModel(async () => {
      const prefix = `operations-${id}-${lists++}`
      const sendCommand = (command: string, ...args: string[]) => client.call(command, ...args)
      const store = redisStore({ sendCommand, prefix, allowVolatile: true })
      // By name: a scan takes long if others have filled the server.
      const names = [...STATES, 'due', 'search', ...KEYS.map((key) => `event:${key}`)].concat(
        PLACES.flatMap((place) => [`note:${place}`, `lock:${place}`]),
      )
      const close = () => client.del(...names.map((name) => `{${prefix}}:${name}`))
      return { store, close }
    }, 300)
  })
})

describeWith(POSTGRES, 'postgresStore', () => {
  let pool: Pool
  const table = `operations_${id}`
  beforeAll(() => {
    pool = new Pool({ connectionString: DATABASE_URL, max: 2, connectionTimeoutMillis: 5000 })
    pool.on('error', () => {})
  })
  afterAll(async () => {
    await pool.query(`DROP TABLE ${table}, ${table}_meta`)
    await pool.end()
  })

  test('answers a random list of operations as the model does', async () => {
    const store = postgresStore(pool, { table })
    await store.init()
    await expectAsModel(async () => {
      await pool.query(`DELETE FROM ${table}`)
      await pool.query(`DELETE FROM ${table}_meta WHERE name <> 'schema'`)
      return { store, close() {} }
    }, 100)
    await store.close()
  })
})
