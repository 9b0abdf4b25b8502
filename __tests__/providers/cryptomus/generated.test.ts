/** Arbitrary webhooks: 11,000 generated cases, all in this process. */
import { describe, expect, test } from '@jest/globals'
import { Big } from 'big.js'
import fc from 'fast-check'
import { toDecimal, type WebhookEvent } from 'express-payment-webhooks'
import { deliveriesTo, oneByteOf } from '../../support/deliveries-to.js'
import { anything, pathsOf, replaced } from '../../support/mutations.js'
import { payloadOf } from '../../support/provider-suite.js'
import { fixture, provider, signed, wallet, webhook } from './support.js'

const BODY = payloadOf('cryptomus', 'payment_paid_slashes_and_umlauts.json')
const STATES =
  'process check confirm_check paid paid_over wrong_amount wrong_amount_waiting cancel fail system_fail refund_process refund_fail refund_paid locked'.split(
    ' ',
  )

const refused = { status: 401, kind: 'not_authentic', events: [] }

/** The digits of the digest may be in upper case. */
const isOther = (body: Buffer) => body.toString('latin1').toLowerCase() !== BODY.toString('latin1').toLowerCase()

describe('a delivery', () => {
  test('is an event as it was signed, so that the changes below are what refuses it', async () => {
    expect(await deliveriesTo(provider())(BODY)).toMatchObject({ status: 200, events: [{}] })
  })

  test('with one byte of it changed is refused: 401, and no event', async () => {
    const deliver = deliveriesTo(provider())
    await fc.assert(
      fc.asyncProperty(oneByteOf(BODY).filter(isOther), async (body) => {
        expect(await deliver(body)).toEqual(refused)
      }),
      { numRuns: 6000 },
    )
  })

  test('with other blanks, and other escapes of the same texts, which are not covered, is the same event', async () => {
    const deliver = deliveriesTo(provider())
    const { events: first } = await deliver(BODY)
    const payload = fixture('payment_paid_slashes_and_umlauts')
    const escapes = fc.infiniteStream(fc.boolean())
    await fc.assert(
      fc.asyncProperty(escapes, fc.constantFrom(0, 1, 4), async (chosen, indent) => {
        const escape = (letter: string) =>
          chosen.next().value ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter
        const body = Buffer.from(JSON.stringify(payload, null, indent).replace(/[^\x20-\x7e\n]|\//g, escape))
        expect(await deliver(body)).toEqual({ status: 200, kind: 'duplicate', events: [] })
        const [event] = (await deliveriesTo(provider())(body)).events
        expect({ ...event, receivedAt: '' }).toEqual({ ...first[0], receivedAt: '' })
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a genuine delivery', () => {
  test('that says anything in one place is an event, or kept for the operator: 200 or 400', async () => {
    const payloads = [webhook('paid'), wallet('paid')]
    const places = payloads.flatMap((payload) => pathsOf(payload).map((path) => ({ payload, path })))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), anything, async ({ payload, path }, value) => {
        const { status, events } = await deliveriesTo(provider())(signed(replaced(payload, path, value)))
        expect([200, 400]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
      }),
      { numRuns: 2000 },
    )
  })

  test('is never worth more than its price, nor than its share of it, by amounts of any size', async () => {
    const amount = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.nat(8)).map(([units, places]) => {
      const digits = String(units).padStart(places + 1, '0')
      return places === 0 ? digits.slice(-20) : `${digits.slice(0, -places).slice(-20)}.${digits.slice(-places)}`
    })
    const amounts = fc.record({
      amount,
      payer_amount: amount,
      payment_amount: amount,
      currency: fc.constantFrom('EUR', 'JPY', 'KWD', 'USDT'),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...STATES),
        fc.constantFrom(webhook, wallet),
        amounts,
        async (state, make, rest) => {
          const { status, events } = await deliveriesTo(provider())(signed(make(state, rest)))
          expect(status).toBe(200)
          expectOnlyItsShare(events[0]!, rest)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

interface Amounts {
  readonly amount: string
  readonly payer_amount: string
  readonly payment_amount: string
}

function expectOnlyItsShare({ received, refund }: WebhookEvent, amounts: Amounts): void {
  const [price, asked, paid] = [amounts.amount, amounts.payer_amount, amounts.payment_amount].map(
    (text) => new Big(text),
  )
  for (const money of [received, refund]) {
    if (money === null) continue
    if (money.currency === 'USDT' && price!.eq(asked!)) {
      expect(money.amount).toBe(toDecimal(amounts.payment_amount))
    } else {
      expect(price!.gte(money.amount)).toBe(true)
      expect(price!.times(paid!).gte(asked!.times(money.amount))).toBe(true)
    }
  }
}
