import { afterAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import Database from 'libsql'
import { createReceiver } from '../../../src/index.js'
import { sqliteStore, type SqliteDatabase } from '../../../src/stores/sqlite.js'
import { claimRequest } from '../../support/claim-request.js'
import { bodyOf, hmacProvider, signatureOf } from '../../support/hmac-provider.js'

const folder = mkdtempSync(path.join(os.tmpdir(), 'payment-webhooks-'))
afterAll(() => rmSync(folder, { recursive: true }))

const UNSAFE = { name: 'ConfigurationError', code: 'CONFIG_STORE_UNSAFE' }

async function opened() {
  const at = path.join(folder, `${randomUUID()}.db`)
  const db = new Database(at)
  const store = sqliteStore(db)
  await store.init()
  return { at, db, store }
}

describe('a database that keeps nothing', () => {
  test.each([':memory:', ''])('opened as %j is refused, unless allowVolatile accepts it', async (at) => {
    await expect(Promise.resolve(sqliteStore(new Database(at)).init())).rejects.toMatchObject(UNSAFE)
    const accepted = sqliteStore(new Database(at), { allowVolatile: true })
    await accepted.init()
    expect(await accepted.claim(claimRequest())).toMatchObject({ state: 'claimed' })
    await accepted.close()
  })

  test.each([
    [{ journal_mode: 'memory' }, /journal_mode is memory/],
    [{ synchronous: 1 }, /synchronous/],
  ])('is one that stays at %j as well', async (setting, message) => {
    const db = new Database(path.join(folder, `${randomUUID()}.db`))
    const [name] = Object.keys(setting)
    // Like a client whose setting a proxy or a build of SQLite fixes.
    const stubborn: SqliteDatabase = {
      exec: (text) => (text.includes(`${name} =`) ? undefined : db.exec(text)),
      prepare: (text) => (text === `PRAGMA ${name}` ? { all: () => [setting] } : db.prepare(text)),
    }
    await expect(Promise.resolve(sqliteStore(stubborn).init())).rejects.toMatchObject({
      ...UNSAFE,
      message: expect.stringMatching(message),
    })
  })

  test('allowVolatile is true or false', () => {
    expect(() => sqliteStore(new Database(':memory:'), { allowVolatile: 1 as never })).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_INVALID' }),
    )
  })
})

describe('a file that is not the one that was opened', () => {
  test.each([
    ['removed', (at: string) => rmSync(at)],
    [
      'replaced',
      (at: string) => {
        copyFileSync(at, `${at}.backup`)
        renameSync(`${at}.backup`, at)
      },
    ],
  ])('once %s, nothing is acknowledged, and health says why', async (_, act) => {
    const { at, db, store } = await opened()
    const provider = hmacProvider()
    const receiver = createReceiver(provider, { store, on: {}, onError: () => {} })
    const deliver = (body: string) => receiver.receive({ body, headers: { 'x-signature': signatureOf(body) } })
    expect(await deliver(bodyOf({ id: 'before' }))).toMatchObject({ kind: 'unhandled' })
    act(at)
    for (const body of [bodyOf({ id: 'after' }), '{"no":"event"}', bodyOf({ id: 'before' })]) {
      expect(await deliver(body)).toMatchObject({ kind: 'retry_later', error: { code: 'STORE_UNAVAILABLE' } })
    }
    expect(await receiver.health()).toMatchObject({
      ok: false,
      error: { cause: { message: expect.stringContaining('was replaced or removed') } },
    })
    await receiver.close()
    await store.close()
    db.close()
  })

  test('one that is still in its place goes on', async () => {
    const { db, store } = await opened()
    await store.check?.()
    expect(await store.claim(claimRequest())).toMatchObject({ state: 'claimed' })
    await store.close()
    db.close()
  })
})
