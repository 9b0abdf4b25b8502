/** Arbitrary notifications: 11,500 generated cases, all in this process. */
import { describe, expect, test } from '@jest/globals'
import { Big } from 'big.js'
import fc from 'fast-check'
import { toDecimal, type WebhookEvent } from 'express-payment-webhooks'
import { deliveriesTo, oneByteOf } from '../../support/deliveries-to.js'
import { anything, pathsOf, replaced } from '../../support/mutations.js'
import { payloadOf } from '../../support/provider-suite.js'
import { fixture, payment, provider } from './support.js'

const BODY = payloadOf('nowpayments', 'payment_finished.json')
const STATES = 'waiting confirming confirmed sending partially_paid finished failed refunded expired'.split(' ')

const refused = { status: 401, kind: 'not_authentic', events: [] }

describe('a delivery', () => {
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
    const signature = headers['x-nowpayments-sig']!
    const changed = oneByteOf(Buffer.from(signature)).map((bytes) => bytes.toString('latin1'))
    await fc.assert(
      fc.asyncProperty(
        changed.filter((text) => text.toLowerCase() !== signature),
        async (text) => {
          expect(await deliver(BODY, { ...headers, 'x-nowpayments-sig': text })).toEqual(refused)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('in another order and with other blanks, which are not covered, is the same event', async () => {
    const deliver = deliveriesTo(provider())
    const { events: first } = await deliver(BODY, headers)
    await fc.assert(
      fc.asyncProperty(shuffled(fixture('payment_finished')), fc.constantFrom(0, 1, 4), async (payload, indent) => {
        const body = Buffer.from(JSON.stringify(payload, null, indent))
        expect(await deliver(body, headers)).toEqual({ status: 200, kind: 'duplicate', events: [] })
        const [event] = (await deliveriesTo(provider())(body, headers)).events
        expect({ ...event, receivedAt: '', native: {} }).toEqual({ ...first[0], receivedAt: '', native: {} })
      }),
      { numRuns: 500 },
    )
  })
})

/** The same members in any order, at every depth. */
const shuffled = (value: unknown): fc.Arbitrary<unknown> => {
  if (typeof value !== 'object' || value === null) return fc.constant(value)
  const members = Object.entries(value).map(([name, inner]) => shuffled(inner).map((one) => [name, one] as const))
  return fc
    .tuple(...members)
    .chain((pairs) => fc.shuffledSubarray(pairs, { minLength: pairs.length }))
    .map((pairs) => Object.fromEntries(pairs))
}

describe('a genuine delivery', () => {
  test('that says anything in one place is an event, or kept for the operator: 200 or 400', async () => {
    const payloads = ['payment_finished', 'payment_finished_redeposit', 'payout_finished'].map(fixture)
    const places = payloads.flatMap((payload) => pathsOf(payload).map((path) => ({ payload, path })))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), anything, async ({ payload, path }, value) => {
        const { body, headers } = provider().sign(replaced(payload, path, value))
        const { status, events } = await deliveriesTo(provider())(body, headers)
        expect([200, 400]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
      }),
      { numRuns: 2000 },
    )
  })

  test('is never worth more than its price, nor than its share of it, by amounts of any size', async () => {
    const amount = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 24n }), fc.nat(12)).map(([units, places]) => {
      const digits = String(units).padStart(places + 1, '0')
      return places === 0 ? digits.slice(-20) : `${digits.slice(0, -places).slice(-20)}.${digits.slice(-places)}`
    })
    const currency = fc.constantFrom('eur', 'jpy', 'btc', 'kwd', 'usdttrc20')
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...STATES),
        fc.record({ price_amount: amount, pay_amount: amount, actually_paid: amount, price_currency: currency }),
        fc.constantFrom(null, 6130274855),
        async (state, amounts, parent) => {
          const payload = payment(state, { ...amounts, parent_payment_id: parent })
          const { body, headers } = provider().sign(payload)
          const { status, events } = await deliveriesTo(provider())(body, headers)
          expect(status).toBe(200)
          expectOnlyItsShare(events[0]!, amounts)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

interface Amounts {
  readonly price_amount: string
  readonly pay_amount: string
  readonly actually_paid: string
  readonly price_currency: string
}

function expectOnlyItsShare({ received, refund }: WebhookEvent, amounts: Amounts): void {
  for (const money of [received, refund]) {
    if (money === null) continue
    const [price, asked, paid] = [amounts.price_amount, amounts.pay_amount, amounts.actually_paid].map(
      (text) => new Big(text),
    )
    const isSame = money.currency === 'USDTTRC20' && price!.eq(asked!)
    if (isSame) expect(money.amount).toBe(toDecimal(amounts.actually_paid))
    else {
      expect(price!.gte(money.amount)).toBe(true)
      expect(price!.times(paid!).gte(asked!.times(money.amount))).toBe(true)
    }
  }
}
