/** Vectors of the signature in the layout of BitPay's own demo, and the tables of the page. */
import { describe, expect, test } from '@jest/globals'
import { bitPay } from 'express-payment-webhooks/providers/bitpay'
import { proofOf } from '../../support/deliver.js'
import { describeExamples, describeVectors, vectorsOf, type Vector } from '../../support/provider-suite.js'
import { answer, provider, reading } from './support.js'

interface Case extends Vector {
  readonly secrets: readonly string[]
  readonly body_file?: string
}

const { cases } = vectorsOf<{ readonly bitpay: { readonly cases: readonly Case[] } }>('bitpay').bitpay

describeVectors(cases, ({ secrets }) => bitPay({ token: secrets }))

describe('a body of the vectors', () => {
  test.each(cases.filter(({ body_file: file }) => file !== undefined))('$name: is signed the same way', (vector) => {
    expect(proofOf(bitPay({ token: vector.secrets }), vector.raw_body)).toEqual(vector.headers)
  })
})

describeExamples('bitpay', provider)

const READ: Readonly<Record<string, object>> = {
  'invoice_completed.json': { status: 'complete' },
  'invoice_confirmed.json': {},
  'invoice_expired_underpaid.json': { status: 'expired', exceptionStatus: 'paidPartial', amountPaid: 100000 },
  'invoice_paid_in_full.json': { status: 'paid' },
  'invoice_refund_complete.json': { status: 'complete', refundInfo: [{}] },
  'standard_format_confirmed.json': {},
}

describeExamples('bitpay', (file) => reading(async () => answer(READ[file])), {
  heading: 'With `signed: false`',
  files: Object.keys(READ),
})
