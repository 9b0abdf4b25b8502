/** An order keeps the policy of its last change, so a call without a policy decides as its events did. */
import { describe, expect, test } from '@jest/globals'
import {
  addPayments,
  cancel,
  decide,
  markPaid,
  orderUpdates,
  paymentsOf,
  reopen,
  reprice,
  settle,
  type OrderPayment,
  type SettlePolicy,
} from 'express-payment-webhooks/orders'
import { handlerContext } from '../support/handler-context.js'
import { coinOrder, minute, transfer } from '../support/order-events.js'

const policy = { overpayment: 'review', confirmations: 3 } as const
const by = { by: 'maria', at: minute(30) }
const overpaid = transfer('confirmed', 'tx1', '101', { confirmations: 3 })
/** As the shop's database returns it. */
const stored = (order: OrderPayment) => JSON.parse(JSON.stringify(order)) as OrderPayment
const held = stored(settle(coinOrder(), overpaid, policy).order)
const rejected = stored(decide(held, 'rejected', by).order)
const unfinished = transfer('confirmed', 'tx2', '1', { confirmations: 2 })
const other = { provider: 'crypto-gateway', paymentId: 'addr_2' }
const strayed = stored(settle(held, { ...transfer('confirmed', 'tx3', '5'), paymentId: 'addr_2' }).order)

const CALLS: readonly [string, (given?: SettlePolicy) => unknown][] = [
  ['settle', (given) => settle(held, unfinished, given)],
  ['decide', (given) => decide(decide(held, 'accepted', by, given).order, 'rejected', by, given)],
  ['cancel', (given) => cancel(held, by, given)],
  ['markPaid', (given) => markPaid(held, { amount: '1', ...by }, given)],
  ['reprice', (given) => reprice(held, { amount: '45', ...by }, given)],
  ['reopen', (given) => reopen(rejected, by, given)],
  ['addPayments', (given) => addPayments(strayed, [other], given)],
  ['paymentsOf', (given) => paymentsOf(settle(held, unfinished, given).order, given)],
]

test.each(CALLS)('%s without a policy is as with it', (_, call) => {
  expect(call()).toEqual(call(policy))
})

test.each([
  ['reopen', reopen(rejected, by)],
  ['reprice', reprice(held, { amount: '45', ...by })],
  ['markPaid', markPaid(held, { amount: '1', ...by })],
])('%s of an order that is held as overpaid leaves it held, and ships nothing', (_, { order, update }) => {
  expect(order).toMatchObject({ status: 'needs_review', reasons: ['overpaid'], policy })
  expect(update).toMatchObject({ firstConfirmed: false })
})

describe('the policy of an order', () => {
  test('is that of the call that changed it last', () => {
    expect(coinOrder().policy).toBeNull()
    expect(held.policy).toEqual(policy)
    const { order, update } = reprice(held, { amount: '45', ...by }, { overpayment: 'confirm' })
    expect(order).toMatchObject({ status: 'confirmed', policy: { overpayment: 'confirm' } })
    expect(update.firstConfirmed).toBe(true)
  })

  test('is the defaults again where none of its options is given', () => {
    expect(reprice(held, { amount: '45', ...by }, {}).order).toMatchObject({ status: 'confirmed', policy: null })
  })

  test('stays where nothing changes: there is nothing to save', () => {
    const { order, update } = settle(held, overpaid, { ...policy, latePayment: 'confirm' })
    expect(update.changed).toBe(false)
    expect(order).toBe(held)
  })

  test.each<[string, { policy?: SettlePolicy }, object]>([
    ['none, so it uses that of the order', {}, { status: 'needs_review', policy }],
    ['its own', { policy: { overpayment: 'confirm' } }, { status: 'confirmed', policy: { overpayment: 'confirm' } }],
  ])('`orderUpdates` was given %s', async (_, given, expected) => {
    let order = held
    const updates = orderUpdates({ find: () => order, save: (next) => ((order = next), true), ...given })
    await updates['transaction.confirmed'](transfer('confirmed', 'tx4', '1', { confirmations: 3 }), handlerContext())
    expect(order).toMatchObject(expected)
  })
})
