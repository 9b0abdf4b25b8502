/** Stores as the command opens them: each kind, and the options that lead to one. */
import { afterAll, beforeAll } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Redis } from 'ioredis'
import Database from 'libsql'
import { Pool } from 'pg'
import type { DurableStore, PaymentWebhook } from 'express-payment-webhooks'
import { postgresStore } from 'express-payment-webhooks/stores/postgres'
import { redisStore } from 'express-payment-webhooks/stores/redis'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { DATABASE_URL, REDIS_URL } from './services.js'

/** A separate store for every test, and the options that lead the command to it. */
export interface Backend {
  open(): Promise<void>
  close(): Promise<unknown>
  fresh(): { readonly store: DurableStore<unknown>; readonly options: readonly string[]; readonly url: string }
}

interface Running {
  readonly webhook: PaymentWebhook
  readonly store: DurableStore<unknown>
}

/** Opens one for a suite, and closes it after the shops that its tests add to `running`. */
export function useBackend(create: () => Backend) {
  const backend = create()
  const running: Running[] = []
  beforeAll(() => backend.open())
  afterAll(async () => {
    for (const { webhook, store } of running) {
      await webhook.close()
      await store.close()
    }
    await backend.close()
  })
  return { backend, running }
}

export function sqlite(): Backend {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'payment-webhooks-'))
  return {
    open: async () => {},
    close: async () => rmSync(folder, { recursive: true }),
    fresh() {
      const file = path.join(folder, `${randomUUID()}.db`)
      return { store: sqliteStore(new Database(file)), options: [], url: `sqlite:${file}` }
    },
  }
}

export function redis(): Backend {
  let client: Redis
  const run = `cli-${randomUUID()}`
  return {
    open: async () => void (client = new Redis(REDIS_URL)),
    async close() {
      const keys = await client.keys(`{${run}*`)
      if (keys.length > 0) await client.del(...keys)
      await client.quit()
    },
    fresh() {
      const prefix = `${run}-${randomUUID()}`
      const store = redisStore({
        sendCommand: (command, ...args) => client.call(command, ...args),
        prefix,
        allowVolatile: true,
      })
      return { store, options: ['--prefix', prefix], url: REDIS_URL }
    },
  }
}

export function postgres(transactional: boolean): Backend {
  let pool: Pool
  const schema = `cli_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  return {
    async open() {
      pool = new Pool({ connectionString: DATABASE_URL, max: 10 })
      await pool.query(`CREATE SCHEMA ${schema}`)
    },
    async close() {
      await pool.query(`DROP SCHEMA ${schema} CASCADE`)
      await pool.end()
    },
    fresh() {
      const table = `${schema}.events_${randomUUID().slice(0, 8)}`
      const store: DurableStore<unknown> = transactional
        ? postgresStore(pool, { table, transactional })
        : postgresStore(pool, { table })
      return { store, options: ['--table', table], url: DATABASE_URL }
    },
  }
}
