/** Razorpay's deliveries: 10,500 genuine ones with one arbitrary value. */
import { expect } from '@jest/globals'
import { toMinorUnits } from 'express-payment-webhooks'
import { describeGeneratedDeliveries } from '../../support/generated-deliveries.js'
import { samples } from '../../../src/testing/samples/razorpay.js'
import { shop } from './support.js'

interface Said {
  readonly event: string
  readonly payload: Readonly<Record<string, { readonly entity: Readonly<Record<string, unknown>> }>>
}

/** The entity and the field with the received amount, by the event's name. */
const MONEY: Readonly<Record<string, readonly [entity: string, field: string]>> = {
  'payment.captured': ['payment', 'amount'],
  'order.paid': ['order', 'amount_paid'],
}

describeGeneratedDeliveries({
  provider: shop(),
  body: Buffer.from(JSON.stringify(samples['order.paid'])),
  header: 'x-razorpay-signature',
  saysTheSame: (changed, header) => changed.toLowerCase() === header,
  payloads: [
    samples['order.paid'],
    samples['payment.captured'],
    samples['payment_link.paid'],
    samples['refund.processed'],
    samples['payment.dispute.lost'],
    samples['settlement.processed'],
  ],
  check({ type, received, paymentId }, payload) {
    if (received === null) return
    const { event, payload: entities } = payload as Said
    const [entity, field] = MONEY[event]!
    const said = entities[entity]!.entity
    expect(toMinorUnits(received.amount, received.currency)).toBe(String(said[field]))
    expect(received.currency).toBe(String(said['currency']).toUpperCase())
    if (type === 'payment.confirmed' && event === 'order.paid') expect(paymentId).toBe(String(said['id']))
  },
})
