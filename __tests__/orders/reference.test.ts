/** Settling against an independent model of the rules: both must come to one status, one set of numbers, one list of reasons. */
import { describe, expect, test } from '@jest/globals'
import { settle } from 'express-payment-webhooks/orders'
import fc from 'fast-check'
import { ALPHABETS } from '../support/order-histories.js'
import { expected } from '../support/order-reference/index.js'

const policies = fc.record({
  tolerance: fc.constantFrom('0', '0.5', '10', '2.5%', '100'),
  overpayment: fc.constantFrom('confirm' as const, 'review' as const),
  latePayment: fc.constantFrom('confirm' as const, 'review' as const),
  confirmations: fc.constantFrom(null, 0, 1, 20),
  shipOn: fc.constantFrom('confirmed' as const, 'authorized' as const),
})

describe.each(ALPHABETS)('$name', ({ order, events }) => {
  test('any history comes to what the rules say', () => {
    const history = fc.array(fc.constantFrom(...events), { minLength: 1, maxLength: 10 })
    fc.assert(
      fc.property(history, policies, (happened, policy) => {
        const settled = happened.reduce((state, event) => settle(state, event, policy).order, order)
        const wanted = expected(order, happened, policy)
        expect(Object.fromEntries(Object.keys(wanted).map((name) => [name, settled[name as 'status']]))).toEqual(wanted)
      }),
      { numRuns: Number(process.env['RUNS'] ?? 300) },
    )
  })
})
