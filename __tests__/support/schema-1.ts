/** A database of the first layout, with a record of every state, for the tests of the upgrade. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'libsql'
import { Redis } from 'ioredis'
import pg from 'pg'
import type { EventState } from '../../src/store.js'
import type { Backend, StoreAddress } from './open-store.js'

export interface OldRecord {
  readonly key: string
  readonly state: EventState
  readonly token: string
  readonly attempt: number
  readonly contentHash: string
  readonly leaseMs: number
  readonly eventId: string | null
  readonly eventType: string | null
  readonly provider: string
  readonly lastError: string | null
  readonly code: string | null
  readonly body: Buffer | null
}

export interface OldDatabase {
  write(records: readonly OldRecord[]): Promise<void>
  /** Notes that a version with this schema has used the database. */
  setSchema(version: number): Promise<void>
  remove(): Promise<void>
}

const RETAIN_MS = 30 * 24 * 60 * 60 * 1000

const fixture = (file: string) => readFileSync(path.join(__dirname, '..', 'fixtures', 'schema-1', file), 'utf8')

/** Creates the tables. Redis needs none. */
export async function oldDatabase(address: StoreAddress): Promise<OldDatabase> {
  return OPEN[address.backend](address)
}

const OPEN: Readonly<Record<Backend, (address: StoreAddress) => Promise<OldDatabase>>> = {
  async sqlite({ at, name }) {
    const db = new Database(at)
    db.exec(ddl('sqlite.sql', name))
    return {
      async write(records) {
        for (const record of records) db.prepare(insert(name, () => '?')).all(...values(record))
      },
      async setSchema(version) {
        db.prepare(`UPDATE ${name}_meta SET value = ? WHERE name = 'schema' RETURNING name`).all(String(version))
      },
      async remove() {
        db.close()
      },
    }
  },
  postgres: inPostgres,
  'postgres transactional': inPostgres,
  async redis({ at, name }) {
    const client = new Redis(at)
    const [claim, settle, quarantine, replay] = fixture('redis.lua')
      .split(/^-- \w+\n/m)
      .slice(1)
    const key = (record: OldRecord) => `{${name}}:event:${record.key}`
    const index = (state: EventState) => `{${name}}:${state}`
    const run = (script: string | undefined, keys: string[], args: (string | Buffer | number)[]) =>
      client.eval(script!, keys.length, ...keys, ...args)
    const writeEvent = async (record: OldRecord) => {
      const { token, contentHash, leaseMs, eventId, eventType, provider, attempt, state, lastError } = record
      const member = `${record.key} ${eventId}`
      const claimed = [contentHash, leaseMs, RETAIN_MS, member, eventId!, eventType!, provider]
      for (let run1 = 1; run1 <= attempt; run1++) {
        const own = run1 === attempt && token !== '' ? token : `token-${run1}`
        await run(claim, [key(record), index('processing'), index('failed')], [own, ...claimed])
        if (run1 === attempt && state === 'processing') return
        const [to, ...release] = run1 === attempt && state === 'done' ? ['done'] : ['failed', lastError!, 'failed']
        const keys = [key(record), index('processing'), index(to as EventState)]
        await run(settle, keys, [own, record.key, to, ...release])
      }
    }
    const writeDelivery = async (record: OldRecord) => {
      const { eventId, provider, code, lastError, body, state } = record
      const keys = [key(record), index('quarantined'), index('replay_requested')]
      const args = [record.key, eventId ?? '', provider, code!, lastError!, body!.toString('base64')]
      await run(quarantine, keys, args)
      if (state === 'replay_requested') await run(replay, keys, [record.key])
    }
    return {
      async write(records) {
        for (const record of records) await (record.body === null ? writeEvent(record) : writeDelivery(record))
      },
      async setSchema(version) {
        await client.set(`{${name}}:schema`, version)
      },
      async remove() {
        const keys = await client.keys(`{${name}}*`)
        if (keys.length > 0) await client.del(...keys)
        client.disconnect()
      },
    }
  },
}

async function inPostgres({ at, name }: StoreAddress): Promise<OldDatabase> {
  const pool = new pg.Pool({ connectionString: at, max: 1 })
  await pool.query(ddl('postgres.sql', name))
  return {
    async write(records) {
      for (const record of records)
        await pool.query(
          insert(name, (at) => `$${at + 1}`),
          values(record),
        )
    },
    async setSchema(version) {
      await pool.query(`UPDATE ${name}_meta SET value = $1 WHERE name = 'schema'`, [String(version)])
    },
    async remove() {
      await pool.query(`DROP TABLE IF EXISTS ${name}, ${name}_meta`)
      await pool.end()
    },
  }
}

function ddl(file: string, table: string): string {
  return fixture(file).replaceAll('payment_webhook_events', table)
}

const COLUMNS =
  'key, state, token, attempt, deferrals, content_hash, lease_until, retain_ms, expires_at, event_id, event_type, provider, last_error, code, body, created_at, updated_at'

function insert(table: string, placeholder: (at: number) => string): string {
  const places = COLUMNS.split(', ').map((_, at) => placeholder(at))
  return `INSERT INTO ${table} (${COLUMNS}) VALUES (${places.join(', ')}) RETURNING key`
}

function values(record: OldRecord): (string | number | Buffer | null)[] {
  const now = Date.now()
  const isEvent = record.body === null
  return [
    ...[record.key, record.state, record.token, record.attempt, 0, record.contentHash],
    ...(isEvent ? [now + record.leaseMs, RETAIN_MS, now + RETAIN_MS] : [0, 0, null]),
    ...[record.eventId, record.eventType, record.provider, record.lastError, record.code, record.body, now, now],
  ]
}
