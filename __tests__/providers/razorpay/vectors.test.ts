/** Razorpay, with vectors verified by the official package, and the tables of the page. */
import { describe, expect, test } from '@jest/globals'
import { proofOf, receiverOf } from '../../support/deliver.js'
import { describeExamples, describeVectors, payloadOf, vectorsOf, type Vector } from '../../support/provider-suite.js'
import { shop } from './support.js'

const { razorpay: vectors } = vectorsOf<{
  razorpay: { cases: (Vector & { readonly secrets?: readonly string[] })[] }
}>('razorpay')

describeVectors(vectors.cases, ({ secrets }) => (secrets === undefined ? shop() : shop({ secret: secrets })))

describeExamples('razorpay', () => shop())

describeExamples('razorpay', () => shop({ money: 'payment' }), {
  heading: 'With payments as the money',
  files: [
    'order_paid.json',
    'payment_captured.json',
    'payment_failed_empty_notes.json',
    'refund_processed_partial.json',
  ],
})

describeExamples('razorpay', () => shop({ money: 'payment_link' }), {
  heading: 'With payment links as the money',
  files: ['order_paid.json', 'payment_captured.json', 'payment_link_partially_paid.json'],
})

describe('the event id in a header', () => {
  test('is not signed, so a captured delivery under another id is the same event', async () => {
    const provider = shop()
    const { deliver } = receiverOf(provider)
    const body = payloadOf('razorpay', 'order_paid.json')
    const under = (id: string) => deliver(body, { ...proofOf(provider, body), 'x-razorpay-event-id': id })
    expect((await under('QkT9hJk2LmN3oP')).kind).toBe('unhandled')
    expect((await under('QkT9zzzzzzzzzz')).kind).toBe('duplicate')
  })
})
