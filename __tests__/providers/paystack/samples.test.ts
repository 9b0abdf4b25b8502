/** Every sample becomes the event that its name promises, and every type has a sample. */
import { expect, test } from '@jest/globals'
import { samples, types } from '../../../src/testing/samples/paystack.js'
import { become, live } from './support.js'

test.each(Object.entries(samples))('%s', async (name, payload) => {
  expect((await become(payload)).type).toBe(types[name as keyof typeof types])
})

test('every type has one', () => {
  const left = live().types.filter((type) => !(Object.values(types) as string[]).includes(type))
  // With the default, payment requests repeat the money of charges.
  expect(left).toEqual(['payment.pending', 'paystack.charge.success'])
})
