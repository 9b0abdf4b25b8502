/** Times in the records of the durable stores after a clock was set back, and with `keepForMs`. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'libsql'
import { Redis } from 'ioredis'
import pg from 'pg'
import type { DurableStore, KeptEvent, QuarantinedDelivery } from '../../src/store.js'
import { postgresStore } from '../../src/stores/postgres.js'
import { redisStore } from '../../src/stores/redis.js'
import { sqliteStore } from '../../src/stores/sqlite.js'
import { claimRequest } from '../support/claim-request.js'
import { describeWith, POSTGRES, REDIS } from '../support/needs.js'
import { DATABASE_URL, REDIS_URL } from '../support/services.js'

const DAY = 24 * 60 * 60 * 1000
const HOUR = DAY / 24

interface Opened {
  open(options: { readonly keepForMs?: number }): DurableStore
  /** Moves the end of the lease to a later time, as if the clock had been set back since. */
  prolong(key: string, byMs: number): Promise<unknown>
  /** Milliseconds until the record expires; null for never. */
  expiresIn(key: string): Promise<number | null>
  remove(): Promise<unknown>
}

const name = `times_${randomUUID().replaceAll('-', '').slice(0, 12)}`

describeWith([], 'times: sqlite', () =>
  suite(() => {
    const db = new Database(':memory:')
    return {
      open: (options) => sqliteStore(db, { table: name, allowVolatile: true, ...options }),
      prolong: async (key, byMs) =>
        db.prepare(`UPDATE ${name} SET lease_until = lease_until + ? WHERE key = ? RETURNING key`).all(byMs, key),
      async expiresIn(key) {
        const [found] = db.prepare(`SELECT expires_at AS at FROM ${name} WHERE key = ?`).all(key) as {
          at: number | null
        }[]
        return found!.at === null ? null : found!.at - Date.now()
      },
      remove: async () => db.close(),
    }
  }),
)

describeWith(POSTGRES, 'times: postgres', () =>
  suite(() => {
    const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 2 })
    return {
      open: (options) => postgresStore(pool, { table: name, ...options }),
      prolong: (key, byMs) =>
        pool.query(`UPDATE ${name} SET lease_until = lease_until + $1 WHERE key = $2`, [byMs, key]),
      async expiresIn(key) {
        const { rows } = await pool.query<{ at: string | null }>(
          `SELECT expires_at AS at FROM ${name} WHERE key = $1`,
          [key],
        )
        return rows[0]!.at === null ? null : Number(rows[0]!.at) - Date.now()
      },
      async remove() {
        await pool.query(`DROP TABLE IF EXISTS ${name}, ${name}_meta`)
        await pool.end()
      },
    }
  }),
)

describeWith(REDIS, 'times: redis', () =>
  suite(() => {
    const client = new Redis(REDIS_URL)
    const record = (key: string) => `{${name}}:event:${key}`
    const sendCommand = (command: string, ...args: string[]) => client.call(command, ...args)
    return {
      open: (options) => redisStore({ sendCommand, prefix: name, allowVolatile: true, ...options }),
      prolong: (key, byMs) => client.hincrby(record(key), 'lease_until', byMs),
      async expiresIn(key) {
        const leftMs = await client.pttl(record(key))
        return leftMs === -1 ? null : leftMs
      },
      async remove() {
        const keys = await client.keys(`{${name}}*`)
        await client.del(...keys)
        client.disconnect()
      },
    }
  }),
)

function suite(create: () => Opened): void {
  let opened: Opened
  let store: DurableStore
  let briefly: DurableStore

  beforeAll(async () => {
    opened = create()
    store = opened.open({})
    briefly = opened.open({ keepForMs: 2 * DAY })
    await store.init()
    await briefly.init()
  })

  afterAll(async () => {
    await store.close()
    await briefly.close()
    await opened.remove()
  })

  test('a lease that ends later than it can last is contested, and taken over', async () => {
    const first = claimRequest()
    const again = () => store.claim({ ...first, token: randomUUID() })
    await store.claim(first)
    await opened.prolong(first.key, HOUR)
    expect(await again()).toEqual({ state: 'busy' })
    await pause(first.contestMs * 1.5)
    expect(await again()).toMatchObject({ state: 'claimed', attempt: 2 })
  })

  test('a lease that ends within the time that it lasts stays held, however often it is asked for', async () => {
    const first = claimRequest()
    const again = () => store.claim({ ...first, token: randomUUID() })
    await store.claim(first)
    expect(await again()).toEqual({ state: 'busy' })
    await pause(first.contestMs * 1.5)
    expect(await again()).toEqual({ state: 'busy' })
  })

  const accepted: KeptEvent = { form: 'event', body: Buffer.from('{}'), headers: {}, retryInMs: null, isAccepted: true }

  async function keepIn(one: DurableStore): Promise<string[]> {
    const event = claimRequest()
    await one.claim(event)
    await one.release(event.key, event.token, 'why', 'failed', accepted)
    const key = randomUUID()
    await one.quarantine(delivery(key))
    return [event.key, key]
  }

  test('keepForMs is how long accepted events and quarantined deliveries stay', async () => {
    for (const key of await keepIn(briefly)) {
      const leftMs = await opened.expiresIn(key)
      expect(leftMs).toBeGreaterThan(DAY)
      expect(leftMs).toBeLessThanOrEqual(2 * DAY + HOUR)
    }
  })

  test('without keepForMs they stay until they are removed', async () => {
    for (const key of await keepIn(store)) expect(await opened.expiresIn(key)).toBeNull()
  })

  test('keepForMs changes nothing for an event that its sender delivers again', async () => {
    const event = claimRequest()
    await briefly.claim(event)
    await briefly.release(event.key, event.token, 'why', 'failed', { ...accepted, isAccepted: false })
    expect(await opened.expiresIn(event.key)).toBeLessThanOrEqual(event.retainMs + HOUR)
  })

  test('keepForMs of less than a day is refused', () => {
    expect(() => opened.open({ keepForMs: DAY - 1 })).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_INVALID' }),
    )
  })
}

function delivery(key: string): QuarantinedDelivery {
  const about = { provider: 'acme', account: '', eventId: null, orderId: null }
  return { key, ...about, code: 'JSON_INVALID', message: 'why', body: Buffer.from('{'), headers: {} }
}
