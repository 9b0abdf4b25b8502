/** Arbitrary callbacks and arbitrary answers of CoinGate: 10,000 generated cases, all in this process. */
import { describe, expect, test } from '@jest/globals'
import { Big } from 'big.js'
import fc from 'fast-check'
import { coinGate } from 'express-payment-webhooks/providers/coingate'
import { deliveriesTo, oneByteOf } from '../../support/deliveries-to.js'
import { anything, pathsOf, replaced } from '../../support/mutations.js'
import { callback, order, TOKEN } from './support.js'

const STATES = 'new pending confirming paid invalid expired canceled refunded partially_refunded'.split(' ')

const reading = (read: unknown) => coinGate({ orderToken: () => TOKEN, readOrder: async () => read })

describe('a callback', () => {
  test('with one byte of its token changed is refused: 422, and no event', async () => {
    const deliver = deliveriesTo(reading(order()))
    const letter = oneByteOf(Buffer.from(TOKEN)).map((bytes) => bytes.toString('latin1'))
    await fc.assert(
      fc.asyncProperty(letter, async (token) => {
        const sent = Buffer.from(JSON.stringify(callback({ token })))
        expect(await deliver(sent)).toEqual({ status: 422, kind: 'not_authentic', events: [] })
      }),
      { numRuns: 3000 },
    )
  })

  test('that says anything in one place becomes what was read, or nothing', async () => {
    const places = pathsOf(callback()).filter(([name]) => name !== 'token')
    const [genuine] = (await deliveriesTo(reading(order()))(Buffer.from(JSON.stringify(callback())))).events
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), anything, async (path, value) => {
        const sent = Buffer.from(JSON.stringify(replaced(callback(), path, value)))
        const { status, events } = await deliveriesTo(reading(order()))(sent)
        expect([200, 400, 422, 503]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
        for (const event of events) {
          const undated = { receivedAt: '', received: { ...event.received, asOf: '' } }
          expect({ ...event, ...undated }).toEqual({ ...genuine, ...undated })
        }
      }),
      { numRuns: 3000 },
    )
  })
})

describe('an order that was read', () => {
  test('and says anything in one place becomes an event, or is asked for again: 200 or 503', async () => {
    const sent = Buffer.from(JSON.stringify(callback()))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pathsOf(order())), anything, async (path, value) => {
        const { status, events } = await deliveriesTo(reading(replaced(order(), path, value)))(sent)
        expect([200, 503]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
      }),
      { numRuns: 2000 },
    )
  })

  test('is never worth more than its price, nor than its share of it', async () => {
    const amount = fc.nat(10 ** 9).map((units) => new Big(units).div(10 ** 5).toFixed())
    const amounts = fc.record({
      price_amount: amount,
      pay_amount: amount,
      underpaid_amount: amount,
      overpaid_amount: amount,
      price_currency: fc.constantFrom('EUR', 'JPY', 'KWD', 'ETH'),
    })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...STATES), amounts, async (state, rest) => {
        const sent = Buffer.from(JSON.stringify(callback({ status: state })))
        const { status, events } = await deliveriesTo(reading(order({ ...rest, status: state })))(sent)
        expect(status).toBe(state === 'new' ? 503 : 200)
        const [price, asked] = [new Big(rest.price_amount), new Big(rest.pay_amount)]
        for (const { received, original } of events) {
          if (received === null || original === null) continue
          expect(price.gte(received.amount)).toBe(true)
          expect(price.times(original.amount).gte(asked.times(received.amount))).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
