/** Vectors of the token, and the table of the page. */
import { coinGate } from 'express-payment-webhooks/providers/coingate'
import { describeExamples, describeVectors, vectorsOf, type Vector } from '../../support/provider-suite.js'
import { order } from './support.js'

type Case = Vector & { readonly expected_tokens: readonly string[] }

const { cases } = vectorsOf<{ readonly coingate: { readonly cases: readonly Case[] } }>('coingate').coingate

const readOrder = async () => order({ status: 'refunded' })

describeVectors(cases, ({ expected_tokens: tokens }) => coinGate({ orderToken: async () => tokens, readOrder }))

/** The tokens of the example orders, by id. */
const TOKENS: Readonly<Record<string, string>> = {
  '518842': 'Q4wLc9ZtHv-6xKbMj2Ny-8RpFd3Gs',
  '518843': 'hB5tZq8WnLx2-Vd7Rk0Jm-4CsYp9Gf',
}

describeExamples('coingate', (file) => {
  const status = /^order_(\w+)\./.exec(file)?.[1]
  return coinGate({
    orderToken: ({ id }) => TOKENS[id ?? ''],
    readOrder: async (id) =>
      order({ id, status, ...(id === '518843' && { order_id: 'ORDER-1002', price_amount: '49.9' }) }),
  })
})
