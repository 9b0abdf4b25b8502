/** NOWPayments, as docs/add-a-provider.md has a shop write it, through Express. */
import { describe, test } from '@jest/globals'
import { providerConformance } from 'express-payment-webhooks/testing'
import { ownNowPayments } from '../../../examples/own-providers/nowpayments.js'
import { vectorsOf } from '../../support/provider-suite.js'
import { asVectors, describePayloads, eur, testLength, textsOf, total, type Cases } from './support.js'

describe('NOWPayments', () => {
  const { cases } = vectorsOf<Cases<{ secrets: readonly string[] }>>('nowpayments')['nowpayments']!
  const secretOf = (name: string) => cases.find((one) => one.name === name)?.secrets ?? cases[0]!.secrets
  const create = (name: string) => ownNowPayments({ secret: secretOf(name) })
  const first = { orderId: 'ORDER-1001', paymentId: '6130274855', expected: eur('129'), received: null }
  const coins = (amount: string, currency = 'USDTTRC20') => ({ original: { amount, currency } })

  describePayloads('nowpayments', create, {
    'payment_waiting.json': { ...first, type: 'payment.pending' },
    'payment_confirming_small_amounts.json': {
      ...{ ...first, type: 'payment.detected', paymentId: '6130274856' },
      ...coins('0.00000012', 'BTC'),
    },
    'payment_partially_paid.json': { ...first, type: 'payment.partially_paid', ...coins('100') },
    'payment_finished.json': { ...first, type: 'payment.confirmed', received: total('129'), ...coins('139.254') },
    'payment_finished_redeposit.json': {
      ...{ type: 'transaction.confirmed', orderId: 'ORDER-1001', paymentId: '6244190371', expected: null },
      ...{ received: eur('37.1', { basis: 'transaction' }), ...coins('40') },
    },
    'payment_expired.json': { ...first, type: 'payment.expired' },
    'payment_refunded.json': { ...first, type: 'payment.refunded' },
    'payout_finished.json': { type: 'own-nowpayments.payout', orderId: null, received: null, expected: null },
  })

  providerConformance({ test, create, payloads: textsOf('nowpayments'), vectors: asVectors(cases) })

  testLength('nowpayments')
})
