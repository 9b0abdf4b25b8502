/** PayMongo's deliveries: 10,500 genuine ones with one arbitrary value. */
import { expect } from '@jest/globals'
import { toMinorUnits } from 'express-payment-webhooks'
import { describeGeneratedDeliveries } from '../../support/generated-deliveries.js'
import { samples } from '../../../src/testing/samples/paymongo.js'
import { shop } from './support.js'

interface Said {
  readonly data: {
    readonly attributes: {
      readonly type: unknown
      readonly livemode: unknown
      readonly data: { readonly attributes?: { readonly amount?: unknown }; readonly amount?: unknown }
    }
  }
}

/** The digits may be in either case; every other part of the header must stay the same. */
const DIGITS = /(?<=,li=)[0-9a-f]+$/i

describeGeneratedDeliveries({
  provider: shop(),
  body: Buffer.from(JSON.stringify(samples['payment.paid'])),
  header: 'paymongo-signature',
  saysTheSame: (changed, header) => changed.replace(DIGITS, (digits) => digits.toLowerCase()) === header,
  payloads: [
    samples['payment.paid'],
    samples['checkout_session.payment.paid'],
    samples['payment.refunded'],
    samples['payment.refund.updated'],
    samples['link.payment.paid'],
  ],
  check({ type, received }, payload) {
    if (received === null) return
    const { attributes } = (payload as Said).data
    expect([type, attributes.type, attributes.livemode]).toEqual(['payment.confirmed', 'payment.paid', true])
    const amount = attributes.data.attributes?.amount ?? attributes.data.amount
    expect(toMinorUnits(received.amount, received.currency)).toBe(String(amount))
  },
})
