/** A part of an id, as people copy it, among more records than are searched. */
import { expect, test } from '@jest/globals'
import Database from 'libsql'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { byPartOfId } from '../../../src/operator/kept/by-part-of-id.js'
import { claimRequest } from '../../support/claim-request.js'

test('finds a part of a new id, and of an old one what follows its provider', async () => {
  const db = new Database(':memory:')
  const store = sqliteStore(db, { allowVolatile: true })
  await store.init()
  const claim = (eventId: string) => store.claim(claimRequest({ eventId, provider: 'stripe' }))
  await claim('stripe:evt_old')
  await claim('stripe:test.charge.succeeded:evt_old-test')
  // The next records are newer by the store's clock.
  await new Promise((resolve) => setTimeout(resolve, 5))
  for (let count = 0; count < 500; count++) await claim(`stripe:evt_${count}`)
  await claim('stripe:test.charge.succeeded:evt_new')
  const found = async (text: string) => (await byPartOfId(store, text)).map(({ eventId }) => eventId)
  expect(await found('evt_new')).toEqual(['stripe:test.charge.succeeded:evt_new'])
  expect(await found('evt_old')).toEqual(['stripe:evt_old'])
  expect(await found('evt_old-test')).toEqual([])
  await store.close()
  db.close()
})

test.each([
  [
    'a refund, which stands beside its status',
    'mollie:tr_7UhSN1zuXS:paid::15.00::re_4qqhO89gsT%20refunded',
    're_4qqhO89gsT',
  ],
  ['a part that is escaped', 'acme:A%2F7', 'A/7'],
])('finds %s', async (_what, eventId, text) => {
  const db = new Database(':memory:')
  const store = sqliteStore(db, { allowVolatile: true })
  await store.init()
  await store.claim(claimRequest({ eventId }))
  expect((await byPartOfId(store, text)).map((record) => record.eventId)).toEqual([eventId])
  expect(await byPartOfId(store, text.slice(0, -1))).toEqual([])
  await store.close()
  db.close()
})
