import { describe, expect, test } from '@jest/globals'
import { cityPay, coinbarPay, coinsPh, cryptoGateway, type Provider } from 'express-payment-webhooks'
import { sample, sampleCityPayOrder, type CityPayOrderStatus } from 'express-payment-webhooks/testing'
import { findSample } from '../../src/testing/sample.js'
import { SAMPLE_TYPES, SAMPLES } from '../../src/testing/samples.js'
import { eventOf } from '../support/deliver.js'

const secret = 'b0a7d8d47f1f4c3e9a52'

/** What CityPay answers when the order of a sample is read back. */
function readBack(name: string): object {
  if (name === 'IN_PROGRESS (part payment)') return sampleCityPayOrder('IN_PROGRESS', '30.00')
  return name.startsWith('deposit') ? {} : sampleCityPayOrder(name as CityPayOrderStatus)
}

const providers: Readonly<Record<keyof typeof SAMPLES, (name: string) => Provider>> = {
  'coins-ph': () => coinsPh({ token: secret }),
  'coinbar-pay': () => coinbarPay({ clientId: SAMPLES['coinbar-pay'].SUCCESS.service_client_id, secretKey: secret }),
  'crypto-gateway': () => cryptoGateway({ secret }),
  'city-pay': (name) =>
    cityPay({ orderToken: () => '730914458201', readBack: async () => readBack(name), allowedIps: ['127.0.0.1'] }),
}

const cases = Object.entries(SAMPLE_TYPES).flatMap(([provider, types]) =>
  Object.entries(types).map(([name, type]) => [provider as keyof typeof SAMPLES, name, type] as const),
)

describe('samples', () => {
  test.each(cases)('%s %s becomes %s', async (provider, name, type) => {
    const payload = JSON.stringify(findSample(provider, name).payload)
    const event = await eventOf(providers[provider](name), payload, '127.0.0.1')
    expect(event.type).toBe(type)
  })

  test('are known by type and by name, all of them', () => {
    for (const [provider, samples] of Object.entries(SAMPLES)) {
      const types = SAMPLE_TYPES[provider as keyof typeof SAMPLES]
      expect(Object.keys(types)).toEqual(Object.keys(samples))
    }
    expect(sample('coins-ph', 'payment.pending')).toEqual(sample('coins-ph', 'invoice.created'))
  })

  test('are copies, so that no test changes those of another', () => {
    const payload = sample('coins-ph', 'payment.confirmed')
    payload.event.data.amount = '0'
    expect(sample('coins-ph', 'payment.confirmed').event.data.amount).toBe('1500')
  })

  test.each([
    ['coins', 'payment.confirmed', /there is no provider "coins"\. Known: coins-ph, /],
    ['coins-ph', 'payment.confirmd', /coins-ph has no "payment\.confirmd"\. Did you mean "payment\.confirmed"\?/],
    ['coins-ph', 'toString', /coins-ph has no "toString"/],
    ['toString', 'payment.confirmed', /there is no provider "toString"/],
  ])('%s %s is refused with what there is', (provider, event, message) => {
    expect(() => sample(provider as 'coins-ph', event as 'payment.confirmed')).toThrow(message)
  })
})
