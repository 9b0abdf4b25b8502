/** Every sample becomes the event that its name promises. */
import { expect, test } from '@jest/globals'
import { mollie } from 'express-payment-webhooks/providers/mollie'
import { samples, types } from '../../../src/testing/samples/mollie.js'
import { eventOf } from '../../support/deliver.js'

const provider = mollie({ secret: 'mollie-signing-secret-3e7a91c05d2f' })

const { classic, ...signed } = samples

test.each(Object.entries(signed))('%s', async (name, payload) => {
  expect((await eventOf(provider, JSON.stringify(payload))).type).toBe(types[name as keyof typeof types])
})

test('classic, where the API answers the payment of a signed event', async () => {
  const asked = mollie({ readBack: async () => samples['payment.paid']._embedded.entity })
  expect((await eventOf(asked, `id=${classic.id}`)).type).toBe(types.classic)
})

test('every event that a signed webhook may bring has one', () => {
  const sampled: readonly string[] = Object.values(types)
  const left = provider.types.filter((type) => !sampled.includes(type))
  // The whole payment was refunded before its event was read: a simple payload that arrived late.
  expect(left).toEqual(['payment.refunded'])
})
