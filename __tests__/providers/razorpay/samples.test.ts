/** Every sample becomes the event that its name promises, and every type has a sample. */
import { expect, test } from '@jest/globals'
import { samples, types } from '../../../src/testing/samples/razorpay.js'
import { become, shop } from './support.js'

test.each(Object.entries(samples))('%s', async (name, payload) => {
  expect((await become(payload)).type).toBe(types[name as keyof typeof types])
})

test('every type has one', () => {
  const left = shop().types.filter((type) => !(Object.values(types) as string[]).includes(type))
  // With the default, the money is taken neither from links only nor from payments only.
  expect(left).toEqual(['payment.partially_paid', 'razorpay.payment.captured', 'razorpay.order.paid'])
})
