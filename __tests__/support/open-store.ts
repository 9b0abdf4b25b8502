/** Any durable store by name, on its own client, for processes that are told at their start which store to open. */
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
  /** The client settings that this project's pages recommend; otherwise the client's own defaults. */
  readonly asDocumented?: boolean
  /** The application name of a Postgres connection. */
  readonly applicationName?: string
}

export interface OpenStore {
  readonly store: DurableStore<unknown>
  /** The SQLite connection, if there is one. */
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
      // The store's answers show the effect of an outage on the client.
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
