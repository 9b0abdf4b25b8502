/** Does the store answer right now? For load balancers and operators. */
import { describe, expect, jest, test } from '@jest/globals'
import { createReceiver, memoryStore, type Store } from '../../../src/index.js'
import { hmacProvider } from '../../support/hmac-provider.js'

const receiverOn = (store: Store = memoryStore()) => createReceiver(hmacProvider(), { store, on: {} })

describe('health', () => {
  test('is ok while the store answers', async () => {
    const receiver = receiverOn()
    expect(await receiver.health()).toEqual({
      provider: 'hmac',
      ok: true,
      store: 'ok',
      closing: false,
      inProgress: 0,
      error: null,
    })
  })

  test('is not ok while the store fails, and says why', async () => {
    const receiver = receiverOn({
      ...memoryStore(),
      extend: () => Promise.reject(new Error('connection refused')),
    })
    expect(await receiver.health()).toMatchObject({
      ok: false,
      store: 'unavailable',
      error: { code: 'STORE_UNAVAILABLE' },
    })
  })

  test('is not ok once closed', async () => {
    const receiver = receiverOn()
    await receiver.close()
    expect(await receiver.health()).toMatchObject({ ok: false, closing: true })
  })

  test('asks the store for something that changes nothing', async () => {
    const extend = jest.fn<Store['extend']>(() => false)
    const receiver = receiverOn({ ...memoryStore(), extend })
    expect(await receiver.health()).toMatchObject({ ok: true, store: 'ok', error: null })
    expect(extend.mock.calls).toEqual([['health-check', 'nobody', 1]])
  })

  test('says which call failed', async () => {
    const extend = () => Promise.reject(new Error('no'))
    const receiver = receiverOn({ ...memoryStore(), extend })
    expect(await receiver.health()).toMatchObject({ ok: false, error: { message: "the store's extend failed" } })
  })
})
