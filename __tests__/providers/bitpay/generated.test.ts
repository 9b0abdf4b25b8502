/** Arbitrary notifications and arbitrary answers of BitPay: 12,500 generated cases, all in this process. */
import { describe, expect, test } from '@jest/globals'
import { Big } from 'big.js'
import fc from 'fast-check'
import { deliveriesTo, oneByteOf } from '../../support/deliveries-to.js'
import { anything, pathsOf, replaced } from '../../support/mutations.js'
import { payloadOf } from '../../support/provider-suite.js'
import { answer, fixture, notification, provider, reading } from './support.js'

const BODY = payloadOf('bitpay', 'invoice_confirmed.json')
const STATES = 'new paid confirmed complete expired invalid declined'.split(' ')

const refused = { status: 401, kind: 'not_authentic', events: [] }

describe('a signed notification', () => {
  const { headers } = provider().sign(BODY)

  test('is an event as it was signed, so that the changes below are what refuses it', async () => {
    expect(await deliveriesTo(provider())(BODY, headers)).toMatchObject({ status: 200, events: [{}] })
  })

  test('with one byte of it changed is refused: 401, and no event', async () => {
    const deliver = deliveriesTo(provider())
    await fc.assert(
      fc.asyncProperty(oneByteOf(BODY), async (body) => {
        expect(await deliver(body, headers)).toEqual(refused)
      }),
      { numRuns: 5000 },
    )
  })

  test('with one letter of its signature changed is refused: 401, and no event', async () => {
    const deliver = deliveriesTo(provider())
    const changed = oneByteOf(Buffer.from(headers['x-signature']!)).map((bytes) => bytes.toString('latin1'))
    await fc.assert(
      fc.asyncProperty(changed, async (text) => {
        expect(await deliver(BODY, { ...headers, 'x-signature': text })).toEqual(refused)
      }),
      { numRuns: 2000 },
    )
  })

  test('that says anything in one place is an event, or kept for the operator: 200 or 400', async () => {
    const payloads = ['invoice_confirmed', 'standard_format_confirmed', 'refund_partial'].map(fixture)
    const places = payloads.flatMap((payload) => pathsOf(payload).map((path) => ({ payload, path })))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), anything, async ({ payload, path }, value) => {
        const { body, headers: signed } = provider().sign(replaced(payload, path, value))
        const { status, events } = await deliveriesTo(provider())(body, signed)
        expect([200, 400]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
      }),
      { numRuns: 2000 },
    )
  })

  test('is never worth more than its price, nor than its share of it, by amounts of any size', async () => {
    const units = fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String)
    const price = fc.nat(10 ** 9).map((cents) => new Big(cents).div(1000).toFixed())
    const amounts = fc.record({
      price,
      amountPaid: units,
      asked: units,
      currency: fc.constantFrom('EUR', 'JPY', 'BTC', 'KWD'),
      transactionCurrency: fc.constantFrom('BTC', 'ETH', 'USDC_m', 'NEW'),
    })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...STATES), amounts, async (status, { asked, ...rest }) => {
        const paymentTotals = { [rest.transactionCurrency]: asked }
        const { body, headers: signed } = provider().sign(notification({ status, ...rest, paymentTotals }))
        const { status: answered, events } = await deliveriesTo(provider())(body, signed)
        expect([answered, events.length]).toEqual([200, 1])
        for (const { received } of events) {
          if (received === null) continue
          expect(new Big(rest.price).gte(received.amount)).toBe(true)
          expect(new Big(rest.price).times(rest.amountPaid).gte(new Big(asked).times(received.amount))).toBe(true)
        }
      }),
      { numRuns: 1500 },
    )
  })
})

describe('an unsigned notification', () => {
  test('that says anything in one place becomes what was read, or nothing', async () => {
    const [genuine] = (await deliveriesTo(reading(async () => answer()))(BODY)).events
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pathsOf(notification())), anything, async (path, value) => {
        const body = Buffer.from(JSON.stringify(replaced(notification(), path, value)))
        const { status, events } = await deliveriesTo(reading(async () => answer()))(body)
        expect([200, 400, 503]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
        for (const event of events) {
          const undated = { receivedAt: '', received: { ...event.received, asOf: '' } }
          expect({ ...event, ...undated }).toEqual({ ...genuine, ...undated })
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('of an invoice that reads anything in one place is an event, or asked for again: 200 or 503', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pathsOf(answer())), anything, async (path, value) => {
        const { status, events } = await deliveriesTo(reading(async () => replaced(answer(), path, value)))(BODY)
        expect([200, 503]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
      }),
      { numRuns: 1000 },
    )
  })
})
