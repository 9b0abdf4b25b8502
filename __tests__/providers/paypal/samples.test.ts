/** Every sample becomes the event that it stands for, where PayPal answers what stands in it, and every type has one. */
import { expect, test } from '@jest/globals'
import { samples, types } from '../../../src/testing/samples/paypal.js'
import { become, payPal } from './support.js'

test.each(Object.entries(samples))('%s', async (name, payload) => {
  expect((await become(payload)).event?.type).toBe(types[name as keyof typeof types])
})

test('every type has one', () => {
  expect(Object.values(types)).toEqual(expect.arrayContaining([...payPal({}).provider.types]))
})
