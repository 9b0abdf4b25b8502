/** Paystack, with vectors verified by openssl, and the tables of the page. */
import { paystack } from 'express-payment-webhooks/providers/paystack'
import { describeExamples, describeVectors, vectorsOf, type Vector } from '../../support/provider-suite.js'

const { paystack: vectors } = vectorsOf<{
  paystack: { secret_key: string; cases: (Vector & { readonly secrets?: readonly string[] })[] }
}>('paystack')

const inTest = (secretKey: string | readonly string[] = vectors.secret_key) => paystack({ secretKey, mode: 'test' })

describeVectors(vectors.cases, ({ secrets }) => inTest(secrets))

describeExamples('paystack', () => inTest())
