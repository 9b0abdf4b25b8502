/** Every sample becomes the event that its name promises, and every type has a sample. */
import { expect, test } from '@jest/globals'
import { samples, types } from '../../../src/testing/samples/xendit.js'
import { become, trusting } from './support.js'

test.each(Object.entries(samples))('%s', async (name, payload) => {
  expect((await become(payload, trusting())).type).toBe(types[name as keyof typeof types])
})

test('every type has one', () => {
  expect(Object.values(types)).toEqual(expect.arrayContaining([...trusting().types]))
})
