/** Arbitrary deliveries in the name of Coinbase Business: 11,000 generated cases, and 2,000 for its two signatures. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { toDecimal } from 'express-payment-webhooks'
import { deliveriesTo, oneByteOf } from '../../support/deliveries-to.js'
import { describeGeneratedDeliveries } from '../../support/generated-deliveries.js'
import { payloadOf } from '../../support/provider-suite.js'
import { fixture, genuine, shop, vector } from './support.js'

interface Sent {
  readonly amount: string
  readonly status?: string
  readonly settlement?: { readonly totalAmount?: unknown }
  readonly refundedAmount?: unknown
}

const isNone = (value: unknown) => value === undefined || value === null || value === ''

describeGeneratedDeliveries({
  provider: shop(),
  body: payloadOf('coinbase-business', 'checkout_payment_success.json'),
  header: 'x-hook0-signature',
  saysTheSame: (changed, header) => changed.toLowerCase() === header,
  unsigned: ['x-event-type', 'x-cc-webhook-signature', 'user-agent', 'x-hook0-covered'],
  payloads: ['checkout_payment_success', 'checkout_refund_success_first', 'checkout_refund_success_second'].map(
    fixture,
  ),
  check({ type, received, refund }, payload) {
    const { amount, settlement, refundedAmount } = payload as Sent
    if (type === 'payment.confirmed') {
      const total = settlement?.totalAmount
      expect(received?.amount).toBe(toDecimal(String(isNone(total) ? amount : total)))
    }
    if (refund !== null && !isNone(refundedAmount)) expect(refund.amount).toBe(toDecimal(String(refundedAmount)))
    if (type.startsWith('coinbase-business.')) expect([received, refund]).toEqual([null, null])
  },
})

test.each([
  ['v1', 'v0'],
  ['v0', 'v1'],
])('a delivery whose %s is called %s, beside the genuine one, is the same event', async (from, to) => {
  const { raw_body, headers } = genuine
  const renamed = headers['x-hook0-signature']!.replace(`${from}=`, `${to}=`)
  const { status, events } = await deliveriesTo(shop())(Buffer.from(raw_body), {
    ...headers,
    'x-hook0-signature': renamed,
  })
  expect([status, events.length]).toEqual([200, 1])
})

describe.each([
  ['both signatures', genuine],
  ['v0 alone', vector('genuine, v0 only')],
])('a delivery with %s', (_what, { raw_body, headers }) => {
  const body = Buffer.from(raw_body)
  const isCovered = (name: string) =>
    name === 'x-hook0-signature' || headers['x-hook0-signature']!.includes(`h=content-type`)

  test('is refused with one letter changed of what it covers, and is the same event with the rest changed', async () => {
    const deliver = deliveriesTo(shop())
    const names = ['x-hook0-signature', 'content-type', 'x-event-id', 'x-event-type']
    const change = fc
      .constantFrom(...names)
      .chain((name) => oneByteOf(Buffer.from(headers[name]!)).map((bytes) => [name, bytes.toString('latin1')] as const))
      // A changed byte of v0 has no effect if there is a v1, nor does one of an entry that gets another name by the change.
      .filter(([name, text]) => name !== 'x-hook0-signature' || !countsTheSame(text, headers[name]!))
    await fc.assert(
      fc.asyncProperty(change, async ([name, text]) => {
        const { status, events } = await deliver(body, { ...headers, [name]: text })
        expect(status).toBe(isCovered(name) ? 401 : 200)
        if (isCovered(name)) expect(events).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })
})

/** Compares the parts that count: the time, and v1 with its names, or v0 if there is no v1. */
function countsTheSame(changed: string, header: string): boolean {
  const partsOf = (text: string) => {
    const entries = text.split(',').map((entry) => entry.trim())
    const isVersion1 = entries.some((entry) => entry.startsWith('v1='))
    const counts = isVersion1 ? /^(t|h|v1)=/ : /^(t|v0)=/
    return entries
      .filter((entry) => counts.test(entry))
      .map((entry) => (/^v\d=/.test(entry) ? entry.toLowerCase() : entry))
  }
  const [now, before] = [partsOf(changed), partsOf(header)]
  // An entry that gets the name of another one stands beside it, and one of the two is still genuine.
  const has = (entries: readonly string[]) => entries.every((entry) => now.includes(entry))
  // If v1 is no longer recognised, v0 remains, which covers the same decisive data.
  const version0 = header.split(',').filter((entry) => /^(t|v0)=/.test(entry))
  return has(before) || (now.some((entry) => entry.startsWith('v0=')) && has(version0))
}
