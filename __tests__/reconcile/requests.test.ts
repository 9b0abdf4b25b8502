/** Notes by which a command and the running shop speak about a reconciliation. */
import { expect, test } from '@jest/globals'
import Database from 'libsql'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { endRequest, placeRequest, readAnswer, waitingRequests } from '../../src/reconcile/requests.js'
import { sharedIn } from '../../src/reconcile/shared.js'

const ACCOUNT = { name: 'acme', account: '' }

test('an answer whose message is longer than a note can be read, and ends its request', async () => {
  const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
  await store.init()
  const shared = sharedIn(store)
  const id = (await placeRequest(shared, ACCOUNT, { since: null, adopt: false }))!
  const error = { code: 'LIST_UNAVAILABLE', message: '"'.repeat(5000) }
  await endRequest(shared, ACCOUNT, { id, state: 'refused', error, listed: 0, known: 0, recovered: 0, failed: 0 })
  expect(await readAnswer(shared, ACCOUNT, id)).toMatchObject({
    state: 'refused',
    error: { code: 'LIST_UNAVAILABLE', message: expect.stringMatching(/^"+$/) },
  })
  expect(await waitingRequests(shared, ACCOUNT)).toEqual([])
  await store.close()
})
