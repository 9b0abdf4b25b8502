/** Vectors in the documented layout, and the table of the page. */
import { describe, expect, test } from '@jest/globals'
import { cryptomus } from 'express-payment-webhooks/providers/cryptomus'
import {
  describeExamples,
  describeVectors,
  payloadOf,
  payloadsIn,
  vectorsOf,
  type Vector,
} from '../../support/provider-suite.js'
import { provider } from './support.js'

type Case = Vector & { readonly secrets: readonly string[] }

const { cases } = vectorsOf<{ readonly cryptomus: { readonly cases: readonly Case[] } }>('cryptomus').cryptomus

describeVectors(cases, ({ secrets }) => cryptomus({ paymentKey: secrets }), {
  'umlauts \\u-escaped on the way, signature as documented': true,
  'sign first instead of last': true,
  'sign upper case': true,
})

describe('a body of the documented layout', () => {
  test.each(payloadsIn('cryptomus'))('%s: is signed the same way, to the byte', (file) => {
    const body = payloadOf('cryptomus', file)
    const unsigned = body.toString().replace(/"sign":"\w+"/, '"sign":""')
    expect(provider().sign(unsigned).body.toString()).toBe(body.toString())
  })
})

describeExamples('cryptomus', provider)
