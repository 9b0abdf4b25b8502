/** PayMongo, with vectors verified by the official package (two require more than it does), and the tables of the page. */
import { payMongo } from 'express-payment-webhooks/providers/paymongo'
import { describeExamples, describeVectors, vectorsOf, type Vector } from '../../support/provider-suite.js'
import { AT, shop } from './support.js'

interface PayMongoVector extends Vector {
  readonly mode: 'live' | 'test'
  readonly secrets?: readonly string[]
  /** Our clock, in seconds. */
  readonly at?: number
}

const { paymongo: vectors } = vectorsOf<{
  paymongo: { webhook_secret: string; cases: PayMongoVector[]; beyond_the_package: PayMongoVector[] }
}>('paymongo')

describeVectors(
  [...vectors.cases, ...vectors.beyond_the_package],
  ({ mode, secrets, at = AT }) => payMongo({ secret: secrets ?? vectors.webhook_secret, mode, now: () => at * 1000 }),
  {
    // Retries continue for longer, and may have their old timestamp.
    'stale by ten minutes: the official package has no tolerance; what to do is our choice, and retries run for 136.5 minutes': true,
  },
)

describeExamples('paymongo', () => shop({ mode: 'test' }))

describeExamples('paymongo', () => shop({ mode: 'test', money: 'checkout_session' }), {
  heading: 'With sessions as the money',
  files: ['checkout_session_payment_paid.json', 'payment_paid.json'],
})
