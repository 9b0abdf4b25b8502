/** Whatever comes in the name of Square: 11,000 generated cases. */
import { expect } from '@jest/globals'
import { fromMinorUnits } from 'express-payment-webhooks'
import { describeAnything, describeTampering } from '../../support/generated-deliveries.js'
import { payloadOf } from '../../support/provider-suite.js'
import { fixture, shop } from './support.js'

describeTampering(shop(), {
  body: payloadOf('square', 'payment_updated_completed.json'),
  header: 'x-square-hmacsha256-signature',
  unsigned: ['x-square-signature', 'square-environment', 'square-retry-number', 'square-initial-delivery-timestamp'],
})

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

const exact = ({ amount, currency }: Amount) => ({
  amount: fromMinorUnits(amount, currency),
  currency: currency.toUpperCase(),
})

describeAnything(shop(), payloads.map(fixture), (event, payload) => {
  const { object } = payload['data'] as { readonly object: Record<string, Record<string, Amount>> }
  if (event.type === 'payment.confirmed')
    expect(event.received).toMatchObject(exact(object['payment']!['total_money']!))
  if (event.refund !== null) expect(event.refund).toMatchObject(exact(object['refund']!['amount_money']!))
  if (event.dispute !== null) expect(event.dispute).toMatchObject(exact(object['dispute']!['amount_money']!))
  if (event.type.startsWith('square.'))
    expect([event.received, event.refund, event.dispute]).toEqual([null, null, null])
})
