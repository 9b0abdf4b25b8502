/** Events that are kept by event, because the received bytes do not identify the event. */
import { expect, test } from '@jest/globals'
import Database from 'libsql'
import { createReceiver, defineProvider, readBack, type WebhookEvent } from 'express-payment-webhooks'
import { z } from 'zod'
import { sqliteStore } from '../../src/stores/sqlite.js'
import { pass, withFakeTime } from '../support/fake-time.js'

withFakeTime()

test('an event that was read back is run again as it was confirmed, and not read once more', async () => {
  let reads = 0
  const provider = defineProvider({
    name: 'unproven-pay',
    types: ['payment.confirmed'],
    authentication: { verify: () => false, sign: () => ({}) },
    schema: z.object({ payment: z.string() }),
    toEvent: ({ payment }) =>
      readBack({
        key: payment,
        read: () => Promise.resolve(String(++reads * 100)),
        toEvent: (amount) => ({
          type: 'payment.confirmed',
          identity: [payment, amount],
          received: { amount, currency: 'EUR', basis: 'total' },
          native: {},
        }),
      }),
  })
  const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
  const seen: WebhookEvent[] = []
  const receiver = createReceiver(provider, {
    store,
    on: {
      'payment.confirmed'(event) {
        seen.push(event)
        if (seen.length === 1) throw new Error('no such table: orders')
      },
    },
    onError: () => {},
  })
  await receiver.receive({ body: '{"payment":"p1"}', headers: {} })
  const [kept] = await store.listEvents({ state: 'failed' })
  expect(kept).toMatchObject({ eventId: 'unproven-pay:p1:100', keptAs: 'event' })
  await store.replay(kept!.key)
  await pass(3000)
  expect(await store.getEvent(kept!.key)).toMatchObject({ state: 'done', attempts: 2, keptAs: null, body: null })
  expect([reads, seen.length]).toEqual([1, 2])
  expect(seen[1]).toEqual(seen[0])
  await receiver.close()
  await store.close()
})
