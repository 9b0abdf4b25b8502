/** Every sample becomes the event that its name promises if PayPal answers with its resource, and every type has a sample. */
import { expect, test } from '@jest/globals'
import { samples, types } from '../../../src/testing/samples/paypal.js'
import { become, payPal } from './support.js'

test.each(Object.entries(samples))('%s', async (name, payload) => {
  expect((await become(payload)).event?.type).toBe(types[name as keyof typeof types])
})

test('every type has one', () => {
  expect(Object.values(types)).toEqual(expect.arrayContaining([...payPal({}).provider.types]))
})
