/** Faults that leave a store answering: if a fault prevents handling, `init` and health checks meet it, too. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import Database from 'libsql'
import { Pool } from 'pg'
import { createReceiver, type DurableStore, type Receiver } from '../../src/index.js'
import { clock, setClock } from '../../src/lib/clock.js'
import { postgresStore } from '../../src/stores/postgres.js'
import { sqliteStore } from '../../src/stores/sqlite.js'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'
import { describeWith, POSTGRES } from '../support/needs.js'
import { DATABASE_URL } from '../support/services.js'

const receivers: Receiver[] = []
let later = 0
beforeEach(() => {
  const system = clock
  later = 0
  setClock({ ...system, monotonic: () => system.monotonic() + later })
})
afterEach(async () => {
  setClock()
  for (const receiver of receivers.splice(0)) await receiver.close()
})

/** The store was healthy until now, and a minute has passed since. */
async function healthyReceiverOn(store: DurableStore<any>): Promise<Receiver> {
  const receiver = createReceiver(hmacProvider(), { store, on: {}, onError: () => {} })
  receivers.push(receiver)
  expect(await receiver.health()).toMatchObject({ ok: true })
  later += 61_000
  return receiver
}

/** A health check meets every fault that a delivery meets. */
async function expectUnhealthy(receiver: Receiver): Promise<void> {
  expect(await receiver.health()).toMatchObject({ ok: false, store: 'unavailable' })
  const body = bodyOf({ id: randomUUID() })
  const outcome = await receiver.receive({ body, headers: { 'x-signature': signatureOf(body) } })
  expect(outcome).toMatchObject({ kind: 'retry_later' })
}

describe('SQLite', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'payment-webhooks-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each([
    ['the database is read-only', 'PRAGMA query_only = ON'],
    ['the table is gone', 'DROP TABLE payment_webhook_events'],
  ])('%s', async (_, sql) => {
    const db = new Database(path.join(folder, `${randomUUID()}.db`))
    const store = sqliteStore(db)
    const receiver = await healthyReceiverOn(store)
    db.exec(sql)
    await expectUnhealthy(receiver)
    await store.close()
  })
})

describeWith(POSTGRES, 'Postgres', () => {
  const schema = `health_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const role = `${schema}_shop`
  let admin: Pool

  beforeAll(async () => {
    admin = new Pool({ connectionString: DATABASE_URL, max: 2 })
    await admin.query(`CREATE SCHEMA ${schema}; CREATE ROLE ${role} LOGIN; GRANT USAGE ON SCHEMA ${schema} TO ${role}`)
  })
  afterAll(async () => {
    await admin.query(`DROP SCHEMA ${schema} CASCADE; DROP ROLE ${role}`)
    await admin.end()
  })

  const FAULTS: readonly [string, (table: string) => string][] = [
    ['the role may not insert', (table) => `REVOKE INSERT ON ${table} FROM ${role}`],
    ['the role may not update', (table) => `REVOKE UPDATE ON ${table} FROM ${role}`],
    ['the primary key is missing', (table) => `ALTER TABLE ${table} DROP CONSTRAINT ${table.split('.')[1]}_pkey`],
    ['the database takes no writes', () => `ALTER ROLE ${role} SET default_transaction_read_only = on`],
  ]

  describe.each([false, true])('transactional: %p', (transactional) => {
    test.each(FAULTS)('%s: init fails, and so does a health check', async (_, fault) => {
      const table = `${schema}.events_${randomUUID().slice(0, 8)}`
      const url = new URL(DATABASE_URL)
      url.username = role
      const ownersStore = postgresStore(admin, { table })
      await ownersStore.init()
      await ownersStore.close()
      await admin.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${role}`)
      const pool = new Pool({ connectionString: url.href, max: 4, idleTimeoutMillis: 1 })
      pool.on('error', () => {})
      const make = () =>
        transactional ? postgresStore(pool, { table, transactional }) : postgresStore(pool, { table })
      const store: DurableStore<any> = make()
      const receiver = await healthyReceiverOn(store)
      await admin.query(fault(table))
      try {
        // New connections, because old ones would still have the role's earlier settings.
        while (pool.totalCount > 0) await new Promise((resolve) => setTimeout(resolve, 10))
        await expectUnhealthy(receiver)
        await expect(Promise.resolve(make().init())).rejects.toThrow()
      } finally {
        await admin.query(`ALTER ROLE ${role} RESET default_transaction_read_only`)
        await store.close()
        await pool.end()
      }
    })
  })

  test('the hidden records of checks are in no list', async () => {
    const store = postgresStore(admin, { table: `${schema}.hidden` })
    await store.init()
    const { rows } = await admin.query(`SELECT key FROM ${schema}.hidden`)
    expect(rows).toEqual([{ key: expect.stringMatching(/^~/) }])
    expect(await store.listEvents()).toEqual([])
    expect(await store.listEvents({ state: 'done' })).toEqual([])
    await store.close()
  })
})
