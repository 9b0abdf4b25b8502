/** Plain stores that several processes share: creates, opens and removes their places. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresStore } from 'express-payment-webhooks/stores/postgres'
import { redisStore } from 'express-payment-webhooks/stores/redis'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { Redis } from 'ioredis'
import Database from 'libsql'
import pg from 'pg'

const REDIS_URL = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'
const DATABASE_URL = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test'

let places = 0
const newName = () => `bench_${process.pid}_${places++}`

export const PLACES = {
  sqlite: {
    make: () => mkdtempSync(join(tmpdir(), 'bench-')),
    open(folder) {
      const db = new Database(join(folder, 'events.db'))
      return { makeStore: () => sqliteStore(db), end: () => db.close() }
    },
    remove: (folder) => rmSync(folder, { recursive: true }),
  },
  redis: {
    make: newName,
    open(prefix) {
      const client = new Redis(REDIS_URL)
      const sendCommand = (command, ...args) => client.call(command, ...args)
      return { makeStore: () => redisStore({ prefix, allowVolatile: true, sendCommand }), end: () => client.quit() }
    },
    async remove(prefix) {
      const client = new Redis(REDIS_URL)
      for await (const keys of client.scanStream({ match: `{${prefix}}:*`, count: 5000 }))
        if (keys.length > 0) await client.unlink(...keys)
      await client.quit()
    },
  },
  postgres: {
    make: newName,
    open(table) {
      const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 20 })
      return { makeStore: () => postgresStore(pool, { table }), end: () => pool.end() }
    },
    async remove(table) {
      const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 1 })
      await pool.query(`DROP TABLE IF EXISTS ${table}, ${table}_meta`)
      await pool.end()
    },
  },
}
