import { describe, expect, test } from '@jest/globals'
import { createReceiver, memoryStore, type WebhookEvent } from 'express-payment-webhooks'
import { sample } from 'express-payment-webhooks/testing'
import { accountOf, SAMPLE_PROVIDERS, samplesOf } from '../../src/testing/sample.js'
import { CATALOGUE } from '../../src/testing/samples/index.js'
import { BUILT_IN } from '../support/built-in-providers.js'

const cases = Object.entries(BUILT_IN).flatMap(([row, { provider, create, brings = () => true, hasOtherTypes }]) =>
  hasOtherTypes === true
    ? []
    : samplesOf(provider)
        .filter(({ name }) => brings(name))
        .map(({ name, type, payload }) => [row, name, type, payload, create] as const),
)

describe('samples', () => {
  test.each(cases)('%s %s becomes %s', async (_row, name, type, payload, create) => {
    const events: WebhookEvent[] = []
    const provider = create(name)
    const options = { store: memoryStore(), on: {}, onUnhandled: (event: WebhookEvent) => void events.push(event) }
    const receiver = createReceiver(provider, { ...options, onError: (error) => Promise.reject(error) })
    await receiver.receive({ ...provider.sign(payload), ip: '127.0.0.1' })
    expect(events.map((event) => event.type)).toEqual([type])
  })

  test('every provider with samples has a row among those that are tested', () => {
    expect(new Set(Object.values(BUILT_IN).map(({ provider }) => provider))).toEqual(new Set(SAMPLE_PROVIDERS))
  })

  test('are known by type and by name, all of them', () => {
    for (const { samples, types } of Object.values(CATALOGUE)) {
      expect(Object.keys(types)).toEqual(Object.keys(samples))
    }
    expect(sample('coins-ph', 'payment.pending')).toEqual(sample('coins-ph', 'invoice.created'))
    expect(sample('stripe', 'payment.confirmed')).toEqual(sample('stripe', 'payment_intent.succeeded'))
  })

  test('are had where a test imitates a browser, which has no structuredClone', () => {
    const { structuredClone } = globalThis
    Reflect.deleteProperty(globalThis, 'structuredClone')
    try {
      expect(sample('coins-ph', 'payment.confirmed', { event: { data: { amount: '7' } } }).event.data.amount).toBe('7')
    } finally {
      globalThis.structuredClone = structuredClone
    }
  })

  test('are copies, so that no test changes those of another', () => {
    const payload = sample('coins-ph', 'payment.confirmed')
    payload.event.data.amount = '0'
    expect(sample('coins-ph', 'payment.confirmed').event.data.amount).toBe('1500')
  })

  test.each([
    ['coins', 'payment.confirmed', /there is no provider "coins"\. Known: .*coins-ph/],
    ['coins-ph', 'payment.confirmd', /coins-ph has no "payment\.confirmd"\. Did you mean "payment\.confirmed"\?/],
    [
      'crypto-gateway',
      'payment.confirmed',
      /The likeliest is "transaction\.confirmed"\. Known: transaction\.detected, /,
    ],
    ['crypto-gateway', 'payment.failed', /The likeliest is "transaction\.failed"\. Known: /],
    ['standard-webhooks', 'payment.confirmed', /The likeliest is "invoice\.paid"\. Known: /],
    ['standard-webhooks', 'payment.failed', /has no "payment\.failed"\. Known: /],
    ['coins-ph', 'toString', /coins-ph has no "toString"/],
    ['toString', 'payment.confirmed', /there is no provider "toString"/],
    ['acme-pay', 'payment.confirmed', /signedRequest\(provider, payload\) of express-payment-webhooks\/testing/],
  ])('%s %s is refused with what there is', (provider, event, message) => {
    expect(() => sample(provider as 'coins-ph', event as 'payment.confirmed')).toThrow(message)
  })
})

describe.each(SAMPLE_PROVIDERS.map((name) => accountOf(name)))('an account at %j', (account) => {
  test('takes its secret from one of its options, and each option from a variable of its own', () => {
    const { options, secret } = account
    if (secret !== null) expect(Object.keys(options)).toContain(secret)
    expect(new Set(Object.values(options)).size).toBe(Object.keys(options).length)
  })
})

test('accounts of two providers share no variable', () => {
  const variables = SAMPLE_PROVIDERS.flatMap((name) => Object.values(accountOf(name).options))
  expect(variables.filter((variable, at) => variables.indexOf(variable) !== at)).toEqual([])
})
