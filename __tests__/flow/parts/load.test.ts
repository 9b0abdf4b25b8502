/** Parts that are loaded on demand: once, and again after a failure. */
import { expect, jest, test } from '@jest/globals'
import { part } from '../../../src/flow/parts/load.js'

test('whoever asks while it is being loaded gets the same; afterwards it is there without a promise', async () => {
  const load = jest.fn(async () => ({ name: 'durable' }))
  const get = part(load)
  const [one, other] = await Promise.all([get(), get()])
  expect(one).toEqual({ name: 'durable' })
  expect(other).toBe(one)
  expect(get()).toBe(one)
  expect(load).toHaveBeenCalledTimes(1)
})

test('one that could not be loaded is tried again by whoever asks next', async () => {
  const load = jest.fn(async () => ({ name: 'durable' })).mockRejectedValueOnce(new Error('no such file'))
  const get = part(load)
  await expect(get()).rejects.toThrow('no such file')
  expect(await get()).toEqual({ name: 'durable' })
})
