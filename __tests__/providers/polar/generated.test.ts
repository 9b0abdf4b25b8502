/** Arbitrary deliveries in the name of Polar: 11,000 generated cases, and 1,500 for the signed values next to the body. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { fromMinorUnits } from 'express-payment-webhooks'
import { deliveriesTo, oneByteOf } from '../../support/deliveries-to.js'
import { describeGeneratedDeliveries } from '../../support/generated-deliveries.js'
import { payloadOf } from '../../support/provider-suite.js'
import { fixture, shop } from './support.js'

const NOW = 1795766401000
const provider = shop({ now: () => NOW })
const body = payloadOf('polar', 'order_paid.json')

interface Sent {
  readonly data: Readonly<Record<string, number>> & { readonly currency: string }
}

describeGeneratedDeliveries({
  provider,
  body,
  header: 'webhook-signature',
  saysTheSame: (changed, header) => changed.trim() === header,
  unsigned: ['svix-id', 'x-webhook-id', 'user-agent', 'webhook-version'],
  payloads: ['order_paid', 'order_refunded_partially', 'refund_created', 'order_created_pending'].map(fixture),
  check({ type, received, refund }, payload) {
    const { data } = payload as Sent
    // JSON has no negative zero.
    const exact = (...cents: number[]) =>
      fromMinorUnits(
        cents.reduce((sum, one) => sum + (one ?? 0), 0),
        data.currency,
      )
    if (type === 'payment.confirmed') expect(received?.amount).toBe(exact(data['total_amount']!))
    if (type !== 'payment.confirmed') expect(received).toBeNull()
    if (refund?.basis === 'refund') expect(refund.amount).toBe(exact(data['amount']!, data['tax_amount']!))
    if (refund?.basis === 'total') {
      expect(refund.amount).toBe(exact(data['refunded_amount']!, data['refunded_tax_amount']!))
    }
  },
})

describe('what is signed beside the body', () => {
  const { headers } = provider.sign(body)

  test.each(['webhook-id', 'webhook-timestamp'])('%s with one letter changed is refused', async (name) => {
    const deliver = deliveriesTo(provider)
    const refused = { status: 401, kind: 'not_authentic', events: [] }
    const changed = oneByteOf(Buffer.from(headers[name]!)).map((bytes) => bytes.toString('latin1'))
    await fc.assert(
      fc.asyncProperty(changed, async (text) => {
        expect(await deliver(body, { ...headers, [name]: text })).toEqual(refused)
      }),
      { numRuns: 750 },
    )
  })
})
