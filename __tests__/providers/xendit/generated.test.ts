/** Xendit's deliveries and its API's answers: 12,000 with one arbitrary value. */
import { describe, expect, test } from '@jest/globals'
import { sumDecimals, toDecimal, type WebhookEvent } from 'express-payment-webhooks'
import fc from 'fast-check'
import { deliveriesTo, oneByteOf } from '../../support/deliveries-to.js'
import { anything, pathsOf, replaced } from '../../support/mutations.js'
import { payloadOf } from '../../support/provider-suite.js'
import { API, CAPTURED, fixture, INVOICE, reading, REFUND, TOKEN } from './support.js'

const BODY = payloadOf('xendit', 'invoice_paid.json')
const HEADER = 'x-callback-token'
const headers = { [HEADER]: TOKEN }

/** The fields of an event that decisions use; all others are for people. */
const decisive = ({ id, type, orderId, paymentIds, expected, received, refund }: WebhookEvent) => ({
  ...{ id, type, orderId, paymentIds, expected, refund },
  received: received && { ...received, asOf: null },
})

describe('a delivery', () => {
  test('with one byte of its token changed is refused: 401, and no event', async () => {
    const deliver = deliveriesTo(reading())
    const changed = oneByteOf(Buffer.from(TOKEN)).map((bytes) => bytes.toString('latin1'))
    await fc.assert(
      fc.asyncProperty(changed, async (token) => {
        expect(await deliver(BODY, { [HEADER]: token })).toEqual({ status: 401, kind: 'not_authentic', events: [] })
      }),
      { numRuns: 2000 },
    )
  })

  test('with one byte of its body changed is what was read, or nothing: 200, 400 or 503', async () => {
    const [genuine] = (await deliveriesTo(reading())(BODY, headers)).events
    const seen = new Set<number>()
    await fc.assert(
      fc.asyncProperty(oneByteOf(BODY), async (body) => {
        const { status, events } = await deliveriesTo(reading())(body, headers)
        seen.add(status)
        for (const event of events.filter(({ type }) => type !== 'xendit.callback')) {
          expect(decisive(event)).toEqual(decisive(genuine!))
        }
        for (const event of events.filter(({ type }) => type === 'xendit.callback')) expect(event.received).toBeNull()
        expect(events).toHaveLength(status === 200 ? 1 : 0)
      }),
      { numRuns: 4000 },
    )
    expect([200, 400, 503]).toEqual(expect.arrayContaining([...seen]))
    expect(seen.has(200) && seen.has(400)).toBe(true)
  })

  test('that says anything in one place is what was read, or nothing', async () => {
    const payloads = ['invoice_paid', 'payment_capture_v3', 'payment_succeeded_v2', 'refund_succeeded'].map(fixture)
    const places = payloads.flatMap((payload) => pathsOf(payload).map((path) => ({ payload, path })))
    const genuine = new Map<object, object>()
    for (const payload of payloads) {
      const { events } = await deliveriesTo(reading())(Buffer.from(JSON.stringify(payload)), headers)
      genuine.set(payload, decisive(events[0]!))
    }
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), anything, async ({ payload, path }, value) => {
        const body = Buffer.from(JSON.stringify(replaced(payload, path, value)))
        const { status, events } = await deliveriesTo(reading())(body, headers)
        expect([200, 400, 503]).toContain(status)
        for (const event of events) {
          if (event.type.startsWith('xendit.')) expect([event.received, event.refund]).toEqual([null, null])
          else expect(decisive(event)).toEqual(genuine.get(payload))
        }
      }),
      { numRuns: 3000 },
    )
  })
})

describe('what was read', () => {
  const cases = [
    [INVOICE, 'invoice_paid'],
    [CAPTURED, 'payment_capture_v3'],
    [REFUND, 'refund_succeeded'],
  ] as const
  const places = cases.flatMap(([path, name]) => pathsOf(API[path]).map((place) => ({ path, name, place })))

  test('and says anything in one place becomes only what it says, or is asked for again or kept: 200, 400 or 503', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), anything, async ({ path, name, place }, value) => {
        const read = replaced(API[path]!, place, value) as Read
        const body = Buffer.from(JSON.stringify(fixture(name)))
        const { status, events } = await deliveriesTo(reading({ [path]: read }))(body, headers)
        expect([200, 400, 503]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
        for (const { received, refund } of events) {
          if (received !== null) expect(received.amount).toBe(amountOf(read))
          if (refund !== null) expect(refund.amount).toBe(toDecimal(read.amount))
        }
      }),
      { numRuns: 3000 },
    )
  })
})

interface Read {
  readonly amount?: unknown
  readonly paid_amount?: unknown
  readonly request_amount?: unknown
  readonly status?: unknown
  readonly captures?: readonly { readonly capture_amount?: unknown }[] | null
}

/** An independent reading of a resource that reports a payment: the received amount. */
function amountOf({ amount, paid_amount: paid, request_amount: asked, captures }: Read): string | null {
  if (asked === undefined) return toDecimal(paid) ?? toDecimal(amount)
  if (!captures?.length) return toDecimal(asked)
  return sumDecimals(captures.map((one) => toDecimal(one.capture_amount)!))
}
