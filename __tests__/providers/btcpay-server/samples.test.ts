/** Every sample becomes the event that its name promises, and every type has a sample. */
import { expect, test } from '@jest/globals'
import { btcPayServer } from 'express-payment-webhooks/providers/btcpay-server'
import { samples, types } from '../../../src/testing/samples/btcpay-server.js'
import { eventOf } from '../../support/deliver.js'
import { SECRET } from './support.js'

const provider = btcPayServer({ secret: SECRET })

test.each(Object.entries(samples))('%s', async (name, payload) => {
  expect((await eventOf(provider, JSON.stringify(payload))).type).toBe(types[name as keyof typeof types])
})

test('every type has one', () => {
  expect(Object.values(types)).toEqual(expect.arrayContaining([...provider.types]))
})
