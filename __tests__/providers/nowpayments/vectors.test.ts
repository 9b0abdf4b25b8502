/** Vectors that the official package signed and verified, and the table of the page. */
import { describe, expect, test } from '@jest/globals'
import { nowPayments } from 'express-payment-webhooks/providers/nowpayments'
import { proofOf } from '../../support/deliver.js'
import { describeExamples, describeVectors, vectorsOf, type Vector } from '../../support/provider-suite.js'
import { provider } from './support.js'

interface Case extends Vector {
  readonly secrets: readonly string[]
  readonly body_file?: string
}

const { cases } = vectorsOf<{ readonly nowpayments: { readonly cases: readonly Case[] } }>('nowpayments').nowpayments

describeVectors(cases, ({ secrets }) => nowPayments({ ipnSecret: secrets }), {
  'number written 129.0 instead of 129': false,
  'upper-case hexadecimal': true,
})

describe('a body that the official package signed', () => {
  test.each(cases.filter(({ body_file: file }) => file !== undefined))('$name: is signed the same way', (vector) => {
    expect(proofOf(nowPayments({ ipnSecret: vector.secrets }), vector.raw_body)).toEqual(vector.headers)
  })
})

describeExamples('nowpayments', provider)
