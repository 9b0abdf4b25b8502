import { afterEach, describe, expect, test } from '@jest/globals'
import { createReceiver, memoryStore, type Receiver } from 'express-payment-webhooks'
import { bodyOf, hmacProvider, signatureOf } from '../../support/hmac-provider.js'
import { recordingStore } from '../../support/recording-store.js'

const open: Receiver[] = []
afterEach(() => Promise.all(open.splice(0).map((receiver) => receiver.close())))

function receiverOn(store = memoryStore()) {
  const receiver = createReceiver(hmacProvider(), { store, on: { 'payment.confirmed': () => {} }, onError: () => {} })
  open.push(receiver)
  return receiver
}

async function deliverTo(receiver: Receiver, id: string) {
  const body = bodyOf({ id, type: 'payment.confirmed' })
  return receiver.receive({ body, headers: { 'x-signature': signatureOf(body) } })
}

describe('health', () => {
  test('is ok while the store takes and records events', async () => {
    expect(await receiverOn().health()).toEqual({
      provider: 'hmac',
      ok: true,
      store: 'ok',
      queue: null,
      closing: false,
      inProgress: 0,
      error: null,
      lastAuthenticAt: null,
      lastHandledAt: null,
      mismatchShare: null,
    })
  })

  test('is not ok while the store takes none, and says why', async () => {
    const receiver = receiverOn({ ...memoryStore(), claim: () => Promise.reject(new Error('read-only')) })
    expect(await receiver.health()).toMatchObject({
      ok: false,
      store: 'unavailable',
      error: { code: 'STORE_UNAVAILABLE', message: "the store's claim failed", cause: new Error('read-only') },
    })
  })

  test('says as JSON what is wrong, and nothing of the cause', async () => {
    const receiver = receiverOn({ ...memoryStore(), claim: () => Promise.reject(new Error('password=secret')) })
    expect(JSON.parse(JSON.stringify(await receiver.health()))).toMatchObject({
      error: { code: 'STORE_UNAVAILABLE', message: "the store's claim failed" },
    })
    expect(JSON.stringify(await receiver.health())).not.toContain('secret')
  })

  test('names the call that deliveries fail at, though others fail sooner', async () => {
    const store = {
      ...memoryStore(),
      claim: () => new Promise<never>((_, reject) => setImmediate(() => reject(new Error('away')))),
      quarantine: () => Promise.reject(new Error('away')),
      removeQuarantined: () => Promise.resolve(false),
    }
    expect((await receiverOn(store).health()).error).toMatchObject({ message: "the store's claim failed" })
  })

  test('is not ok once closed', async () => {
    const receiver = receiverOn()
    await receiver.close()
    expect(await receiver.health()).toMatchObject({ ok: false, closing: true })
  })

  test('takes a delivery that was just handled as a proof, and a failed one as none', async () => {
    const store = recordingStore()
    const receiver = receiverOn(store)
    expect(await deliverTo(receiver, 'evt_1')).toMatchObject({ kind: 'handled' })
    expect(await receiver.health()).toMatchObject({ ok: true })
    expect(store.calls.map(({ method }) => method)).toEqual(['claim', 'complete'])
  })

  test('looks for itself after a delivery that met a fault of the store', async () => {
    const inner = memoryStore()
    let failures = 1
    const claim: typeof inner.claim = (request) => {
      if (failures-- > 0) throw new Error('connection lost')
      return inner.claim(request)
    }
    const store = recordingStore({ inner: { ...inner, claim } })
    const receiver = receiverOn(store)
    expect(await deliverTo(receiver, 'evt_1')).toMatchObject({ kind: 'retry_later' })
    expect(await receiver.health()).toMatchObject({ ok: true })
    expect(store.calls.map(({ method }) => method)).toEqual(['claim', 'claim', 'complete'])
  })

  test('two receivers on one store share a check', async () => {
    const store = recordingStore()
    await Promise.all([receiverOn(store).health(), receiverOn(store).health()])
    expect(store.calls.map(({ method }) => method)).toEqual(['claim', 'complete'])
  })
})
