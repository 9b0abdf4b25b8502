import { afterAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import Database from 'libsql'
import { sqliteStore } from '../../src/stores/sqlite.js'
import { batchesSuite, oppositeOrdersTest } from '../support/batches-suite.js'
import { claimRequest } from '../support/claim-request.js'

const folder = mkdtempSync(path.join(os.tmpdir(), 'payment-webhooks-'))
const file = () => path.join(folder, `${randomUUID()}.db`)

afterAll(() => rmSync(folder, { recursive: true }))

async function opened(at: string) {
  const db = new Database(at)
  let commits = 0
  const store = sqliteStore({
    exec(text) {
      if (text === 'COMMIT') commits++
      return db.exec(text)
    },
    prepare: (text) => db.prepare(text),
  })
  await store.init()
  const trips = () => {
    const count = commits
    commits = 0
    return count
  }
  return { db, store, trips }
}

describe('a batch in SQLite', () => {
  batchesSuite(async () => {
    const { db, store, trips } = await opened(file())
    const refuse = (key: string) => {
      for (const what of ['INSERT', 'UPDATE'])
        db.exec(`CREATE TRIGGER refuse_${what} BEFORE ${what} ON payment_webhook_events WHEN NEW.key = '${key}'
          BEGIN SELECT RAISE(ABORT, 'refused'); END`)
    }
    return { store, trips, refuse }
  })

  test('what comes in one turn is one commit, whatever it is', async () => {
    const { store, trips } = await opened(file())
    const [done, failed, held, late] = Array.from({ length: 4 }, () => claimRequest())
    for (const request of [done, failed, held]) await store.claim(request!)
    trips()
    const answers = [
      store.complete(done!.key, done!.token),
      store.release(failed!.key, failed!.token, 'why'),
      store.extend(held!.key, held!.token, 1000),
      store.claim(late!),
    ] as Promise<unknown>[]
    expect(await Promise.all(answers)).toEqual([true, true, true, expect.objectContaining({ state: 'claimed' })])
    expect(trips()).toBe(1)
    await store.close()
  })

  test('a connection that is closed before its batch: each is rejected, and nothing is written', async () => {
    const at = file()
    const { db, store } = await opened(at)
    const requests = Array.from({ length: 5 }, () => claimRequest())
    const claims = Promise.allSettled(requests.map(async (request) => store.claim(request)))
    db.close()
    expect((await claims).map(({ status }) => status)).toEqual(Array(5).fill('rejected'))
    const { store: again } = await opened(at)
    expect(await Promise.all(requests.map(async ({ key }) => again.getEvent(key)))).toEqual(Array(5).fill(null))
    await Promise.all([store.close(), again.close()])
  })

  test('a file that is locked when the batch comes: each is answered once it is free', async () => {
    const at = file()
    const { store, trips } = await opened(at)
    const other = new Database(at)
    other.exec('BEGIN IMMEDIATE')
    const requests = Array.from({ length: 5 }, () => claimRequest())
    trips()
    const claims = Promise.all(requests.map(async (request) => store.claim(request)))
    await new Promise((resolve) => setTimeout(resolve, 100))
    other.exec('ROLLBACK')
    expect((await claims).map(({ state }) => state)).toEqual(Array(5).fill('claimed'))
    expect(trips()).toBe(1)
    await store.close()
  })

  oppositeOrdersTest(() => ({ backend: 'sqlite', at: file(), name: 'events' }))
})
