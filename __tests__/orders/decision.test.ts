/** A decision by a person covers the money that was there: money that arrives or returns later needs a new decision. */
import { describe, expect, test } from '@jest/globals'
import type { WebhookEvent } from 'express-payment-webhooks'
import { addPayments, decide, settle, type OrderPayment, type SettlePolicy } from 'express-payment-webhooks/orders'
import { expiryEvent } from '../../src/orders/expiry-event.js'
import {
  cityPayOrder,
  coinbarOrder,
  coinOrder,
  invoice,
  invoiceOrder,
  minute,
  readBack,
  transfer,
  verdict,
} from '../support/order-events.js'

const DAY = 24 * 60

const after = (order: OrderPayment, events: readonly WebhookEvent[], policy?: SettlePolicy) =>
  events.reduce((state, event) => settle(state, event, policy).order, order)
const rejected = (order: OrderPayment, policy?: SettlePolicy) => decide(order, 'rejected', {}, policy).order
const accepted = (order: OrderPayment, policy?: SettlePolicy) => decide(order, 'accepted', {}, policy).order
const longPassed = (order: OrderPayment) => expiryEvent(order, new Date(minute(60 + DAY)))

const toReview = { status: 'needs_review', reasons: expect.arrayContaining(['money_after_rejection']) }

describe('a rejected order is reviewed again', () => {
  const late = rejected(after(coinbarOrder(), [verdict('confirmed', 'a', 70)]))

  test('when other money takes the place of what was sent back', () => {
    const sentBack = after(late, [verdict('refunded', 'a', 80)])
    expect(sentBack).toMatchObject({ status: 'refunded' })
    expect(after(sentBack, [verdict('confirmed', 'b', 95)])).toMatchObject({ ...toReview, received: '49.9' })
  })

  test('when other money takes the place of what failed', () => {
    const policy = { confirmations: 3 }
    const seen = transfer('detected', 'tx1', '100', { confirmations: 3, occurredAt: minute(70) })
    const order = rejected(after(coinOrder(), [seen], policy), policy)
    const failed = after(order, [transfer('failed', 'tx1', '100')], policy)
    expect(failed).toMatchObject({ status: 'canceled', received: '0' })
    expect(after(failed, [transfer('confirmed', 'tx2', '100')], policy)).toMatchObject(toReview)
  })

  test.each([
    ['total', cityPayOrder(), readBack('PAID_UNCONFIRMED', '50', 30), readBack('CONFIRMED', '50', 30)],
    ['transfer', coinOrder(), transfer('detected', 'tx1', '100'), transfer('confirmed', 'tx1', '100')],
  ])('when a %s becomes final that had only been seen', (_, order, seen, final) => {
    const unconfirmed = after(order, [seen, longPassed(order)])
    expect(unconfirmed).toMatchObject({ status: 'needs_review', reasons: ['never_confirmed'] })
    expect(after(rejected(unconfirmed), [final])).toMatchObject(toReview)
  })

  test.each(['IN_PROGRESS', 'PAID_UNCONFIRMED'] as const)('when a part that was there grows: %s', (status) => {
    const order = rejected(after(cityPayOrder(), [readBack('EXPIRED', '20', 10)]))
    expect(after(order, [readBack('EXPIRED', '20', 10), readBack(status, '40', 70)])).toMatchObject(toReview)
  })

  test('when other money came that was called a failure afterwards', () => {
    expect(after(late, [verdict('confirmed', 'b', 80), verdict('failed', 'b', 90)])).toMatchObject(toReview)
  })

  test('and not when the same money is told of again, by its other name', () => {
    const order = after(coinOrder(), [transfer('confirmed', 'tx1', '100', { hash: '0xabc', occurredAt: minute(70) })])
    const echo = transfer('confirmed', '0xabc', '100', { hash: '0xabc', occurredAt: minute(70) })
    expect(after(rejected(order), [echo])).toMatchObject({ status: 'canceled' })
  })

  test('and not when its money fails or goes back', () => {
    expect(after(late, [verdict('failed', 'a', 80)])).toMatchObject({ status: 'canceled' })
  })

  test('and not when more is merely seen', () => {
    expect(after(late, [verdict('detected', 'b', 80)])).toMatchObject({ status: 'canceled' })
  })
})

describe('an accepted order is reviewed again', () => {
  const undone = { status: 'needs_review', reasons: expect.arrayContaining(['undone_after_paid']) }

  test('when the transfer fails that it was waiting for', () => {
    const order = accepted(after(coinOrder(), [transfer('detected', 'tx1', '100'), longPassed(coinOrder())]))
    expect(order).toMatchObject({ status: 'confirmed', pending: '100' })
    const failed = after(order, [transfer('failed', 'tx1', '100', { occurredAt: minute(3000) })])
    expect(failed).toMatchObject({ ...undone, shortfall: '100' })
    expect(accepted(failed)).toMatchObject({ status: 'confirmed' })
    expect(rejected(failed)).toMatchObject({ status: 'canceled' })
  })

  test('when less of it becomes final than was seen', () => {
    const order = accepted(after(coinOrder(), [transfer('detected', 'tx1', '100'), longPassed(coinOrder())]))
    expect(after(order, [transfer('confirmed', 'tx1', '90', { occurredAt: minute(3000) })])).toMatchObject(undone)
  })

  test.each(['expired', 'failed', 'canceled', 'refunded'] as const)(
    'when the payment it was waiting for is %s',
    (end) => {
      const seen = [verdict('detected', 'a', 5), verdict('detected', 'b', 6), longPassed(coinbarOrder())]
      const order = accepted(after(coinbarOrder(), seen))
      expect(order).toMatchObject({ status: 'confirmed' })
      expect(after(order, [verdict(end, 'a', 3000)])).toMatchObject(undone)
    },
  )

  test('when what had come too late is called a failure', () => {
    const order = accepted(after(coinbarOrder(), [verdict('confirmed', 'a', 70)]))
    expect(after(order, [verdict('failed', 'a', 80)])).toMatchObject(undone)
  })

  test('when so much of an excess fails that the rest does not pay the price', () => {
    const policy = { overpayment: 'review' } as const
    const two = ['tx1', 'tx2'].map((id) => transfer('confirmed', id, '60'))
    const failure = transfer('failed', 'tx1', '60', { occurredAt: minute(50) })
    expect(after(accepted(after(coinOrder(), two, policy), policy), [failure], policy)).toMatchObject(undone)
    const three = [...two, transfer('confirmed', 'tx3', '60')]
    expect(after(accepted(after(coinOrder(), three, policy), policy), [failure], policy)).toMatchObject({
      status: 'confirmed',
    })
  })

  test('when the amount of a part turns out to be less', () => {
    const order = accepted(after(coinOrder(), [transfer('confirmed', 'tx1', '90'), longPassed(coinOrder())]))
    expect(after(order, [transfer('confirmed', 'tx1', '60')])).toMatchObject({ ...undone, received: '60' })
  })

  test('when one of two parts goes back', () => {
    const payments = ['invoice-1', 'invoice-2'].map((paymentId) => ({ provider: 'coins-ph', paymentId }))
    const parts = payments.map(({ paymentId }) => invoice('partially_paid', '500', { paymentId }))
    const order = accepted(after(invoiceOrder({ payments }), [...parts, longPassed(invoiceOrder())]))
    expect(order).toMatchObject({ status: 'confirmed', received: '1000' })
    const refund = { ...invoice('pending', '0'), type: 'payment.refunded' }
    expect(after(order, [refund])).toMatchObject({ ...undone, received: '500' })
  })

  test.each([
    ['transfer', coinOrder(), transfer('detected', 'tx1', '40'), transfer('confirmed', 'tx1', '40')],
    ['payment', cityPayOrder(), readBack('IN_PROGRESS', '20', 10), readBack('PAID_UNCONFIRMED', '30', 70)],
    ['payment on its way', invoiceOrder(), invoice('detected', '500'), invoice('confirmed', '500')],
  ])('and not when a %s that was a part of the price comes further', (_, order, seen, further) => {
    const decided = accepted(after(order, [seen, longPassed(order)]))
    expect(after(decided, [further])).toMatchObject({ status: 'confirmed' })
  })

  test('when the part goes back that it was accepted for', () => {
    const order = accepted(after(invoiceOrder(), [invoice('confirmed', '1000')]))
    expect(order).toMatchObject({ status: 'confirmed', shortfall: '500' })
    const refund = { ...invoice('pending', '0'), type: 'payment.refunded' }
    expect(after(order, [refund])).toMatchObject({ status: 'refunded' })
  })

  test('and not by money that comes, by what is told again, or by what had failed before', () => {
    const partPaid = [transfer('confirmed', 'tx1', '40'), transfer('failed', 'tx2', '60'), longPassed(coinOrder())]
    const order = accepted(after(coinOrder(), partPaid))
    expect(after(order, [...partPaid, transfer('confirmed', 'tx3', '1')])).toMatchObject({ status: 'confirmed' })
  })

  test('and not when the part that is in it is told of by its other name', () => {
    const events = [transfer('confirmed', '0xabc', '40', { hash: '0xabc' }), longPassed(coinOrder())]
    const order = accepted(after(coinOrder(), events))
    expect(after(order, [transfer('confirmed', 'tx1', '40', { hash: '0xabc' })])).toMatchObject({ status: 'confirmed' })
  })
})

describe('the difference in another payment', () => {
  const another = { provider: 'coins-ph', paymentId: 'invoice-2', reference: 'ORDER-1001-2' }
  const rest = invoice('confirmed', '1000', { paymentId: 'invoice-2', orderId: 'ORDER-1001-2' })

  test('is for a person where the first part is in a payment that nobody calls complete', () => {
    const part = after(invoiceOrder({ expiresAt: null }), [invoice('partially_paid', '500')])
    const order = addPayments(part, [another])
    expect(order).toMatchObject({ status: 'payment_insufficient', shortfall: '1000' })
    expect(after(order, [rest])).toMatchObject({ status: 'needs_review', shortfall: '0', reasons: ['paid_in_parts'] })
    expect(accepted(after(order, [rest]))).toMatchObject({ status: 'confirmed' })
    // The buyer pays the first invoice as well.
    expect(after(order, [rest, invoice('confirmed', '1500')])).toMatchObject({ status: 'confirmed', excess: '1000' })
  })

  test('is waited for as long as it is not final', () => {
    const order = addPayments(after(invoiceOrder(), [invoice('partially_paid', '500')]), [another])
    expect(after(order, [{ ...rest, type: 'payment.detected' }])).toMatchObject({ status: 'payment_detected' })
  })

  test('is waited for as long as one payment alone has the whole price in it', () => {
    expect(after(invoiceOrder(), [invoice('partially_paid', '1500')])).toMatchObject({ status: 'payment_detected' })
    expect(after(invoiceOrder(), [invoice('partially_paid', '1499')], { tolerance: '1' })).toMatchObject({
      status: 'needs_review',
      reasons: ['paid_in_parts'],
    })
  })
})
