/** Search in kept deliveries for ids that no field of a record contains. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import Database from 'libsql'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { byKeptText } from '../../../src/operator/kept/by-kept-text.js'
import type { EventQuery } from '../../../src/store.js'
import { claimRequest } from '../../support/claim-request.js'

const db = new Database(':memory:')
const store = sqliteStore(db, { allowVolatile: true })

const REFUND = 're_3Tq8Wd2eZvKYlo2C0d7PyL5t'
const BODY = Buffer.from(`{"id":"${REFUND}","charge":"ch_3Tq8Wd2e","status":"succeeded","amount":1500}`)

beforeAll(async () => {
  await store.init()
  const failed = claimRequest({ key: 'failed', eventId: 'stripe:evt_1', provider: 'stripe' })
  await store.claim(failed)
  const kept = { form: 'delivery', body: BODY, headers: {}, retryInMs: null, isAccepted: false } as const
  await store.release(failed.key, failed.token, 'the handler threw', 'failed', kept)
  const done = claimRequest({ key: 'done', eventId: 'stripe:evt_2', provider: 'stripe' })
  await store.claim(done)
  await store.complete(done.key, done.token)
  const about = { provider: 'acme', eventId: null, account: '', orderId: null, code: 'PAYLOAD_INVALID', message: '' }
  await store.quarantine({ ...about, key: 'quarantined', body: BODY, headers: {} })
})
afterAll(async () => {
  await store.close()
  db.close()
})

test.each<[string, EventQuery, string[]]>([
  [REFUND, {}, ['failed', 'quarantined']],
  ['ch_3Tq8Wd2e', {}, ['failed', 'quarantined']],
  [REFUND, { state: 'quarantined' }, ['quarantined']],
  [REFUND, { provider: 'stripe' }, ['failed']],
  [REFUND, { state: 'done' }, []],
  ['re_3Tq8Wd2e', {}, []],
  ['3Tq8Wd2eZvKYlo2C0d7PyL5t', {}, []],
  ['succeeded', {}, []],
  ['1500', {}, []],
  ['re_none_of_1', {}, []],
])('%s with %j finds %j', async (text, query, keys) => {
  const found = await byKeptText(store, text, query)
  expect(found.map(({ key }) => key).sort()).toEqual(keys)
  expect(found.filter(({ body }) => body !== null)).toEqual([])
})
