/** Arbitrary deliveries in the name of Stripe: 10,500 generated cases. */
import { expect } from '@jest/globals'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { sample } from 'express-payment-webhooks/testing'
import { describeGeneratedDeliveries } from '../../support/generated-deliveries.js'
import { payloadOf, vectorsOf } from '../../support/provider-suite.js'

const { stripe: vectors } = vectorsOf<{ stripe: { secret: string; at: number } }>('stripe')

const provider = stripe({ secret: vectors.secret, now: () => vectors.at * 1000 })

type Sent = { readonly data: { readonly object: Readonly<Record<string, unknown>> } }

describeGeneratedDeliveries({
  provider,
  body: payloadOf('stripe', 'payment_intent_succeeded_jpy.json'),
  header: 'stripe-signature',
  saysTheSame: (changed, header) => changed.toLowerCase() === header.toLowerCase(),
  payloads: [
    sample('stripe', 'payment.confirmed'),
    sample('stripe', 'refund.confirmed'),
    sample('stripe', 'dispute.opened'),
  ],
  check({ type, received, refund, dispute }, payload) {
    if (type.startsWith('stripe.')) return expect([received, refund, dispute]).toEqual([null, null, null])
    const { object } = (payload as Sent).data
    // Cents, in the samples' currency; JSON has no negative zero.
    const cents = (amount: unknown) => String((Number(amount) + 0) / 100)
    if (type === 'payment.confirmed' && received?.currency === 'EUR') {
      expect(received.amount).toBe(cents(object['amount_received']))
    }
    if (refund?.currency === 'EUR' && refund.basis === 'refund') expect(refund.amount).toBe(cents(object['amount']))
    if (dispute?.currency === 'EUR') expect(dispute.amount).toBe(cents(object['amount']))
  },
})
