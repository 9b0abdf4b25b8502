/** Vectors in the server's own layout, and the tables of the page. */
import { test, expect } from '@jest/globals'
import { btcPayServer } from 'express-payment-webhooks/providers/btcpay-server'
import { eventOf } from '../../support/deliver.js'
import { describeExamples, describeVectors, payloadOf, vectorsOf, type Vector } from '../../support/provider-suite.js'
import { fixture, invoice, payment, SECRET } from './support.js'

const { 'btcpay-server': vectors } = vectorsOf<{
  'btcpay-server': { cases: (Vector & { readonly secrets: string[] })[] }
}>('btcpay-server')

describeVectors(vectors.cases, ({ secrets }) => btcPayServer({ secret: secrets }))

describeExamples('btcpay-server', () => btcPayServer({ secret: SECRET }))

/** Every payment of the fixtures, so that each event finds its own. */
const payments = [
  payment(),
  payment({ ...(fixture('invoice_received_payment_partial')['payment'] as object) }),
  payment({ ...(fixture('invoice_received_payment_lightning')['payment'] as object) }),
]

const read = [
  'invoice_expired_paid_partial',
  'invoice_expired_partially_paid',
  'invoice_paid_after_expiration',
  'invoice_payment_settled',
  'invoice_processing_overpaid',
  'invoice_received_payment_after_expiration',
  'invoice_received_payment_lightning',
  'invoice_received_payment_partial',
  'invoice_settled',
  'invoice_settled_manually',
]

describeExamples(
  'btcpay-server',
  () => btcPayServer({ secret: SECRET, readInvoice: async () => invoice({}, payments) }),
  { heading: 'With the invoice read', files: read.map((name) => `${name}.json`) },
)

test('a redelivery has other bytes, and is the same event', async () => {
  const provider = btcPayServer({ secret: SECRET })
  const [first, again] = ['invoice_settled.json', 'invoice_settled_redelivery.json'].map((file) =>
    payloadOf('btcpay-server', file),
  )
  expect(again).not.toEqual(first)
  expect((await eventOf(provider, again!)).id).toBe((await eventOf(provider, first!)).id)
})
