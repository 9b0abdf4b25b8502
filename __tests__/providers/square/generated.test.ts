/** Arbitrary deliveries in the name of Square: 11,000 generated cases. */
import { expect } from '@jest/globals'
import { fromMinorUnits } from 'express-payment-webhooks'
import { describeGeneratedDeliveries } from '../../support/generated-deliveries.js'
import { payloadOf } from '../../support/provider-suite.js'
import { fixture, shop } from './support.js'

const payloads = [
  'payment_created_approved',
  'payment_updated_completed',
  'refund_updated_completed',
  'dispute_created',
]

interface Amount {
  readonly amount: number
  readonly currency: string
}

type Sent = { readonly data: { readonly object: Readonly<Record<string, Readonly<Record<string, Amount>>>> } }

const exact = ({ amount, currency }: Amount) => ({
  // JSON has no negative zero.
  amount: fromMinorUnits(amount + 0, currency),
  currency: currency.toUpperCase(),
})

describeGeneratedDeliveries({
  provider: shop(),
  body: payloadOf('square', 'payment_updated_completed.json'),
  header: 'x-square-hmacsha256-signature',
  saysTheSame: () => false,
  unsigned: ['x-square-signature', 'square-environment', 'square-retry-number', 'square-initial-delivery-timestamp'],
  payloads: payloads.map(fixture),
  check({ type, received, refund, dispute }, payload) {
    if (type.startsWith('square.')) return expect([received, refund, dispute]).toEqual([null, null, null])
    const { object } = (payload as Sent).data
    if (type === 'payment.confirmed') expect(received).toMatchObject(exact(object['payment']!['total_money']!))
    if (refund !== null) expect(refund).toMatchObject(exact(object['refund']!['amount_money']!))
    if (dispute !== null) expect(dispute).toMatchObject(exact(object['dispute']!['amount_money']!))
  },
})
