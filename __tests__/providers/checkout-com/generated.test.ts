/** Arbitrary deliveries in the name of Checkout.com: 11,000 generated cases, and 1,000 for its second proof. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { fromMinorUnits } from 'express-payment-webhooks'
import { deliveriesTo, oneByteOf } from '../../support/deliveries-to.js'
import { describeGeneratedDeliveries } from '../../support/generated-deliveries.js'
import { payloadOf } from '../../support/provider-suite.js'
import { fixture, inTest } from './support.js'

const body = payloadOf('checkout-com', 'payment_captured.json')

interface Sent {
  readonly data: { readonly amount: number; readonly currency: string }
}

describeGeneratedDeliveries({
  provider: inTest(),
  body,
  header: 'cko-signature',
  saysTheSame: (changed, header) => changed.toLowerCase() === header,
  unsigned: ['authorization', 'user-agent', 'x-signature', 'cko-version'],
  payloads: ['payment_captured', 'payment_approved', 'payment_refunded_partial', 'dispute_evidence_required'].map(
    fixture,
  ),
  check({ type, received, refund, dispute }, payload) {
    if (type.startsWith('checkout-com.')) return expect([received, refund, dispute]).toEqual([null, null, null])
    const { amount, currency } = (payload as Sent).data
    for (const money of [received, refund, dispute]) {
      // JSON has no negative zero.
      if (money !== null) expect(money.amount).toBe(fromMinorUnits(Number(amount) + 0, currency, { CLP: 2 }))
    }
  },
})

test('with one letter of the Authorization header changed it is refused, however right the signature is', async () => {
  const provider = inTest({ authorization: 'cko-authorization-value-71' })
  const { headers } = provider.sign(body)
  const deliver = deliveriesTo(provider)
  expect(await deliver(body, headers)).toMatchObject({ status: 200 })
  const changed = oneByteOf(Buffer.from(headers['authorization']!)).map((bytes) => bytes.toString('latin1'))
  await fc.assert(
    fc.asyncProperty(changed, async (authorization) => {
      expect(await deliver(body, { ...headers, authorization })).toMatchObject({ status: 401, events: [] })
    }),
    { numRuns: 1000 },
  )
})
