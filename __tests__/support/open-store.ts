/** Any durable store by name, on a client of its own, for processes that are told at their start what to open. */
import Database from 'libsql'
import { Redis } from 'ioredis'
import pg from 'pg'
import { postgresStore } from '../../src/stores/postgres.js'
import { redisStore } from '../../src/stores/redis.js'
import { sqliteStore } from '../../src/stores/sqlite.js'
import type { DurableStore } from '../../src/store.js'

export type Backend = 'sqlite' | 'redis' | 'postgres' | 'postgres transactional'

export interface StoreAddress {
  readonly backend: Backend
  /** URL or file. */
  readonly at: string
  /** Table or prefix. */
  readonly name: string
  /** What this project's pages tell a shop to set on its client; otherwise the client's own defaults. */
  readonly asDocumented?: boolean
  /** What a Postgres connection calls itself. */
  readonly applicationName?: string
}

export interface OpenStore {
  readonly store: DurableStore<unknown>
  /** The SQLite connection, where there is one. */
  readonly db?: Database.Database
  close(): unknown
}

export function openStore(address: StoreAddress): OpenStore {
  const { backend, at, name, asDocumented = false, applicationName } = address
  switch (backend) {
    case 'sqlite': {
      const db = new Database(at)
      return { store: sqliteStore(db, { table: name }), db, close: () => db.close() }
    }
    case 'redis': {
      const client = new Redis(
        at,
        asDocumented
          ? {
              enableOfflineQueue: false,
              commandTimeout: 1500,
              maxRetriesPerRequest: 1,
              socketTimeout: 2000,
              autoResendUnfulfilledCommands: false,
            }
          : {},
      )
      // What an outage does to the client shows in what the store answers.
      client.on('error', () => {})
      const sendCommand = (command: string, ...args: string[]) => client.call(command, ...args)
      return {
        store: redisStore({ sendCommand, prefix: name, allowVolatile: true }),
        close: () => client.disconnect(),
      }
    }
    case 'postgres':
    case 'postgres transactional': {
      const pool = new pg.Pool({
        connectionString: at,
        ...(applicationName !== undefined && { application_name: applicationName }),
        ...(asDocumented
          ? { max: 10, connectionTimeoutMillis: 1500, query_timeout: 1500, statement_timeout: 1500 }
          : { max: 20 }),
      })
      pool.on('error', () => {})
      const store: DurableStore<unknown> =
        backend === 'postgres'
          ? postgresStore(pool, { table: name })
          : postgresStore(pool, { table: name, transactional: true })
      return { store, close: () => pool.end() }
    }
  }
}
