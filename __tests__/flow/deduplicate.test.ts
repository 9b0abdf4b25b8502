/** One event for two processes with one store, and more deliveries than one process accepts. */
import { describe, expect, test } from '@jest/globals'
import { createReceiver, memoryStore, type Store } from '../../src/index.js'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'
import { setUp, settled } from '../support/receive-set-up.js'

describe('receive when another process works on the event', () => {
  test('waits for it to finish and is a duplicate', async () => {
    const store = memoryStore()
    const other = setUp(() => new Promise((resolve) => setTimeout(resolve, 300)), { store })
    const ours = setUp(
      () => {
        throw new Error('must not run')
      },
      { store },
    )
    const [first, second] = await Promise.all([other.deliver(), ours.deliver()])
    expect([first.kind, second.kind]).toEqual(['handled', 'duplicate'])
  })

  test('takes over when it fails', async () => {
    const store = memoryStore()
    const other = setUp(
      async () => {
        await settled()
        throw new Error('no')
      },
      { store },
    )
    const ours = setUp(() => {}, { store })
    const [first, second] = await Promise.all([other.deliver(), ours.deliver()])
    expect([first, second]).toMatchObject([{ kind: 'failed' }, { kind: 'handled', attempt: 2 }])
  })

  test('after two seconds the sender is asked to come back', async () => {
    const store = memoryStore()
    const other = setUp(() => new Promise((resolve) => setTimeout(resolve, 3000)), { store })
    const ours = setUp(() => {}, { store })
    const first = other.deliver()
    expect(await ours.deliver()).toMatchObject({ kind: 'retry_later', error: { code: 'BUSY' } })
    expect((await first).kind).toBe('handled')
  }, 10_000)
})

test('F10: a thousand deliveries wait for a store that hangs; the next ones are asked to come back at once', async () => {
  const provider = hmacProvider()
  let claims = 0
  const store: Store = { ...memoryStore(), claim: () => new Promise(() => void claims++) }
  const receiver = createReceiver(provider, { store, on: { 'payment.confirmed': () => {} }, onError: () => {} })
  const deliver = (number: number) => {
    const body = bodyOf({ id: `evt_${number}` })
    return receiver.receive({ body, headers: { 'x-signature': signatureOf(body) } })
  }
  const waiting = Array.from({ length: 1000 }, (_, number) => deliver(number))
  expect(await deliver(1000)).toMatchObject({ kind: 'retry_later', error: { code: 'BUSY' } })
  expect(claims).toBe(1000)
  // A duplicate of a waiting event adds no work.
  const repeated = deliver(0)
  const codes = (await Promise.all([...waiting, repeated])).map(({ error }) => error?.code)
  expect(new Set(codes)).toEqual(new Set(['STORE_UNAVAILABLE']))
  expect(claims).toBe(1000)
})
