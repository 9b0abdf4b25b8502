/** Actions of the shop about an order: who, when, and the consequences. */
import { describe, expect, test } from '@jest/globals'
import type { WebhookEvent } from 'express-payment-webhooks'
import {
  addPayments,
  cancel,
  decide,
  markPaid,
  reopen,
  reprice,
  settle,
  type OrderPayment,
} from 'express-payment-webhooks/orders'
import { expiryEvent } from '../../src/orders/expiry-event.js'
import {
  capture,
  cardOrder,
  coinOrder,
  dispute,
  minute,
  payment,
  readBack,
  cityPayOrder,
  refund,
  transfer,
} from '../support/order-events.js'

const after = (order: OrderPayment, ...events: readonly WebhookEvent[]) =>
  events.reduce((state, event) => settle(state, event).order, order)

const by = { by: 'maria', at: minute(30), note: 'on the phone' }
const late = { by: 'jan', at: new Date(minute(90)) }
const paid = payment('confirmed', '100', 10)

describe('every action', () => {
  const acts: [string, (order: OrderPayment, by: object) => { order: OrderPayment }, object][] = [
    ['cancel', cancel, { action: 'canceled' }],
    ['decide', (order, who) => decide(order, 'accepted', who), { action: 'accepted' }],
    ['markPaid', (order, who) => markPaid(order, { amount: '40', ...who }), { action: 'paid', amount: '40' }],
    [
      'reprice',
      (order, who) => reprice(order, { amount: '80', ...who }),
      { action: 'repriced', from: '100', to: '80' },
    ],
    ['reopen', (order, who) => reopen(order, { expiresAt: null, ...who }), { action: 'reopened', expiresAt: null }],
  ]

  test.each(acts)('%s is in the record, with who, when and why', (_, act, entry) => {
    const order = act(cardOrder(), by).order
    expect(order.actions).toEqual([{ ...entry, ...by }])
    expect(order.version).toBe(1)
    expect(JSON.parse(JSON.stringify(order))).toEqual(order)
  })

  test.each(acts)('%s needs to be told nothing of that', (_, act, entry) => {
    expect(act(cardOrder(), {}).order.actions).toMatchObject([
      { ...entry, by: null, at: expect.any(String), note: null },
    ])
  })

  test.each(acts)('%s refuses what cannot be meant', (name, act) => {
    for (const wrong of [{ by: '' }, { by: 7 }, { at: 'yesterday' }, { note: 5 }]) {
      expect(() => act(cardOrder(), wrong)).toThrow(
        expect.objectContaining({ code: 'CONFIG_OPTION_INVALID', message: expect.stringContaining(`${name}: `) }),
      )
    }
    expect(() => act(cardOrder(), { who: 'maria' })).toThrow(expect.objectContaining({ code: 'CONFIG_OPTION_UNKNOWN' }))
  })

  test('the record keeps all of them, oldest first', () => {
    const order = decide(reopen(cancel(cardOrder(), by).order, late).order, 'rejected', late).order
    expect(order.actions.map(({ action, by: who }) => `${action} by ${who}`)).toEqual([
      'canceled by maria',
      'reopened by jan',
      'rejected by jan',
    ])
    expect(order).toMatchObject({ status: 'canceled', decision: { verdict: 'rejected', by: 'jan', at: minute(90) } })
  })
})

describe('cancel', () => {
  test.each([
    ['an open order', cardOrder()],
    ['a reserved one', after(cardOrder(), payment('authorized', '100', 5))],
    ['one that is paid', after(cardOrder(), paid)],
    ['one that is partly paid', after(coinOrder(), transfer('confirmed', 'tx1', '40'))],
  ])('%s', (_, order) => {
    const { order: canceled, update } = cancel(order, by)
    expect(canceled).toMatchObject({ status: 'canceled', received: order.received })
    expect(update).toMatchObject({ event: null, to: 'canceled', changed: true, firstConfirmed: false })
  })

  test.each([
    ['a payment', paid],
    ['a part of one', capture('confirmed', 'tx_1', '1')],
    ['a reservation', payment('authorized', '100', 40)],
    ['money that does not fit', payment('confirmed', '100', 40, { paymentId: 'pay_9' })],
  ])('%s after it goes to review, for the reason that it is after it', (_, event) => {
    const { order, update } = settle(cancel(cardOrder(), by).order, event)
    expect(order).toMatchObject({ status: 'needs_review', reasons: expect.arrayContaining(['money_after_cancel']) })
    expect(update).toMatchObject({ firstConfirmed: false, firstAuthorized: false })
    expect(cancel(order, late).order).toMatchObject({ status: 'canceled' })
    expect(decide(order, 'rejected', late).order).toMatchObject({ status: 'canceled' })
    expect(decide(order, 'accepted', late).order).toMatchObject({ status: 'confirmed' })
  })

  test.each([
    ['a failure', payment('failed', null, 40)],
    ['time', expiryEvent(cardOrder(), new Date(minute(61)))],
    ['what is merely seen', payment('detected', null, 40)],
  ])('%s after it changes nothing', (_, event) => {
    expect(settle(cancel(cardOrder(), by).order, event).order).toMatchObject({ status: 'canceled', reasons: [] })
  })

  test('an order that was paid and canceled is refunded when its money has gone back, and not before', () => {
    const canceled = cancel(after(cardOrder(), paid), by).order
    const part = settle(canceled, refund('confirmed', 're_1', '40')).order
    expect(part).toMatchObject({ status: 'canceled', received: '60', refunded: '40' })
    expect(settle(part, refund('confirmed', 're_2', '60')).order).toMatchObject({ status: 'refunded', received: '0' })
  })

  test('a dispute shows, and money that comes back is news', () => {
    const canceled = cancel(after(cardOrder(), paid), by).order
    const disputed = settle(canceled, dispute('opened', 'dp_1', '100')).order
    expect(disputed).toMatchObject({ status: 'disputed' })
    expect(settle(disputed, dispute('won', 'dp_1', '100', 50)).order).toMatchObject({ status: 'canceled' })
    const refunded = cancel(after(cardOrder(), paid, refund('confirmed', 're_1', '100', 30)), by).order
    expect(settle(refunded, refund('failed', 're_1', '100', 40)).order).toMatchObject({
      status: 'needs_review',
      reasons: ['money_after_cancel', 'refund_failed'],
    })
  })
})

describe('markPaid', () => {
  test('without an amount it is what is missing of the price', () => {
    const { order, update } = markPaid(after(coinOrder(), transfer('confirmed', 'tx1', '40')), by)
    expect(order).toMatchObject({ status: 'confirmed', received: '100', shortfall: '0', actions: [{ amount: '60' }] })
    expect(update).toMatchObject({ firstConfirmed: true, firstAuthorized: true })
  })

  test('what was only seen is not final, so it is not taken for paid', () => {
    const order = markPaid(after(coinOrder(), transfer('detected', 'tx1', '100')), by).order
    expect(order).toMatchObject({ status: 'confirmed', received: '100', pending: '100' })
    expect(after(order, transfer('confirmed', 'tx1', '100'))).toMatchObject({
      received: '200',
      excess: '100',
      reasons: ['overpaid'],
    })
  })

  test('a part leaves the rest to be paid', () => {
    const order = markPaid(cardOrder(), { amount: '40', ...by }).order
    expect(order).toMatchObject({ status: 'payment_insufficient', received: '40', shortfall: '60' })
    expect(after(order, payment('confirmed', '60'))).toMatchObject({ status: 'confirmed', received: '100' })
  })

  test('is in time, whenever it is', () => {
    const expired = after(cardOrder(), expiryEvent(cardOrder(), new Date(minute(61))))
    expect(markPaid(expired, late).order).toMatchObject({ status: 'confirmed', reasons: [] })
  })

  test('two parts of one amount are two, by another person or at another time', () => {
    const once = markPaid(cardOrder(), { amount: '40', ...by }).order
    expect(markPaid(once, { amount: '40', ...by }).update.changed).toBe(false)
    expect(markPaid(once, { amount: '40', ...late }).order).toMatchObject({ received: '80' })
  })

  test('an order that is paid stays as it is', () => {
    const order = after(cardOrder(), paid)
    expect(markPaid(order, by)).toMatchObject({ order, update: { changed: false, from: 'confirmed', to: 'confirmed' } })
  })

  test('a canceled order is not paid by itself', () => {
    expect(markPaid(cancel(cardOrder(), by).order, late).order).toMatchObject({
      status: 'needs_review',
      reasons: ['money_after_cancel'],
    })
  })

  test('what went back of a payment does not touch it', () => {
    const order = markPaid(after(cardOrder(), capture('confirmed', 'tx_1', '60')), by).order
    expect(after(order, refund('confirmed', 're_1', '60', 50))).toMatchObject({
      status: 'partially_refunded',
      received: '40',
    })
  })

  test.each(['0', '-1', '1e3', 40, '1'.repeat(21)])('of %p cannot be meant', (amount) => {
    expect(() => markPaid(cardOrder(), { amount: amount as string, ...by })).toThrow(
      /markPaid: amount must be a decimal string above zero/,
    )
  })
})

describe('reprice', () => {
  test.each([
    ['below what was paid', '80', { status: 'confirmed', excess: '20', reasons: ['overpaid'] }],
    ['to what was paid', '100', { status: 'confirmed', excess: '0', reasons: [] }],
    ['above it', '120', { status: 'needs_review', shortfall: '20', reasons: ['paid_short'] }],
  ])('%s', (_, amount, outcome) => {
    const order = after(cardOrder({ expected: { amount: '110', currency: 'EUR' } }), paid)
    expect(reprice(order, { amount, ...by }).order).toMatchObject({ ...outcome, expected: { amount, currency: 'EUR' } })
  })

  test('of an address that stays open, the buyer can pay the difference', () => {
    const order = reprice(after(coinOrder(), transfer('confirmed', 'tx1', '100')), { amount: '120', ...by }).order
    expect(order).toMatchObject({ status: 'payment_insufficient', shortfall: '20', confirmedAt: minute(20) })
    const { order: whole, update } = settle(order, transfer('confirmed', 'tx2', '20'))
    expect(whole).toMatchObject({ status: 'confirmed' })
    expect(update.firstConfirmed).toBe(false)
  })

  test('down to what is left, an order that was partly refunded is confirmed again', () => {
    const order = after(cardOrder(), paid, refund('confirmed', 're_1', '20'))
    expect(reprice(order, { amount: '80', ...by }).order).toMatchObject({
      status: 'confirmed',
      excess: '0',
      reasons: [],
    })
  })

  test('the last price counts, and each is in the record', () => {
    const order = reprice(reprice(cardOrder(), { amount: '80.50', ...by }).order, { amount: '90', ...late }).order
    expect(order).toMatchObject({
      expected: { amount: '90' },
      actions: [
        { from: '100', to: '80.5' },
        { from: '80.5', to: '90' },
      ],
    })
  })

  test('needs a price', () => {
    expect(() => reprice(cardOrder(), { amount: '0' })).toThrow(/reprice: amount must be a decimal string above zero/)
  })
})

describe('reopen', () => {
  const expired = after(cardOrder(), expiryEvent(cardOrder(), new Date(minute(61))))

  test('an order whose time was up, until another time, or without one', () => {
    expect(expired).toMatchObject({ status: 'expired' })
    const until = reopen(expired, { expiresAt: new Date(minute(120)), ...late }).order
    expect(until).toMatchObject({ status: 'awaiting_payment', expiresAt: minute(120), deadline: 'ahead' })
    expect(after(until, payment('confirmed', '100', 110))).toMatchObject({ status: 'confirmed', reasons: [] })
    expect(after(until, payment('confirmed', '100', 130))).toMatchObject({
      status: 'needs_review',
      reasons: ['paid_late'],
    })
    expect(reopen(expired, late).order).toMatchObject({ status: 'awaiting_payment', expiresAt: null })
  })

  test('the deadline stays where it lies ahead', () => {
    const order = reopen(cancel(cardOrder(), by).order, by).order
    expect(order).toMatchObject({ status: 'awaiting_payment', expiresAt: minute(60), decision: null })
  })

  test.each(['canceled', 'failed', 'expired'] as const)(
    'payments that have %s are passed over, until they end anew',
    (end) => {
      const order = reopen(after(cardOrder(), payment(end, null, 15)), by).order
      expect(order).toMatchObject({ status: 'awaiting_payment' })
      const again = addPayments(order, [{ provider: 'acme-pay', paymentId: 'pay_2' }])
      expect(after(again, payment('canceled', null, 40, { paymentId: 'pay_2' }))).toMatchObject({ status: 'canceled' })
      expect(after(order, payment('detected', null, 35), payment(end, null, 40))).not.toMatchObject({
        status: 'awaiting_payment',
      })
    },
  )

  test('a closed payment with a part in it no longer ends its order', () => {
    const part = after(cityPayOrder(), readBack('EXPIRED', '20', 10))
    expect(part).toMatchObject({ status: 'needs_review', reasons: ['part_paid'] })
    expect(reopen(part, by).order).toMatchObject({ status: 'payment_insufficient', shortfall: '30', reasons: [] })
  })

  test('an order that is paid by now ships, and once', () => {
    const lateMoney = after(cardOrder(), payment('confirmed', '100', 70))
    expect(lateMoney).toMatchObject({ status: 'needs_review', reasons: ['paid_late'] })
    const { order, update } = reopen(lateMoney, { expiresAt: null, ...late })
    expect(order).toMatchObject({ status: 'confirmed', confirmedAt: minute(90) })
    expect(update).toMatchObject({ firstConfirmed: true, firstAuthorized: true })
    expect(reopen(cancel(order, late).order, late).update.firstConfirmed).toBe(false)
  })

  test('an order that is open stays as it is', () => {
    const order = cardOrder()
    expect(reopen(order, by)).toMatchObject({ order, update: { changed: false } })
    const twice = reopen(expired, { expiresAt: minute(120), ...late }).order
    expect(reopen(twice, { expiresAt: minute(120), ...late }).order).toBe(twice)
  })

  test('a deadline lies ahead', () => {
    expect(() => reopen(expired, { expiresAt: minute(80), ...late })).toThrow(/reopen: expiresAt must lie ahead/)
    expect(() => reopen(expired, { expiresAt: 'tomorrow', ...late })).toThrow(/reopen: expiresAt must be a Date/)
  })
})

describe('a payment that is added when its money has come', () => {
  const event = payment('confirmed', '100', 10, { paymentId: 'pay_2' })
  const added = (order: OrderPayment) => addPayments(order, [{ provider: 'acme-pay', paymentId: 'pay_2' }])

  test('counts, and waits in review for the next event, or for a person, to ship it', () => {
    const held = added(after(cardOrder(), event))
    expect(held).toMatchObject({
      status: 'needs_review',
      received: '100',
      reasons: ['payment_unknown'],
      confirmedAt: null,
    })
    expect(settle(held, event)).toMatchObject({
      order: { status: 'confirmed', reasons: [] },
      update: { firstConfirmed: true },
    })
    expect(decide(held, 'accepted', by)).toMatchObject({
      order: { status: 'confirmed' },
      update: { firstConfirmed: true },
    })
  })

  test('is no matter where the order has shipped, or is not paid by it', () => {
    expect(added(after(cardOrder(), paid, event))).toMatchObject({ status: 'confirmed', excess: '100' })
    const part = payment('partially_paid', '60', 10, { paymentId: 'pay_2' })
    expect(added(after(cardOrder(), part))).toMatchObject({
      status: 'payment_insufficient',
      received: '60',
      reasons: [],
    })
  })
})
