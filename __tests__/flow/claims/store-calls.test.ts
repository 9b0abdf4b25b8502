/** Every call to a store ends, and a store is prepared once. */
import { describe, expect, jest, test } from '@jest/globals'
import { memoryStore, type Store } from '../../../src/index.js'
import { bestEffort, bounded, prepare } from '../../../src/flow/claims/store-calls.js'
import { withFakeTime } from '../../support/fake-time.js'

withFakeTime()

const refused = new Error('connection refused')

const throws = (): never => {
  throw refused
}

describe('a call', () => {
  test('that is answered at once is not waited for', () => {
    expect(bounded('claim', () => 'claimed')).toBe('claimed')
  })

  test('that is answered later leaves no timer behind', async () => {
    expect(await bounded('claim', async () => 'claimed')).toBe('claimed')
    await expect(bounded('claim', () => Promise.reject(refused))).rejects.toThrow()
    expect(jest.getTimerCount()).toBe(0)
  })

  test.each([
    ['throws', async () => bounded('claim', throws)],
    ['rejects', async () => bounded('claim', () => Promise.reject(refused))],
  ])('that %s says which it was, and why', async (_, call) => {
    await expect(call()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: "the store's claim failed",
      cause: refused,
    })
  })

  test('that is not answered ends after two seconds', async () => {
    const ended = jest.fn()
    const call = Promise.resolve(bounded('extend', () => new Promise(() => {}))).catch(ended)
    await jest.advanceTimersByTimeAsync(1999)
    expect(ended).not.toHaveBeenCalled()
    await jest.advanceTimersByTimeAsync(1)
    await call
    expect(ended.mock.calls).toMatchObject([
      [{ code: 'STORE_UNAVAILABLE', message: "the store's extend did not answer within 2000 ms" }],
    ])
  })

  test.each([throws, () => Promise.reject(refused), () => true])(
    'that is a best effort never fails: %p',
    async (call) => {
      const made = jest.fn(call)
      await expect(bestEffort('release', made)).resolves.toBeUndefined()
      expect(made).toHaveBeenCalledTimes(1)
    },
  )
})

describe('a store', () => {
  const withInit = (init: Store['init']) => ({ ...memoryStore(), init: jest.fn(init) })

  test('is prepared once, however many deliveries wait for it', async () => {
    const store = withInit(async () => {})
    await Promise.all([prepare(store), prepare(store)])
    expect(prepare(store)).toBeUndefined()
    expect(store.init).toHaveBeenCalledTimes(1)
  })

  test('that could not be prepared is prepared for the next delivery', async () => {
    let isBack = false
    const store = withInit(() => (isBack ? undefined : Promise.reject(refused)))
    await expect(prepare(store)).rejects.toMatchObject({ message: "the store's init failed", cause: refused })
    isBack = true
    await prepare(store)
    expect(prepare(store)).toBeUndefined()
    expect(store.init).toHaveBeenCalledTimes(2)
  })
})
