import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import Database from 'libsql'
import { createReceiver, type Receiver } from 'express-payment-webhooks'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { tenantWebhook } from 'express-payment-webhooks/tenants'
import { bodyOf, hmacProvider } from '../../support/hmac-provider.js'
import { memoryQueue, type MemoryQueue } from '../../support/memory-queue.js'

const newStore = () => sqliteStore(new Database(':memory:'), { allowVolatile: true })

const JOBS = { waiting: 1, active: 0, failed: 0 }

let queue: MemoryQueue
beforeEach(() => void (queue = memoryQueue()))

const open: { close(): Promise<void> }[] = []
afterEach(() => Promise.all(open.splice(0).map((door) => door.close())))

interface Door {
  health: () => Promise<object>
  deliver: (id: string) => Promise<{ readonly kind: string }>
}

const deliverTo = (receiver: Receiver, id: string) => receiver.receive(hmacProvider().sign(bodyOf({ id })))

function receiverDoor(): Door {
  const receiver = createReceiver(hmacProvider(), { store: newStore(), queue, on: {}, onError: () => {} })
  open.push(receiver)
  return { health: () => receiver.health(), deliver: (id) => deliverTo(receiver, id) }
}

function tenantDoor(): Door {
  const webhook = tenantWebhook({
    tenant: () => 'acme',
    provider: () => hmacProvider(),
    store: newStore(),
    queue,
    on: {},
    onError: () => {},
  })
  open.push(webhook)
  const deliver = (id: string) => webhook.withReceiver('acme', (receiver) => deliverTo(receiver, id))
  return { health: () => webhook.health(), deliver }
}

describe.each([
  ['a receiver', receiverDoor],
  ['a tenantWebhook', tenantDoor],
])('health of %s with a queue', (_name, doorOf) => {
  test('says how many jobs wait', async () => {
    const door = doorOf()
    await door.deliver('evt_1')
    expect(await door.health()).toMatchObject({ ok: true, queue: { name: 'memory', state: 'ok', counts: JOBS } })
  })

  test('is not ok as soon as a delivery could not be stored, though it has just been', async () => {
    const door = doorOf()
    await door.deliver('evt_1')
    expect(await door.health()).toMatchObject({ ok: true })
    queue.fail(new Error('away'))
    expect(await door.deliver('evt_2')).toMatchObject({ kind: 'retry_later' })
    expect(await door.health()).toMatchObject({
      ok: false,
      queue: { name: 'memory', state: 'unavailable', counts: null },
      error: { code: 'QUEUE_UNAVAILABLE' },
    })
  })
})
