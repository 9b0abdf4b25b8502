/** What became of requested replays, while an operator dismisses the event or a shop runs it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import Database from 'libsql'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { byKey } from '../../../src/operator/kept/choose-by-id.js'
import { results } from '../../../src/operator/kept/results.js'
import { claimRequest } from '../../support/claim-request.js'

const db = new Database(':memory:')
const store = sqliteStore(db, { allowVolatile: true })
beforeAll(() => store.init())
afterAll(async () => {
  await store.close()
  db.close()
})

const kept = { form: 'delivery', body: Buffer.from('{}'), headers: {}, retryInMs: null, isAccepted: true } as const

/** A failed event that is kept, whose replay is requested and awaited for two looks; `meanwhile` happens before the first. */
async function awaited(meanwhile: (key: string) => Promise<unknown>) {
  const event = claimRequest()
  await store.claim(event)
  await store.release(event.key, event.token, 'no such order', 'failed', kept)
  const requested = (await byKey(store, event.key))!
  await store.replay(event.key)
  let now = 0
  let looks = 0
  const sleep = async (ms: number) => {
    now += ms
    if (looks++ === 0) await meanwhile(event.key)
  }
  const result = await results(store, [requested], { waitMs: 2000, pollMs: 1000, clock: { now: () => now, sleep } })
  return Object.entries(result).flatMap(([name, found]) => found.map(() => name))
}

const run = async (key: string) => {
  const again = claimRequest({ key })
  await store.claim(again)
  return again.token
}

test.each<[string, string, (key: string) => Promise<unknown>]>([
  ['is dismissed', 'dismissed', (key) => store.dismiss(key)],
  ['is handled', 'replayed', async (key) => store.complete(key, await run(key))],
  ['fails again', 'returned', async (key) => store.release(key, await run(key), 'no such order', 'failed', kept)],
  ['is taken up by no shop', 'waiting', async () => {}],
])('of an event that %s while its replay is awaited: %s', async (_what, expected, meanwhile) => {
  expect(await awaited(meanwhile)).toEqual([expected])
})
