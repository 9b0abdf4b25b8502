/** Settling compared with an independent model of the rules: both must reach the same status, numbers and reasons. */
import { describe, expect, test } from '@jest/globals'
import { settle, type SettlePolicy } from 'express-payment-webhooks/orders'
import fc from 'fast-check'
import { ALPHABETS, type Alphabet } from '../support/order-histories.js'
import { expected } from '../support/order-reference/index.js'
import { providerHistories } from '../support/provider-histories.js'

const policies: fc.Arbitrary<SettlePolicy> = fc.record({
  tolerance: fc.constantFrom('0', '0.5', '10', '2.5%', '100'),
  overpayment: fc.constantFrom('confirm' as const, 'review' as const),
  latePayment: fc.constantFrom('confirm' as const, 'review' as const),
  confirmations: fc.constantFrom(null, 0, 1, 20),
  shipOn: fc.constantFrom('confirmed' as const, 'authorized' as const),
})

/** How many histories of each alphabet. */
const RUNS = Number(process.env['RUNS'] ?? 250)

function compare({ order, events }: Alphabet): void {
  const history = fc.array(fc.constantFrom(...events), { minLength: 1, maxLength: 10 })
  fc.assert(
    fc.property(history, policies, (happened, policy) => {
      const settled = happened.reduce((state, event) => settle(state, event, policy).order, order)
      const wanted = expected(order, happened, policy)
      expect(Object.fromEntries(Object.keys(wanted).map((name) => [name, settled[name as 'status']]))).toEqual(wanted)
    }),
    { numRuns: RUNS },
  )
}

describe.each(ALPHABETS)('$name', (alphabet) => {
  test('any history comes to what the rules say', () => compare(alphabet))
})

test('any history that the providers’ own factories tell comes to what the rules say', async () => {
  for (const alphabet of await providerHistories()) compare(alphabet)
})

test('the model is one that can be contradicted', () => {
  const [{ order, events }] = ALPHABETS as [Alphabet]
  const settled = settle(order, events[0]!).order
  expect(expected(order, [...events], {})).not.toMatchObject({ status: settled.status })
})
