/** Providers written as a shop would write them, within eighty lines, at the vectors of the real ones, through Express. */
import { describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { providerConformance } from 'express-payment-webhooks/testing'
import { apiServer, payloadOf, vectorsOf, type Vector } from '../support/provider-suite.js'
import { ownCoinGate } from './own-providers/coingate.js'
import { ownNowPayments } from './own-providers/nowpayments.js'

type Cases<Case> = Readonly<Record<string, { readonly cases: readonly (Vector & Case)[] }>>

/** Those that the documents leave open say nothing here. */
const asVectors = (cases: readonly Vector[]) =>
  cases.flatMap(({ name, raw_body: body, headers, valid }) => (valid === null ? [] : { name, body, headers, valid }))

const textsOf = (folder: string, files: readonly string[]) =>
  Object.fromEntries(files.map((file) => [file, payloadOf(folder, file).toString('utf8')]))

describe('NOWPayments', () => {
  const { cases } = vectorsOf<Cases<{ secrets: readonly string[] }>>('nowpayments')['nowpayments']!
  const secretOf = (name: string) => cases.find((one) => one.name === name)?.secrets ?? cases[0]!.secrets
  providerConformance({
    test,
    create: (name) => ownNowPayments({ secret: secretOf(name) }),
    payloads: textsOf('nowpayments', [
      'payment_waiting.json',
      'payment_confirming_small_amounts.json',
      'payment_partially_paid.json',
      'payment_finished.json',
      'payment_expired.json',
      'payment_refunded.json',
    ]),
    vectors: asVectors(cases),
  })
})

describe('CoinGate', () => {
  const { cases } = vectorsOf<Cases<{ expected_tokens: readonly string[] }>>('coingate')['coingate']!
  const api = apiServer({ '/v2/orders/518842': { body: payloadOf('coingate', 'api_order_paid.json') } })
  const tokenOf = (name: string) => (cases.find((one) => one.name === name) ?? cases[0]!).expected_tokens.at(-1)!
  providerConformance({
    test,
    create: (name) =>
      ownCoinGate({
        apiUrl: api.url(),
        apiKey: 'api-key-7c1e90b2',
        tokenOf: (order) => (order === 'ORDER-1001' ? tokenOf(name) : null),
      }),
    payloads: textsOf('coingate', ['order_paid.json']),
    vectors: asVectors(cases),
  })
})

test.each(['nowpayments', 'coingate'])('%s needs at most 80 lines', (name) => {
  const lines = readFileSync(join(__dirname, 'own-providers', `${name}.ts`), 'utf8')
    .trimEnd()
    .split('\n')
  expect(lines.length).toBeLessThanOrEqual(80)
})
