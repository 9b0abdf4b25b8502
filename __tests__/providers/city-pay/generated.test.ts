/** CityPay's callbacks, which prove nothing, and its orders: 10,500 with one arbitrary value. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cityPay, toDecimal, type Provider, type WebhookEvent } from 'express-payment-webhooks'
import { sample, sampleCityPayOrder } from 'express-payment-webhooks/testing'
import { deliveriesTo, oneByteOf } from '../../support/deliveries-to.js'
import { anything, pathsOf, replaced } from '../../support/mutations.js'

const TOKEN = '730914458201'
const STATES = ['CONFIRMED', 'PAID_UNCONFIRMED', 'UNDERPAID', 'OVERPAID', 'CANCELED'] as const
const ORDERS = STATES.map((status) => sampleCityPayOrder(status))
const CALLBACK = sample('city-pay', 'CONFIRMED')
const BODY = Buffer.from(JSON.stringify(CALLBACK))

/** A shop with one order, about which CityPay gives this answer. */
const provider = (order: unknown = sampleCityPayOrder('CONFIRMED')) =>
  cityPay({ orderToken: (name) => (name === 'ORDER-1001' ? TOKEN : null), readBack: async () => order }) as Provider

/** The content of the order, except the time of the read. */
const factsOf = (event: WebhookEvent) => ({
  ...event,
  receivedAt: '',
  received: event.received && { ...event.received, asOf: '' },
})

describe('a callback', () => {
  test('is the event of its order, so that the changes below are what decides', async () => {
    expect(await deliveriesTo(provider())(BODY)).toMatchObject({
      status: 200,
      events: [{ type: 'payment.confirmed', received: { amount: '50' } }],
    })
  })

  test('with one byte of it changed is the same event, or none: 200, 400, 401 or 503', async () => {
    const [genuine] = (await deliveriesTo(provider())(BODY)).events
    const seen = new Set<number>()
    await fc.assert(
      fc.asyncProperty(oneByteOf(BODY), async (body) => {
        const { status, events } = await deliveriesTo(provider())(body)
        seen.add(status)
        for (const event of events) expect(factsOf(event)).toEqual(factsOf(genuine!))
        expect(events).toHaveLength(status === 200 ? 1 : 0)
      }),
      { numRuns: 4500 },
    )
    expect([...seen].filter((status) => ![200, 400, 401, 503].includes(status))).toEqual([])
    expect(seen.has(200)).toBe(true)
  })

  test('that says anything in one place is the same event, or none', async () => {
    const [genuine] = (await deliveriesTo(provider())(BODY)).events
    const seen = new Set<number>()
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pathsOf(CALLBACK)), anything, async (path, value) => {
        const body = Buffer.from(JSON.stringify(replaced(CALLBACK, path, value)))
        const { status, events } = await deliveriesTo(provider())(body)
        seen.add(status)
        for (const event of events) expect(factsOf(event)).toEqual(factsOf(genuine!))
        expect(events).toHaveLength(status === 200 ? 1 : 0)
      }),
      { numRuns: 3000 },
    )
    expect([...seen].filter((status) => ![200, 400, 401, 503].includes(status))).toEqual([])
  })
})

test('an order that says anything in one place is one event of what it says, or asked for again: 200 or 503', async () => {
  const places = ORDERS.flatMap((order) => pathsOf(order).map((path) => ({ order, path })))
  const seen = new Set<number>()
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), anything, async ({ order, path }, value) => {
      const { status, events } = await deliveriesTo(provider(replaced(order, path, value)))(BODY)
      seen.add(status)
      expect(events).toHaveLength(status === 200 ? 1 : 0)
      for (const { received, expected } of events) {
        for (const money of [received, expected]) {
          if (money === null) continue
          expect(toDecimal(money.amount)).toBe(money.amount)
          expect(money.currency).toMatch(/^[A-Z0-9._-]{1,32}$/)
        }
      }
    }),
    { numRuns: 3000 },
  )
  expect([...seen].sort()).toEqual([200, 503])
})
