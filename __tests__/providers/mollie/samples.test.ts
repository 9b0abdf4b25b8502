/** Every sample becomes the event that it stands for. */
import { expect, test } from '@jest/globals'
import { mollie } from 'express-payment-webhooks/providers/mollie'
import { samples, types } from '../../../src/testing/samples/mollie.js'
import { eventOf } from '../../support/deliver.js'

const provider = mollie({ secret: 'mollie-signing-secret-3e7a91c05d2f' })

test.each(Object.entries(samples))('%s', async (name, payload) => {
  expect((await eventOf(provider, JSON.stringify(payload))).type).toBe(types[name as keyof typeof types])
})

test('every event that a signed webhook may bring has one', () => {
  const left = provider.types.filter((type) => !(Object.values(types) as string[]).includes(type))
  // All of a payment went back before its event was read: a simple payload that came late.
  expect(left).toEqual(['payment.refunded'])
})
