import { describe, expect, test } from '@jest/globals'
import type { WebhookEvent } from 'express-payment-webhooks'
import {
  addPayments,
  decide,
  openOrder,
  settle,
  type OrderPayment,
  type SettlePolicy,
} from 'express-payment-webhooks/orders'
import { expiryEvent } from '../../src/orders/expiry-event.js'
import {
  coinbarOrder,
  coinOrder,
  invoice,
  invoiceOrder,
  minute,
  transfer,
  transfersOf,
  verdict,
} from '../support/order-events.js'

const after = (order: OrderPayment, events: readonly WebhookEvent[], policy?: SettlePolicy) =>
  events.reduce((state, event) => settle(state, event, policy).order, order)

const deadline = (order: OrderPayment, at = 61) => expiryEvent(order, new Date(minute(at)))

describe('settle: money', () => {
  test('a detected transaction of the full price is seen, and not paid', () => {
    expect(after(coinOrder(), [transfer('detected', 'tx1', '100')])).toMatchObject({
      status: 'payment_detected',
      received: '0',
      pending: '100',
      shortfall: '100',
    })
  })

  test('a confirmed transaction of the full price pays the order', () => {
    expect(after(coinOrder(), [transfer('confirmed', 'tx1', '100')])).toMatchObject({
      status: 'confirmed',
      received: '100',
      pending: '0',
      shortfall: '0',
      excess: '0',
      confirmedAt: minute(20),
      reasons: [],
    })
  })

  test('several transactions add up', () => {
    const first = after(coinOrder(), [transfer('confirmed', 'tx1', '40')])
    expect(first).toMatchObject({ status: 'payment_insufficient', received: '40', shortfall: '60' })
    const second = after(first, [transfer('detected', 'tx2', '60')])
    expect(second).toMatchObject({ status: 'payment_detected', received: '40', pending: '60' })
    expect(after(second, [transfer('confirmed', 'tx2', '60')])).toMatchObject({ status: 'confirmed', received: '100' })
  })

  test('each transaction counts once, also when it is named by its hash as well', () => {
    const events = [
      transfer('confirmed', 'tx1', '50', { hash: '0xabc' }),
      transfer('confirmed', 'tx1', '50', { hash: '0xabc', confirmations: 40 }),
      transfer('confirmed', '0xabc', '50', { hash: '0xabc' }),
    ]
    const order = after(coinOrder(), events)
    expect(order).toMatchObject({ status: 'payment_insufficient', received: '50' })
    expect(transfersOf(order)).toMatchObject([{ id: 'tx1', confirmations: 40 }])
  })

  test('a confirmation by hash is not taken back by a detection under the id', () => {
    const events = [
      transfer('confirmed', '0xabc', '100', { hash: '0xabc' }),
      transfer('detected', 'tx1', '100', { hash: '0xabc' }),
    ]
    for (const order of [after(coinOrder(), events), after(coinOrder(), events.toReversed())]) {
      expect(order).toMatchObject({ status: 'confirmed', received: '100', pending: '0' })
    }
  })

  test('two outputs of one chain transaction count both', () => {
    const events = ['tx1', 'tx2'].map((id) => transfer('confirmed', id, '50', { hash: '0xabc' }))
    expect(after(coinOrder(), events)).toMatchObject({ status: 'confirmed', received: '100' })
  })

  test('a cumulative total replaces the one before, and never shrinks', () => {
    const events = [invoice('partially_paid', '1200.5'), invoice('partially_paid', '500')]
    expect(after(invoiceOrder(), events)).toMatchObject({
      status: 'payment_insufficient',
      received: '1200.5',
      shortfall: '299.5',
    })
  })

  test('invoice.updated with everything in it waits for invoice.fully_paid', () => {
    const detected = after(invoiceOrder(), [invoice('detected', '1500')])
    expect(detected).toMatchObject({ status: 'payment_detected', received: '1500', shortfall: '0' })
    expect(after(detected, [invoice('confirmed', '1500')])).toMatchObject({ status: 'confirmed' })
  })

  test('two invoices of one order add up', () => {
    const order = addPayments(invoiceOrder(), [{ provider: 'coins-ph', paymentId: 'invoice-2' }])
    const [first, second] = [invoice('confirmed', '500'), invoice('confirmed', '1000', { paymentId: 'invoice-2' })]
    expect(after(order, [first])).toMatchObject({ status: 'payment_insufficient', shortfall: '1000', reasons: [] })
    expect(after(order, [first, second])).toMatchObject({ status: 'confirmed', received: '1500' })
  })

  test('an invoice that is complete with less than the price is held, and nobody is asked to pay it again', () => {
    const events = [invoice('partially_paid', '500'), invoice('confirmed', '1499.5')]
    for (const order of [after(invoiceOrder(), events), after(invoiceOrder(), events.toReversed())]) {
      expect(order).toMatchObject({
        status: 'needs_review',
        received: '1499.5',
        shortfall: '0.5',
        reasons: ['paid_short'],
        confirmedAt: null,
      })
      expect(settle(order, deadline(order)).order).toMatchObject({ reasons: ['paid_short'] })
    }
    expect(after(invoiceOrder(), events, { tolerance: '0.5' })).toMatchObject({ status: 'confirmed', reasons: [] })
  })

  test('an invoice for the difference opens an order again whose first one was short', () => {
    const short = after(invoiceOrder(), [invoice('confirmed', '500')])
    const open = addPayments(short, [{ provider: 'coins-ph', paymentId: 'invoice-2' }])
    expect(open).toMatchObject({ status: 'payment_insufficient', shortfall: '1000', reasons: [] })
    const seen = settle(open, invoice('partially_paid', '400', { paymentId: 'invoice-2' })).order
    expect(seen).toMatchObject({ status: 'payment_insufficient' })
    expect(settle(seen, invoice('confirmed', '900', { paymentId: 'invoice-2' })).order).toMatchObject({
      status: 'needs_review',
      shortfall: '100',
    })
  })

  test('N07: a paid amount of zero pays nothing', () => {
    expect(after(invoiceOrder(), [invoice('confirmed', '0')])).toMatchObject({
      status: 'needs_review',
      received: '0',
      confirmedAt: null,
    })
  })

  test.each([
    { amount: '100', status: 'confirmed' },
    { amount: '100.000000000000000000', status: 'confirmed' },
  ])('N08: an order of 100.00 is paid by $amount', ({ amount, status }) => {
    const order = coinOrder({ expected: { amount: '100.00', currency: 'usdt' } })
    expect(after(order, [transfer('confirmed', 'tx1', amount)])).toMatchObject({ status, excess: '0' })
  })

  test.each([
    { amount: '100.004', status: 'confirmed', shortfall: '0', excess: '0.004' },
    { amount: '99.995', status: 'payment_insufficient', shortfall: '0.005', excess: '0' },
  ])('N09: nothing is rounded: $amount of 100.00 is $status', ({ amount, ...outcome }) => {
    expect(after(coinOrder(), [transfer('confirmed', 'tx1', amount)])).toMatchObject(outcome)
  })

  test.each([
    { currency: 'JPY', price: '1500', paid: '15', status: 'needs_review' },
    { currency: 'JPY', price: '1500', paid: '1500', status: 'confirmed' },
    { currency: 'KWD', price: '1.500', paid: '1.5', status: 'confirmed' },
    { currency: 'KWD', price: '1.500', paid: '1.499', status: 'needs_review' },
  ])('N10: $paid $currency for $price is $status: there are no minor units', ({ currency, price, paid, status }) => {
    const order = invoiceOrder({ expected: { amount: price, currency } })
    const event = invoice('confirmed', paid, { expected: { amount: paid, currency } })
    expect(after(order, [{ ...event, received: { amount: paid, currency, basis: 'total' } }])).toMatchObject({ status })
  })

  test('B03: 1.00 for an order of 2000.00 is not paid', () => {
    const order = coinOrder({ expected: { amount: '2000.00', currency: 'USDT' } })
    expect(after(order, [transfer('confirmed', 'tx1', '1')])).toMatchObject({
      status: 'payment_insufficient',
      shortfall: '1999',
    })
  })

  test('B06: an overpaid order is confirmed, and says by how much', () => {
    expect(after(coinOrder(), [transfer('confirmed', 'tx1', '120.5')])).toMatchObject({
      status: 'confirmed',
      excess: '20.5',
      reasons: ['overpaid'],
    })
  })

  test('one transaction confirmed with two amounts is held, and the smaller counts', () => {
    const events = [transfer('confirmed', 'tx1', '100'), transfer('confirmed', 'tx1', '60')]
    for (const order of [after(coinOrder(), events), after(coinOrder(), events.toReversed())]) {
      expect(order).toMatchObject({ status: 'needs_review', received: '60', reasons: ['amount_conflict'] })
    }
  })

  test('what a transaction was detected with gives way to what it was confirmed with', () => {
    const events = [transfer('detected', 'tx1', '100'), transfer('confirmed', 'tx1', '60')]
    for (const order of [after(coinOrder(), events), after(coinOrder(), events.toReversed())]) {
      expect(order).toMatchObject({ status: 'payment_insufficient', received: '60', pending: '0', reasons: [] })
    }
  })
})

describe('settle: money that does not fit is held for a person', () => {
  const COIN: [string, WebhookEvent, string][] = [
    ['B04: another currency', transfer('confirmed', 'tx1', '100', { currency: 'VND' }), 'currency_mismatch'],
    ['B05: another chain', transfer('confirmed', 'tx1', '100', { network: 'tron' }), 'network_mismatch'],
    ['B05: no chain named', transfer('confirmed', 'tx1', '100', { network: null }), 'network_mismatch'],
    ['B08: a payment nobody opened', transfer('confirmed', 'tx1', '100', { paymentId: 'addr_2' }), 'payment_unknown'],
    ['another order', transfer('confirmed', 'tx1', '100', { orderId: 'ORDER-1002' }), 'order_mismatch'],
    ['S13: another provider', { ...transfer('confirmed', 'tx1', '100'), provider: 'acme-pay' }, 'payment_unknown'],
    ['no transaction', { ...transfer('confirmed', 'tx1', '100'), transaction: null }, 'amount_missing'],
  ]

  test.each(COIN)('%s', (_, event, reason) => {
    expect(after(coinOrder(), [event])).toMatchObject({ status: 'needs_review', received: '0', reasons: [reason] })
  })

  test('a second invoice goes by another name, and only by that', () => {
    const order = addPayments(invoiceOrder(), [
      {
        provider: 'coins-ph',
        paymentId: 'invoice-2',
        reference: 'ORDER-1001-2',
      },
    ])
    const named = invoice('confirmed', '1500', { paymentId: 'invoice-2', orderId: 'ORDER-1001-2' })
    expect(after(order, [named])).toMatchObject({ status: 'confirmed', reasons: [] })
    const misnamed = invoice('confirmed', '1500', { paymentId: 'invoice-2' })
    expect(after(order, [misnamed])).toMatchObject({ status: 'needs_review', reasons: ['order_mismatch'] })
  })

  test('B08: an invoice of the same order that the shop did not make', () => {
    const event = invoice('confirmed', '1500', { paymentId: 'invoice-9' })
    expect(after(invoiceOrder(), [event])).toMatchObject({ status: 'needs_review', reasons: ['payment_unknown'] })
  })

  test('a verdict of "paid" without an amount', () => {
    const event = { ...verdict('confirmed', 'a', 10), received: null }
    expect(after(coinbarOrder(), [event])).toMatchObject({ status: 'needs_review', reasons: ['amount_missing'] })
  })

  test('a payment whose provider reports a single transfer where totals belong', () => {
    const event = invoice('confirmed', '1500')
    const odd = { ...event, received: { amount: '1500', currency: 'PHP', basis: 'transaction' as const } }
    expect(after(invoiceOrder(), [odd])).toMatchObject({ status: 'needs_review', reasons: ['amount_missing'] })
  })

  test.each(COIN)('%s, beside the right payment: paid, and the operator can see it', (_, event, reason) => {
    const events = [event, transfer('confirmed', 'tx9', '100')]
    for (const order of [after(coinOrder(), events), after(coinOrder(), events.toReversed())]) {
      expect(order).toMatchObject({ status: 'confirmed', received: '100', reasons: [reason] })
    }
  })

  test.each(['pending', 'failed', 'canceled', 'expired'] as const)(
    'payment.%s of a payment nobody opened says nothing about the order',
    (type) => {
      const order = coinbarOrder({ payments: [{ provider: 'coinbar-pay', paymentId: 'a' }] })
      const { order: next } = settle(order, verdict(type, 'b', 10))
      expect(next).toMatchObject({ status: 'awaiting_payment', reasons: [] })
      const paid = settle(next, verdict('confirmed', 'a', 20)).order
      expect(paid).toMatchObject({ status: 'confirmed', reasons: [] })
    },
  )

  test('an event that is not about payments leaves the order as it is', () => {
    const order = coinOrder()
    expect(
      settle(order, { ...transfer('confirmed', 'tx1', '100'), type: 'crypto-gateway.withdrawal.completed' }).order,
    ).toBe(order)
  })
})

describe('settle: failures, refunds and time', () => {
  test('a failed transaction is told, and the address stays open', () => {
    const failed = after(coinOrder(), [transfer('detected', 'tx1', '100'), transfer('failed', 'tx1', '100')])
    expect(failed).toMatchObject({ status: 'payment_failed', pending: '0' })
    expect(after(failed, [transfer('confirmed', 'tx2', '100')])).toMatchObject({ status: 'confirmed' })
  })

  test('B10: failed without a later date, after confirmed: stays paid, with a note', () => {
    const events = [verdict('confirmed', 'a', 10), verdict('failed', 'a', 20, { occurredAt: null })]
    expect(after(coinbarOrder(), events)).toMatchObject({ status: 'confirmed', reasons: ['failed_after_confirmed'] })
  })

  test('B10: expired after confirmed stays paid, with a note', () => {
    const events = [verdict('confirmed', 'a', 10), verdict('expired', 'a', 20)]
    expect(after(coinbarOrder(), events)).toMatchObject({ status: 'confirmed', reasons: ['failed_after_confirmed'] })
  })

  test('a failure that the provider dates after the success is held for a person', () => {
    const events = [verdict('confirmed', 'a', 10), verdict('failed', 'a', 20)]
    expect(after(coinbarOrder(), events)).toMatchObject({
      status: 'needs_review',
      reasons: ['failed_after_confirmed'],
      confirmedAt: minute(10),
    })
  })

  test.each([
    // A refused card may be followed by an accepted one; an expired payment does not return.
    { type: 'failed', reasons: [] },
    { type: 'expired', reasons: ['failed_after_confirmed'] },
  ] as const)('$type and dated before the success: stays paid', ({ type, reasons }) => {
    const events = [verdict('confirmed', 'a', 20), verdict(type, 'a', 10)]
    for (const order of [after(coinbarOrder(), events), after(coinbarOrder(), events.toReversed())]) {
      expect(order).toMatchObject({ status: 'confirmed', reasons })
    }
  })

  test.each([
    { what: 'another attempt failed first', first: verdict('failed', 'a', 10) },
    { what: 'another attempt timed out first', first: verdict('expired', 'a', 10) },
    { what: 'the payer canceled when the money was on its way', first: verdict('canceled', 'b', 10) },
  ])('$what: nothing to note about the success', ({ first }) => {
    const events = [first, verdict('confirmed', 'b', 20)]
    for (const order of [after(coinbarOrder(), events), after(coinbarOrder(), events.toReversed())]) {
      expect(order).toMatchObject({ status: 'confirmed', reasons: [] })
    }
  })

  test('canceled and dated after the success: held for a person', () => {
    const events = [verdict('confirmed', 'a', 10), verdict('canceled', 'a', 20)]
    expect(after(coinbarOrder(), events)).toMatchObject({
      status: 'needs_review',
      reasons: ['failed_after_confirmed'],
    })
  })

  test.each(['failed', 'canceled', 'expired', 'refunded'] as const)(
    '%s of one attempt does not undo the success of another',
    (type) => {
      const events = [verdict('confirmed', 'b', 20), verdict(type, 'a', 30)]
      for (const order of [after(coinbarOrder(), events), after(coinbarOrder(), events.toReversed())]) {
        expect(order).toMatchObject({ status: 'confirmed', received: '49.9' })
      }
    },
  )

  test('a reversed attempt is no matter where another has paid in full', () => {
    const events = [verdict('confirmed', 'a', 10), verdict('failed', 'a', 20), verdict('confirmed', 'b', 30)]
    expect(after(coinbarOrder(), events)).toMatchObject({
      status: 'confirmed',
      reasons: ['failed_after_confirmed', 'overpaid'],
    })
  })

  test.each([0, 1, 3])('%p confirmations had made it final before it failed: held for a person', (confirmations) => {
    const events = [transfer('detected', 'tx1', '100', { confirmations: 3 }), transfer('failed', 'tx1', '100')]
    const order = after(coinOrder(), events, { confirmations })
    expect(order).toMatchObject({ status: 'needs_review', received: '0', reasons: ['undone_after_paid'] })
  })

  test('what failed before it was final is no matter, however many blocks came on top', () => {
    const events = [
      transfer('detected', 'tx1', '100', { confirmations: 0 }),
      transfer('failed', 'tx1', '100', { confirmations: 30 }),
    ]
    const order = after(coinOrder(), events, { confirmations: 3 })
    expect(order).toMatchObject({ status: 'payment_failed', reasons: [] })
  })

  test('one of two payments that paid an order together goes back: less than the price is left', () => {
    const order = after(
      invoiceOrder({ payments: ['a', 'b'].map((paymentId) => ({ provider: 'coins-ph', paymentId })) }),
      [
        invoice('confirmed', '1000', { paymentId: 'a' }),
        invoice('confirmed', '500', { paymentId: 'b' }),
        { ...invoice('pending', '0', { paymentId: 'a' }), type: 'payment.refunded' },
      ],
    )
    expect(order).toMatchObject({
      status: 'partially_refunded',
      received: '500',
      refunded: '1000',
      shortfall: '1000',
      reasons: [],
    })
  })

  test('a refund after success', () => {
    const events = [verdict('confirmed', 'a', 10), verdict('refunded', 'a', 20)]
    expect(after(coinbarOrder(), events)).toMatchObject({ status: 'refunded', received: '0', shortfall: '49.9' })
  })

  test('B13: confirmed, refunded, confirmed again: stays refunded', () => {
    const events = [verdict('confirmed', 'a', 10), verdict('refunded', 'a', 20), verdict('confirmed', 'a', 30)]
    expect(after(coinbarOrder(), events)).toMatchObject({ status: 'refunded', reasons: ['confirmed_after_refund'] })
  })

  test('a part payment that was sent back leaves a further attempt open', () => {
    const order = coinbarOrder({ payments: ['a', 'b'].map((paymentId) => ({ provider: 'coinbar-pay', paymentId })) })
    const refunded = after(order, [verdict('refunded', 'a', 10)])
    expect(refunded).toMatchObject({ status: 'awaiting_payment' })
    expect(after(refunded, [verdict('failed', 'b', 20)])).toMatchObject({ status: 'refunded' })
    expect(after(refunded, [verdict('confirmed', 'b', 20)])).toMatchObject({ status: 'confirmed' })
  })

  test.each([
    { type: 'failed', status: 'payment_failed' },
    { type: 'canceled', status: 'canceled' },
    { type: 'expired', status: 'expired' },
  ] as const)('an attempt that was $type, and another one that is open', ({ type, status }) => {
    const order = coinbarOrder({ payments: [{ provider: 'coinbar-pay', paymentId: 'a' }] })
    const closed = after(order, [verdict('pending', 'a', 5), verdict(type, 'a', 10)])
    expect(closed).toMatchObject({ status })
    const retried = addPayments(closed, [{ provider: 'coinbar-pay', paymentId: 'b' }])
    expect(retried).toMatchObject({ status: 'awaiting_payment' })
    expect(settle(retried, verdict('pending', 'b', 15)).order).toMatchObject({ status: 'awaiting_payment' })
  })

  test('a further attempt whose id is not known yet opens the order by the name it goes by', () => {
    const canceled = after(coinbarOrder(), [verdict('canceled', 'a', 10)])
    expect(canceled).toMatchObject({ status: 'canceled' })
    const open = addPayments(canceled, [{ provider: 'coinbar-pay', paymentId: null, reference: 'ORDER-1001-2' }])
    expect(open).toMatchObject({ status: 'awaiting_payment', version: canceled.version + 1 })
    const renamed = { orderId: 'ORDER-1001-2' }
    expect(after(open, [verdict('canceled', 'b', 20, renamed)])).toMatchObject({ status: 'canceled' })
    expect(after(open, [verdict('confirmed', 'b', 20, renamed)])).toMatchObject({ status: 'confirmed' })
  })

  test('an order whose deadline has passed is expired', () => {
    expect(after(coinOrder(), [deadline(coinOrder())])).toMatchObject({ status: 'expired', deadline: 'passed' })
  })

  test('a deadline that lies ahead does not pass', () => {
    const order = coinOrder()
    expect(settle(order, deadline(order, 59)).order).toBe(order)
  })

  test('B07, B11: paid after the deadline is held for a person', () => {
    const events = [deadline(coinOrder()), transfer('confirmed', 'tx1', '100', { occurredAt: minute(70) })]
    for (const order of [after(coinOrder(), events), after(coinOrder(), events.toReversed())]) {
      expect(order).toMatchObject({ status: 'needs_review', received: '100', reasons: ['paid_late'] })
    }
  })

  test('B07, B11: or confirmed with a note, when the shop says so', () => {
    const events = [deadline(coinOrder()), transfer('confirmed', 'tx1', '100', { occurredAt: minute(70) })]
    expect(after(coinOrder(), events, { latePayment: 'confirm' })).toMatchObject({
      status: 'confirmed',
      reasons: ['paid_late'],
    })
  })

  test('seen in time and confirmed later is not late', () => {
    const events = [
      transfer('detected', 'tx1', '100', { occurredAt: minute(59) }),
      deadline(coinOrder()),
      transfer('confirmed', 'tx1', '100', { occurredAt: minute(70) }),
    ]
    expect(after(coinOrder(), events.slice(0, 2))).toMatchObject({ status: 'payment_detected' })
    expect(after(coinOrder(), events)).toMatchObject({ status: 'confirmed', reasons: [] })
  })

  test('a total that grew to the price only after the deadline is late', () => {
    const events = [
      invoice('partially_paid', '500', { receivedAt: minute(30) }),
      invoice('confirmed', '1500', { receivedAt: minute(90) }),
    ]
    expect(after(invoiceOrder(), events)).toMatchObject({ status: 'needs_review', reasons: ['paid_late'] })
  })

  test('money that was seen and never became final is held for a person', () => {
    const events = [transfer('detected', 'tx1', '100'), deadline(coinOrder(), 60 + 24 * 60)]
    expect(after(coinOrder(), events)).toMatchObject({ status: 'needs_review', reasons: ['never_confirmed'] })
  })

  test('a part payment at the deadline is held for a person', () => {
    const events = [transfer('confirmed', 'tx1', '40'), deadline(coinOrder())]
    expect(after(coinOrder(), events)).toMatchObject({ status: 'needs_review', received: '40', reasons: ['part_paid'] })
  })
})

describe('settle: policy', () => {
  test('B12: what is merely detected pays only a shop that takes no confirmations', () => {
    const event = transfer('detected', 'tx1', '100')
    expect(after(coinOrder(), [event])).toMatchObject({ status: 'payment_detected' })
    expect(after(coinOrder(), [event], { confirmations: 0 })).toMatchObject({ status: 'confirmed' })
    expect(after(invoiceOrder(), [invoice('detected', '1500')], { confirmations: 0 })).toMatchObject({
      status: 'confirmed',
    })
  })

  test.each([
    { state: 'detected', confirmations: 3, wanted: 3, status: 'confirmed' },
    { state: 'detected', confirmations: 2, wanted: 3, status: 'payment_detected' },
    { state: 'confirmed', confirmations: 12, wanted: 30, status: 'payment_detected' },
    { state: 'confirmed', confirmations: null, wanted: 30, status: 'confirmed' },
  ] as const)(
    '$state with $confirmations confirmations, $wanted wanted: $status',
    ({ state, confirmations, wanted, status }) => {
      const event = transfer(state, 'tx1', '100', { confirmations })
      expect(after(coinOrder(), [event], { confirmations: wanted })).toMatchObject({ status })
    },
  )

  test('tolerance: what is missing may be as much, and no more', () => {
    const policy = { tolerance: '0.5' }
    expect(after(coinOrder(), [transfer('confirmed', 'tx1', '99.5')], policy)).toMatchObject({
      status: 'confirmed',
      shortfall: '0.5',
    })
    expect(after(coinOrder(), [transfer('confirmed', 'tx1', '99.49')], policy)).toMatchObject({
      status: 'payment_insufficient',
    })
  })

  test('a tolerance as large as the price does not give the goods away', () => {
    expect(after(coinOrder(), [transfer('detected', 'tx1', '1')], { tolerance: '100' })).toMatchObject({
      status: 'payment_detected',
    })
  })

  test('overpayment can be held for a person', () => {
    expect(after(coinOrder(), [transfer('confirmed', 'tx1', '101')], { overpayment: 'review' })).toMatchObject({
      status: 'needs_review',
      reasons: ['overpaid'],
    })
  })

  test.each([
    [{ tolerance: '-1' }, 'CONFIG_OPTION_INVALID'],
    [{ tolerance: 0.5 }, 'CONFIG_OPTION_INVALID'],
    [{ overpayment: 'ignore' }, 'CONFIG_OPTION_INVALID'],
    [{ latePayment: true }, 'CONFIG_OPTION_INVALID'],
    [{ confirmations: 1.5 }, 'CONFIG_OPTION_INVALID'],
    [{ confirmWithinMs: -1 }, 'CONFIG_OPTION_INVALID'],
    [{ tolerence: '1' }, 'CONFIG_OPTION_UNKNOWN'],
  ])('the policy %p cannot be meant', (policy, code) => {
    expect(() => settle(coinOrder(), transfer('confirmed', 'tx1', '100'), policy as SettlePolicy)).toThrow(
      expect.objectContaining({ code }),
    )
  })
})

describe('settle: the update', () => {
  test('says what changed, and when to ship', () => {
    const event = transfer('confirmed', 'tx1', '100')
    expect(settle(coinOrder(), event).update).toEqual({
      event,
      from: 'awaiting_payment',
      to: 'confirmed',
      changed: true,
      firstConfirmed: true,
      firstAuthorized: true,
      learned: [],
    })
  })

  test('D10: a duplicate that no store remembers changes nothing', () => {
    const paid = after(coinOrder(), [transfer('confirmed', 'tx1', '100')])
    const { order, update } = settle(paid, transfer('confirmed', 'tx1', '100'))
    expect(order).toBe(paid)
    expect(update).toMatchObject({ changed: false, firstConfirmed: false })
  })

  test('an order is first confirmed once in its life', () => {
    const events = [verdict('confirmed', 'a', 10), verdict('refunded', 'a', 20), verdict('confirmed', 'b', 30)]
    let order = coinbarOrder()
    const shipped = events.filter((event) => {
      const settlement = settle(order, event)
      order = settlement.order
      return settlement.update.firstConfirmed
    })
    expect(shipped).toEqual([events[0]])
    expect(order).toMatchObject({ status: 'confirmed', confirmedAt: minute(10) })
  })

  test('the state survives JSON', () => {
    const order = after(coinOrder(), [transfer('detected', 'tx1', '40'), transfer('confirmed', 'tx2', '60')])
    const stored = JSON.parse(JSON.stringify(order)) as OrderPayment
    expect(stored).toEqual(order)
    expect(settle(stored, transfer('detected', 'tx1', '40')).update.changed).toBe(false)
  })

  test('a state made by settle cannot be changed by the event that made it', () => {
    const order = coinOrder()
    const frozen = JSON.stringify(order)
    settle(order, transfer('confirmed', 'tx1', '100'))
    expect(JSON.stringify(order)).toBe(frozen)
  })
})

describe('decide', () => {
  const late = after(coinOrder(), [transfer('confirmed', 'tx1', '100', { occurredAt: minute(70) })])

  const by = { by: 'maria', at: minute(90), note: 'looked at it' }

  test.each([
    { decision: 'accepted', status: 'confirmed', firstConfirmed: true },
    { decision: 'rejected', status: 'canceled', firstConfirmed: false },
  ] as const)('an order in review that is $decision is $status', ({ decision, status, firstConfirmed }) => {
    const { order, update } = decide(late, decision, by)
    expect(order).toMatchObject({
      status,
      decision: { verdict: decision, ...by },
      actions: [{ action: decision, ...by }],
      version: late.version + 1,
    })
    expect(update).toEqual({
      ...{ event: null, from: 'needs_review', to: status, changed: true, firstConfirmed },
      ...{ firstAuthorized: firstConfirmed, learned: [] },
    })
  })

  test('an order that was accepted stays so when more arrives', () => {
    const { order } = decide(late, 'accepted')
    expect(settle(order, transfer('confirmed', 'tx2', '1')).order).toMatchObject({ status: 'confirmed', excess: '1' })
  })

  test.each([
    ['money', transfer('confirmed', 'tx2', '1'), 'money_after_rejection'],
    ['money that does not fit', transfer('confirmed', 'tx2', '1', { currency: 'BTC' }), 'currency_mismatch'],
  ])('an order that was rejected is reviewed again when more arrives: %s', (_, event, reason) => {
    const { order: rejected } = decide(late, 'rejected')
    const { order } = settle(rejected, event)
    expect(order).toMatchObject({ status: 'needs_review', reasons: expect.arrayContaining([reason]) })
    expect(decide(order, 'rejected').order).toMatchObject({ status: 'canceled' })
  })

  test('an order that was rejected stays so when it is told of the same money again', () => {
    const { order: rejected } = decide(late, 'rejected')
    const again = transfer('confirmed', 'tx1', '100', { occurredAt: minute(70), confirmations: 30 })
    expect(settle(rejected, again).order).toMatchObject({ status: 'canceled' })
  })
})

describe('openOrder', () => {
  test.each([
    [{ orderId: '' }],
    [{ expected: { amount: '0', currency: 'USDT' } }],
    [{ expected: { amount: '1e3', currency: 'USDT' } }],
    [{ expected: { amount: 100, currency: 'USDT' } }],
    [{ expected: { amount: '100', currency: ' ' } }],
    [{ expiresAt: 'tomorrow' }],
  ])('%p cannot be meant', (rest) => {
    const options = { orderId: '1', expected: { amount: '100', currency: 'USDT' }, ...rest }
    expect(() => openOrder(options as Parameters<typeof openOrder>[0])).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_INVALID' }),
    )
  })

  test('the same payment is added once', () => {
    const payments = ['addr_1', 'addr_2'].map((paymentId) => ({ provider: 'crypto-gateway', paymentId }))
    const order = coinOrder({ payments })
    for (const payment of payments) expect(addPayments(order, [payment])).toBe(order)
  })
})
