/** Every sample becomes the event that it stands for, and every type has one. */
import { expect, test } from '@jest/globals'
import { samples, types } from '../../../src/testing/samples/razorpay.js'
import { become, shop } from './support.js'

test.each(Object.entries(samples))('%s', async (name, payload) => {
  expect((await become(payload)).type).toBe(types[name as keyof typeof types])
})

test('every type has one', () => {
  const left = shop().types.filter((type) => !(Object.values(types) as string[]).includes(type))
  // With the default, neither links nor payments alone are what the money is taken from.
  expect(left).toEqual(['payment.partially_paid', 'razorpay.payment.captured', 'razorpay.order.paid'])
})
