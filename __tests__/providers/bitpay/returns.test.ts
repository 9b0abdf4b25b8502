/** The events of notifications about returned money, and their effects on an order. */
import { describe, expect, test } from '@jest/globals'
import { openOrder, settle } from 'express-payment-webhooks/orders'
import { eventOf } from '../../support/deliver.js'
import { fixture, INVOICE, notification, provider, refund } from './support.js'

const become = (payload: object) => eventOf(provider(), JSON.stringify(payload))

describe('money that goes back', () => {
  test.each([
    ['created', 'refund.pending'],
    ['pending', 'refund.pending'],
    ['success', 'refund.confirmed'],
    ['failure', 'refund.failed'],
    ['canceled', 'refund.failed'],
  ])('a refund that is %s is %s', async (status, type) => {
    expect(await become(refund({ status }))).toMatchObject({
      type,
      orderId: null,
      paymentId: INVOICE,
      received: null,
      refund: { id: 'WoE46gSLkJQS48RJEiNw3L', amount: '29.5', currency: 'EUR', basis: 'refund' },
      reason: 'partial',
    })
  })

  test('a refund in a state that is not known is kept as it is', async () => {
    expect(await become(refund({ status: 'preview' }))).toMatchObject({ type: 'bitpay.refund_preview', refund: null })
  })

  test('what was paid above the price was never counted, and is not taken off it', async () => {
    expect(await become(refund({ type: 'overpayment' }))).toMatchObject({ type: 'bitpay.overpayment', refund: null })
    expect(await become(notification({ exceptionStatus: 'paidOver' }, 'invoice_refundComplete'))).toMatchObject({
      type: 'bitpay.invoice_refundComplete',
      received: null,
      refund: null,
    })
  })

  test('is subtracted by its id, and without an amount it is for a person', async () => {
    const order = openOrder({
      orderId: 'ORDER-1001',
      expected: { amount: '129', currency: 'EUR' },
      payments: [{ provider: 'bitpay', paymentId: INVOICE }],
    })
    const paid = settle(order, await become(fixture('invoice_confirmed')))
    expect(paid.order).toMatchObject({ status: 'confirmed', received: '129' })
    const back = settle(paid.order, await become(fixture('refund_partial')))
    expect(back.order).toMatchObject({ received: '99.5', refunded: '29.5' })
    const unknown = settle(paid.order, await become(fixture('invoice_refund_complete')))
    expect(unknown.order.reasons).toContain('returned_amount_missing')
  })
})
