/** Every sample becomes the event that it stands for, and every type has one. */
import { expect, test } from '@jest/globals'
import { samples, types } from '../../../src/testing/samples/paymongo.js'
import { become, shop } from './support.js'

test.each(Object.entries(samples))('%s', async (name, payload) => {
  expect((await become(payload)).type).toBe(types[name as keyof typeof types])
})

test('every type has one', () => {
  const left = shop().types.filter((type) => !(Object.values(types) as string[]).includes(type))
  // With the default, sessions are what repeats the money of payments.
  expect(left).toEqual(['paymongo.payment.paid'])
})
