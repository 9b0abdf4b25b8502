import { afterAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import Database from 'libsql'
import { sqliteStore, type SqliteDatabase } from '../../src/stores/sqlite.js'
import { durableStoreConformance } from '../../src/testing/durable-store-conformance.js'
import { claimRequest } from '../support/claim-request.js'
import { claimInProcesses } from '../support/claim-workers.js'
import { describeWith, optionalModule, type Need } from '../support/needs.js'

const folder = mkdtempSync(path.join(os.tmpdir(), 'payment-webhooks-'))
const file = () => path.join(folder, `${randomUUID()}.db`)

afterAll(() => rmSync(folder, { recursive: true }))

describe('sqliteStore on libsql', () =>
  durableStoreConformance({ test, create: () => sqliteStore(new Database(file())) }))

/** Clients that are not on every machine; `npm run check:package` has node:sqlite from newer versions of Node. */
const OTHER_CLIENTS: Record<string, [need: Need, load: (module: any) => new (file: string) => SqliteDatabase]> = {
  'node:sqlite': [optionalModule('node:sqlite', 'Node 22 or later'), ({ DatabaseSync }) => DatabaseSync],
  'better-sqlite3': [optionalModule('better-sqlite3', 'npm install --no-save better-sqlite3'), (module) => module],
}

for (const [name, [need, load]] of Object.entries(OTHER_CLIENTS)) {
  describeWith(need, `sqliteStore on ${name}`, () => {
    const create = () => {
      const Client = load(createRequire(__filename)(name))
      return sqliteStore(new Client(file()))
    }
    durableStoreConformance({ test, create })
  })
}

describe('sqliteStore', () => {
  test('what is completed is still done after the file is closed and opened again', async () => {
    const at = file()
    const db = new Database(at)
    const store = sqliteStore(db)
    await store.init()
    const first = claimRequest()
    await store.claim(first)
    await store.complete(first.key, first.token)
    await store.close()
    db.close()
    const reopened = sqliteStore(new Database(at))
    await reopened.init()
    expect(await reopened.claim({ ...first, token: randomUUID() })).toEqual({ state: 'done' })
    await reopened.close()
  })

  test('init sets WAL and synchronous = FULL', async () => {
    const db = new Database(file())
    db.exec('PRAGMA synchronous = OFF')
    const store = sqliteStore(db)
    await store.init()
    expect(db.prepare('PRAGMA journal_mode').all()).toEqual([{ journal_mode: 'wal' }])
    expect(db.prepare('PRAGMA synchronous').all()).toEqual([{ synchronous: 2 }])
    await store.close()
  })

  test('four processes that start together win each of 200 events exactly once', async () => {
    const at = file()
    const events = Array.from({ length: 200 }, () => randomUUID())
    const reports = await claimInProcesses(
      Array.from({ length: 4 }, () => ({ backend: 'sqlite' as const, at, name: 'events', events })),
    )
    expect(reports.flatMap(({ errors }) => errors)).toEqual([])
    expect(reports.flatMap(({ claimed }) => claimed).sort()).toEqual([...events].sort())
  }, 60_000)

  test('while another connection holds the file, a claim waits without blocking, and is won when it lets go', async () => {
    const at = file()
    const other = new Database(at)
    const store = sqliteStore(new Database(at))
    await store.init()
    other.exec('BEGIN IMMEDIATE')
    const claims = Promise.all(Array.from({ length: 20 }, async () => store.claim(claimRequest())))
    let isSettled = false
    claims.finally(() => (isSettled = true)).catch(() => undefined)
    // A blocking claim would use up its whole time before the first turn ends.
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(isSettled).toBe(false)
    other.exec('ROLLBACK')
    expect((await claims).map(({ state }) => state)).toEqual(Array(20).fill('claimed'))
    await store.close()
  })

  test('a file that stays locked fails the claim, and what follows is committed for others to see', async () => {
    const at = file()
    const other = new Database(at)
    const store = sqliteStore(new Database(at))
    await store.init()
    const first = claimRequest()
    await store.claim(first)
    other.exec('BEGIN IMMEDIATE')
    await expect(Promise.resolve(store.claim(claimRequest()))).rejects.toThrow(/locked/)
    other.exec('ROLLBACK')
    expect(await store.complete(first.key, first.token)).toBe(true)
    const elsewhere = sqliteStore(new Database(at))
    await elsewhere.init()
    expect((await elsewhere.getEvent(first.key))?.state).toBe('done')
    await Promise.all([store.close(), elsewhere.close()])
  })

  test('a claim inside a transaction of other code fails and leaves that transaction alone', async () => {
    const db = new Database(file())
    const store = sqliteStore(db)
    await store.init()
    db.exec('BEGIN; CREATE TABLE orders (id TEXT)')
    await expect(Promise.resolve(store.claim(claimRequest()))).rejects.toThrow(/transaction/)
    db.exec('COMMIT')
    expect(db.prepare('SELECT * FROM orders').all()).toEqual([])
    await store.close()
  })

  test('every statement answers rows, without which better-sqlite3 refuses it', async () => {
    const silent: string[] = []
    const db = new Database(file())
    const store = sqliteStore({
      exec: (text) => db.exec(text),
      prepare(text) {
        const statement = db.prepare(text)
        if (!(statement as unknown as { reader: boolean }).reader) silent.push(text)
        return statement
      },
    })
    await store.init()
    const first = claimRequest()
    await store.claim(first)
    await store.extend(first.key, first.token, 1000)
    await store.release(first.key, first.token, 'why')
    await store.complete(first.key, first.token)
    await store.quarantine({
      ...first,
      key: 'kept',
      code: 'JSON_INVALID',
      message: '',
      body: Buffer.from('{'),
      headers: {},
    })
    await store.replay('kept')
    expect(await store.listEvents()).toHaveLength(2)
    expect(await store.getEvent('kept')).toMatchObject({ state: 'replay_requested' })
    await store.removeQuarantined('kept')
    await store.prune()
    await store.close()
    expect(silent).toEqual([])
  })

  test('prune forgets 500 expired events at a time', async () => {
    const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
    await store.init()
    // The remains of the check of `init`.
    await store.prune()
    for (let count = 0; count < 501; count++) {
      const first = claimRequest({ retainMs: 0 })
      await store.claim(first)
      await store.complete(first.key, first.token)
    }
    expect([await store.prune(), await store.prune(), await store.prune()]).toEqual([500, 1, 0])
    await store.close()
  })

  test('init fails on a table of the same name that is not ours', async () => {
    const db = new Database(file())
    db.exec('CREATE TABLE payment_webhook_events (id TEXT)')
    await expect(Promise.resolve(sqliteStore(db).init())).rejects.toThrow(/column/)
  })

  test('an unknown option throws', () => {
    expect(() => sqliteStore(new Database(':memory:'), { tabel: 'x' } as object)).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_UNKNOWN' }),
    )
  })

  test.each(['', 'a b', 'a"; DROP TABLE x; --', 'Events', '1st', 'a'.repeat(64)])(
    'a table named %j throws',
    (table) => {
      expect(() => sqliteStore(new Database(':memory:'), { table })).toThrow(
        expect.objectContaining({ code: 'CONFIG_OPTION_INVALID' }),
      )
    },
  )

  test.each([null, undefined, {}, { exec() {} }])('a database of %p throws', (db) => {
    expect(() => sqliteStore(db as never)).toThrow(expect.objectContaining({ code: 'CONFIG_OPTION_INVALID' }))
  })
})
