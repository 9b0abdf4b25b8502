/** The rules about money, M1 to M6, each with the case that it exists for. */
import { describe, expect, test } from '@jest/globals'
import type { WebhookEvent } from 'express-payment-webhooks'
import {
  openOrder,
  paymentsOf,
  reprice,
  settle,
  type OrderPayment,
  type SettlePolicy,
} from 'express-payment-webhooks/orders'
import {
  capture,
  cardOrder,
  dispute,
  invoice,
  invoiceOrder,
  minute,
  payment,
  refund,
  transfer,
} from '../support/order-events.js'

const after = (order: OrderPayment, events: readonly WebhookEvent[], policy?: SettlePolicy) =>
  events.reduce((state, event) => settle(state, event, policy).order, order)

/** First to last and last to first. */
const eitherWay = (order: OrderPayment, events: readonly WebhookEvent[], policy?: SettlePolicy) => [
  after(order, events, policy),
  after(order, events.toReversed(), policy),
]

const DAY = 24 * 60

describe('M1: transfers are a lower bound', () => {
  test('fewer transfers than the total says are normal', () => {
    for (const order of eitherWay(cardOrder(), [capture('confirmed', 'tx_1', '60'), payment('confirmed', '100')])) {
      expect(order).toMatchObject({ status: 'confirmed', received: '100', reasons: [] })
    }
  })

  test.each([
    // Total, sum of the transfers, price: in review only if the total is short and the transfers are not.
    { total: '100', sum: ['60', '60'], status: 'confirmed', received: '100' },
    { total: '60', sum: ['60', '40'], status: 'needs_review', received: '60' },
    { total: '100', sum: ['60', '50'], status: 'confirmed', received: '100' },
  ])('$sum confirmed as transfers, and $total in total: $status', ({ total, sum, ...outcome }) => {
    const transfers = sum.map((amount, at) => capture('confirmed', `tx_${at}`, amount))
    for (const order of eitherWay(cardOrder(), [...transfers, payment('confirmed', total, 30)])) {
      expect(order).toMatchObject(outcome)
      expect(order.reasons).toContain('more_than_reported')
    }
  })

  test('of several totals the newest dated one counts, also where it is smaller', () => {
    const other = { payments: ['pay_1', 'pay_2'].map((paymentId) => ({ provider: 'acme-pay', paymentId })) }
    for (const order of eitherWay(cardOrder(other), [
      payment('confirmed', '100', 10),
      payment('confirmed', '60', 20),
    ])) {
      // It was paid, as far as the facts show: the goods may have been shipped.
      expect(order).toMatchObject({ status: 'needs_review', received: '60', reasons: ['undone_after_paid'] })
    }
  })

  test.each([
    ['without dates, the largest', payment('confirmed', '60', null), payment('confirmed', '100', null), '100'],
    ['a dated one before one without a date', payment('confirmed', '60', 10), payment('confirmed', '100', null), '60'],
    ['of one date, the largest', payment('confirmed', '60', 10), payment('confirmed', '100', 10), '100'],
  ])('%s', (_, one, other, received) => {
    for (const order of eitherWay(cardOrder(), [one, other])) expect(order).toMatchObject({ received })
  })

  test('a transfer on its way that the total has already is not counted beside it', () => {
    const events = [capture('confirmed', 'tx_1', '60'), capture('detected', 'tx_2', '40'), payment('confirmed', '100')]
    for (const order of eitherWay(cardOrder(), events)) expect(order).toMatchObject({ received: '100', pending: '0' })
  })
})

describe('M2: of totals the newest counts', () => {
  const paid = payment('confirmed', '100', 10)

  test('Stripe: refunded 100 while it is pending; five days later the refund fails', () => {
    const events = [
      paid,
      refund('pending', 're_1', '100', 20),
      payment('refunded', null, 21, { refund: { id: null, amount: '100', currency: 'EUR', basis: 'total' } }),
      refund('failed', 're_1', '100', 5 * DAY),
    ]
    expect(after(cardOrder(), events.slice(0, 3))).toMatchObject({ status: 'refunded', refunded: '100' })
    for (const order of eitherWay(cardOrder(), events)) {
      expect(order).toMatchObject({ status: 'confirmed', received: '100', refunded: '0', reasons: ['refund_failed'] })
    }
  })

  test('Mollie: amountRefunded shrinks when a queued refund is canceled', () => {
    const read = (amount: string, at: number) =>
      payment('confirmed', '100', 10, {
        id: `acme-pay:state:${amount}:${at}`,
        refund: { id: null, amount, currency: 'EUR', basis: 'total', asOf: minute(at) },
        receivedAt: minute(at),
      })
    for (const order of eitherWay(cardOrder(), [read('30', 20), read('20', 30)])) {
      expect(order).toMatchObject({ status: 'partially_refunded', received: '80', refunded: '20' })
    }
  })

  const total = refund('confirmed', null, '50', 30)
  test.each([
    ['confirmed after the total: added', [refund('confirmed', 're_2', '20', 40)], '70'],
    ['confirmed before it: in it', [refund('confirmed', 're_1', '20', 20)], '50'],
    [
      'asked for before it and confirmed after it: in it',
      [refund('pending', 're_1', '20', 20), refund('confirmed', 're_1', '20', 40)],
      '50',
    ],
    [
      'told again after it: in it',
      [refund('confirmed', 're_1', '20', 20), refund('confirmed', 're_1', '20', 40)],
      '50',
    ],
    ['confirmed without a date: at least their sum', [refund('confirmed', 're_1', '20', null)], '50'],
    [
      'two without a date, more than the total',
      ['re_1', 're_2'].map((id) => refund('confirmed', id, '40', null)),
      '80',
    ],
    ['failed after it: taken out', [refund('pending', 're_1', '20', 20), refund('failed', 're_1', '20', 40)], '30'],
    ['failed after it, and nothing else known of it', [refund('failed', 're_1', '20', 40)], '30'],
    ['failed before it: not in it', [refund('failed', 're_1', '20', 20)], '50'],
    [
      'begun and failed after it: in neither',
      [refund('pending', 're_2', '20', 35), refund('failed', 're_2', '20', 40)],
      '50',
    ],
    ['pending: in neither', [refund('pending', 're_2', '20', 40)], '50'],
    ['a smaller total that is newer', [refund('failed', null, '10', 40)], '10'],
  ])('a total of 50, and a refund %s', (_, refunds, refunded) => {
    for (const order of eitherWay(cardOrder(), [paid, total, ...refunds])) {
      const received = String(100 - Number(refunded))
      expect(order).toMatchObject({ status: 'partially_refunded', refunded, received })
    }
  })

  test.each([
    [
      'confirmed, and then it bounced',
      [refund('confirmed', 're_1', '100', 30), refund('failed', 're_1', '100', 40)],
      '0',
    ],
    ['the same without dates', [refund('confirmed', 're_1', '100', null), refund('failed', 're_1', '100', null)], '0'],
    [
      'failed, and tried again under its id',
      [refund('failed', 're_1', '100', 30), refund('confirmed', 're_1', '100', 40)],
      '100',
    ],
    ['told twice', [refund('confirmed', 're_1', '40', 30), refund('confirmed', 're_1', '40', 31)], '40'],
    ['two of them', [refund('confirmed', 're_1', '40', 30), refund('confirmed', 're_2', '40', 30)], '80'],
  ])('refunds by id alone: %s', (_, refunds, refunded) => {
    for (const order of eitherWay(cardOrder(), [paid, ...refunds])) expect(order).toMatchObject({ refunded })
  })

  test('a refund that comes before the payment it is of', () => {
    for (const order of eitherWay(cardOrder(), [refund('confirmed', 're_1', '20', 30), paid])) {
      expect(order).toMatchObject({ status: 'partially_refunded', received: '80' })
    }
  })

  test('one sum that a refund and a dispute both took leaves nothing, and no debt, and a reason', () => {
    const events = [paid, refund('confirmed', 're_1', '100', 30), dispute('lost', 'dp_1', '100', 50)]
    for (const order of eitherWay(cardOrder(), events)) {
      expect(order).toMatchObject({
        ...{ status: 'refunded', received: '0', refunded: '200', shortfall: '100' },
        reasons: ['dispute_lost', 'taken_twice'],
      })
    }
  })

  test('a transfer that comes after everything went back is new money', () => {
    const events = [
      capture('confirmed', 'tx_1', '100', 10),
      payment('refunded', null, 20),
      capture('confirmed', 'tx_2', '100', 30),
    ]
    for (const order of eitherWay(cardOrder(), events)) {
      expect(order).toMatchObject({ status: 'confirmed', received: '100', refunded: '100' })
    }
  })
})

describe('M3: one currency', () => {
  const original = { amount: '0.0012', currency: 'BTC' }

  test('an order in EUR that is paid in BTC is not in review', () => {
    const told = (verdict: 'detected' | 'confirmed', amount: string | null) =>
      capture(verdict, 'tx_1', amount, 20, { original })
    const order = after(cardOrder(), [told('detected', '100')])
    expect(order).toMatchObject({ status: 'payment_detected', pending: '100', reasons: [] })
    expect(after(order, [told('confirmed', '100')])).toMatchObject({
      status: 'confirmed',
      received: '100',
      reasons: [],
    })
    expect(paymentsOf(order)[0]!.transfers).toMatchObject([{ original, amount: '100' }])
  })

  test.each(['detected', 'confirmed'] as const)(
    'a transfer that is %s without a price was seen, and is no stray',
    (verdict) => {
      const order = after(cardOrder(), [capture(verdict, 'tx_1', null, 20, { original })])
      expect(order).toMatchObject({ status: 'payment_detected', received: '0', pending: '0', reasons: [] })
      // The amount that was seen with it is no price either.
      for (const state of eitherWay(cardOrder(), [
        capture('detected', 'tx_1', '100'),
        capture('confirmed', 'tx_1', null),
      ])) {
        expect(state).toMatchObject({ status: 'payment_detected', pending: '100' })
      }
    },
  )

  test.each([
    ['priced later', capture('confirmed', 'tx_1', '100', 25)],
    ['priced by the total', payment('confirmed', '100', 25)],
  ])('%s, it counts', (_, later) => {
    for (const order of eitherWay(cardOrder(), [capture('confirmed', 'tx_1', null, 20, { original }), later])) {
      expect(order).toMatchObject({ status: 'confirmed', received: '100', pending: '0' })
    }
  })

  test.each([
    [
      'refund',
      refund('confirmed', 're_1', '100', 30, {
        refund: { id: 're_1', amount: '100', currency: 'USD', basis: 'refund' },
      }),
    ],
    [
      'refund total',
      refund('confirmed', null, '100', 30, { refund: { id: null, amount: '100', currency: 'USD', basis: 'total' } }),
    ],
    ['dispute', dispute('opened', 'dp_1', '100', 30, { currency: 'USD' })],
    ['lost dispute', dispute('lost', 'dp_1', '100', 30, { currency: 'USD' })],
  ])('a %s in another currency is for a person, and nothing is subtracted', (_, event) => {
    for (const order of eitherWay(cardOrder(), [payment('confirmed', '100', 10), event])) {
      expect(order).toMatchObject({ status: 'needs_review', received: '100', refunded: '0', disputed: '0' })
      expect(order.reasons).toContain('currency_mismatch')
    }
  })

  test('a dispute in another currency that was won is over', () => {
    const events = [
      dispute('opened', 'dp_1', '100', 30, { currency: 'USD' }),
      dispute('won', 'dp_1', '100', 40, { currency: 'USD' }),
    ]
    for (const order of eitherWay(cardOrder(), [payment('confirmed', '100', 10), ...events])) {
      expect(order).toMatchObject({ status: 'confirmed', reasons: [] })
    }
  })
})

describe('M4: shipping on a reservation', () => {
  const shipOn = 'authorized'
  const authorized = payment('authorized', '100', 5)

  /** The order, and the events at which the shop was told to ship. */
  function shipments(events: readonly WebhookEvent[], policy: SettlePolicy) {
    let order = cardOrder()
    const told = events.map((event) => {
      const { order: next, update } = settle(order, event, policy)
      order = next
      return [update.firstAuthorized, update.firstConfirmed]
    })
    return { order, told }
  }

  test('firstAuthorized comes once, firstConfirmed once, and each with its own event', () => {
    const events = [authorized, authorized, payment('confirmed', '100', 25), payment('authorized', '100', 30)]
    const { order, told } = shipments(events, { shipOn })
    expect(told).toEqual([
      [true, false],
      [false, false],
      [false, true],
      [false, false],
    ])
    expect(order).toMatchObject({ status: 'confirmed', authorizedAt: minute(5), confirmedAt: minute(25) })
  })

  test('an order that is confirmed before its reservation was told of ships as well, once', () => {
    expect(shipments([payment('confirmed', '100', 25), authorized], { shipOn }).told).toEqual([
      [true, true],
      [false, false],
    ])
  })

  test('a reservation of less than the price does not ship', () => {
    const { order, told } = shipments([payment('authorized', '60', 5)], { shipOn })
    expect(told).toEqual([[false, false]])
    expect(order).toMatchObject({ status: 'payment_insufficient', authorized: '60' })
  })

  test.each(['canceled', 'expired', 'failed'] as const)(
    'shipped, and then the reservation is %s: for a person',
    (end) => {
      for (const order of eitherWay(cardOrder(), [authorized, payment(end, null, 15)], { shipOn })) {
        expect(order).toMatchObject({ status: 'needs_review', reasons: ['undone_after_paid'] })
      }
    },
  )

  test.each([
    ['as a total', payment('confirmed', '60', 25)],
    ['as a capture', capture('confirmed', 'cap_1', '60', 25)],
  ])('a capture below the reservation, %s, is short, unless the price is changed before or after', (_, captured) => {
    for (const order of eitherWay(cardOrder(), [authorized, captured])) {
      expect(order).toMatchObject({ status: 'needs_review', received: '60', authorized: '0', reasons: ['paid_short'] })
      expect(reprice(order, { amount: '60', by: 'maria' }).order).toMatchObject({ status: 'confirmed', reasons: [] })
    }
    const before = reprice(cardOrder(), { amount: '60', by: 'maria' }).order
    expect(after(before, [authorized, captured])).toMatchObject({ status: 'confirmed', reasons: [] })
  })

  test('what is given up after a capture is the rest of the reservation', () => {
    const events = [authorized, capture('confirmed', 'cap_1', '100', 25), payment('canceled', null, 40)]
    for (const order of eitherWay(cardOrder(), events))
      expect(order).toMatchObject({ status: 'confirmed', reasons: [] })
    const failed = [authorized, capture('confirmed', 'cap_1', '100', 25), payment('failed', null, 40)]
    expect(after(cardOrder(), failed)).toMatchObject({ status: 'needs_review', reasons: ['failed_after_confirmed'] })
  })

  test('two captures make up the price', () => {
    const events = [authorized, capture('confirmed', 'cap_1', '60', 25), capture('confirmed', 'cap_2', '40', 2 * DAY)]
    for (const order of eitherWay(cardOrder(), events)) {
      expect(order).toMatchObject({ status: 'confirmed', received: '100', reasons: [] })
    }
  })

  test('what was reserved in time is not late when it is captured later', () => {
    for (const captured of [payment('confirmed', '100', 5 * DAY), capture('confirmed', 'cap_1', '100', 5 * DAY)]) {
      expect(after(cardOrder(), [authorized, captured])).toMatchObject({ status: 'confirmed', reasons: [] })
    }
    expect(after(cardOrder(), [payment('authorized', '100', 70)])).toMatchObject({
      status: 'needs_review',
      reasons: ['paid_late'],
    })
  })

  test('a payment that was given up can be reserved again', () => {
    const events = [payment('failed', null, 5), payment('authorized', '100', 10)]
    for (const order of eitherWay(cardOrder(), events)) expect(order).toMatchObject({ status: 'payment_authorized' })
  })
})

describe('M5: disputes', () => {
  const paid = payment('confirmed', '100', 10)

  test.each([
    ['opened', [dispute('opened', 'dp_1', '100', 40)], 'disputed'],
    ['opened, and then won', [dispute('opened', 'dp_1', '100', 40), dispute('won', 'dp_1', '100', 50)], 'confirmed'],
    [
      'won, and then opened again',
      [dispute('won', 'dp_1', '100', 40), dispute('opened', 'dp_1', '100', 50)],
      'disputed',
    ],
    [
      'won and lost without dates',
      [dispute('won', 'dp_1', '100', null), dispute('lost', 'dp_1', '100', null)],
      'refunded',
    ],
    [
      'opened and won without dates',
      [dispute('opened', 'dp_1', '100', null), dispute('won', 'dp_1', '100', null)],
      'confirmed',
    ],
    ['lost first, and won later', [dispute('lost', 'dp_1', '100', 40), dispute('won', 'dp_1', '100', 50)], 'confirmed'],
    [
      'opened, and only then withdrawn',
      [dispute('opened', 'dp_1', '100', 40, { withdrawn: false }), dispute('opened', 'dp_1', '100', 41)],
      'disputed',
    ],
    [
      'opened and withdrawn within a second',
      [dispute('opened', 'dp_1', '100', 40), dispute('opened', 'dp_1', '100', 40, { withdrawn: false })],
      'disputed',
    ],
    [
      'two of them, one won',
      [dispute('opened', 'dp_1', '60', 40), dispute('won', 'dp_1', '60', 50), dispute('opened', 'dp_2', '40', 45)],
      'disputed',
    ],
  ])('%s', (_, events, status) => {
    for (const order of eitherWay(cardOrder(), [paid, ...events])) expect(order).toMatchObject({ status })
  })

  test('what is disputed of an excess leaves the price', () => {
    for (const order of eitherWay(cardOrder(), [
      payment('confirmed', '120', 10),
      dispute('opened', 'dp_1', '20', 40),
    ])) {
      expect(order).toMatchObject({ status: 'confirmed', received: '100', disputed: '20', excess: '0' })
    }
  })

  test('a dispute that comes before the payment it is about', () => {
    expect(after(cardOrder(), [dispute('opened', 'dp_1', '100', 40)])).toMatchObject({
      status: 'disputed',
      received: '0',
    })
    expect(after(cardOrder(), [dispute('opened', 'dp_1', '100', 40), paid])).toMatchObject({
      status: 'disputed',
      disputed: '100',
    })
  })
})

describe('M6: a payment has several names', () => {
  const nameless = { orderId: null }
  const session = payment('pending', null, 5, { paymentId: 'cs_1', paymentIds: ['cs_1'] })
  const intent = payment('confirmed', '100', 10, { paymentId: 'pi_1', paymentIds: ['pi_1', 'cs_1'] })
  const bySession = openOrder({
    orderId: 'ORDER-1001',
    expected: { amount: '100', currency: 'EUR' },
    payments: [{ provider: 'acme-pay', paymentId: 'cs_1' }],
  })

  test('a dispute that names a charge alone finds its order by what was learned', () => {
    const charge = payment('detected', null, 8, { paymentId: 'pi_1', paymentIds: ['pi_1', 'ch_1'] })
    const lost = dispute('lost', 'dp_1', '100', 50, { paymentId: 'ch_1', paymentIds: ['ch_1'], ...nameless })
    for (const order of eitherWay(bySession, [session, charge, intent, lost])) {
      expect(order).toMatchObject({ status: 'refunded', refunded: '100' })
      expect(paymentsOf(order)).toMatchObject([{ paymentIds: ['ch_1', 'cs_1', 'pi_1'] }])
    }
  })

  test('save is told each name once, when it is learned', () => {
    const first = settle(bySession, intent)
    expect(first.update.learned).toEqual([{ provider: 'acme-pay', paymentId: 'pi_1' }])
    expect(settle(first.order, payment('detected', '100', 8, { paymentId: 'pi_1' })).update.learned).toEqual([])
    expect(settle(bySession, session).update.learned).toEqual([])
  })

  test('a name that is told before anybody knows what it is of is learned when that is known', () => {
    const early = settle(bySession, refund('confirmed', 're_1', '20', 30, { paymentId: 'ch_1', ...nameless }))
    expect(early).toMatchObject({
      order: { status: 'needs_review', reasons: ['payment_unknown'] },
      update: { learned: [] },
    })
    const { order, update } = settle(early.order, { ...intent, paymentIds: ['pi_1', 'cs_1', 'ch_1'] })
    expect(update.learned).toEqual(['ch_1', 'pi_1'].map((paymentId) => ({ provider: 'acme-pay', paymentId })))
    expect(order).toMatchObject({ status: 'partially_refunded', received: '80', reasons: [] })
  })

  test('a payment whose id the provider chooses is learned by it, and found by it alone afterwards', () => {
    const order = cardOrder({ payments: [{ provider: 'acme-pay', paymentId: null }] })
    const { order: paid, update } = settle(order, intent)
    expect(update.learned).toMatchObject([{ paymentId: 'cs_1' }, { paymentId: 'pi_1' }])
    expect(settle(paid, dispute('opened', 'dp_1', '100', 40, { paymentId: 'pi_1', ...nameless })).order).toMatchObject({
      status: 'disputed',
    })
  })

  test('one id at two providers is two payments', () => {
    const event = { ...payment('confirmed', '100', 10), provider: 'other-pay' }
    expect(after(cardOrder(), [event])).toMatchObject({ status: 'needs_review', reasons: ['payment_unknown'] })
  })

  test('names are told in the form that they are looked up by', () => {
    const address = '0x52908400098527886E0F7030069857D2E4169EE7'
    const order = invoiceOrder({
      expected: { amount: '100', currency: 'USDT' },
      payments: [{ provider: 'crypto-gateway', paymentId: 'addr_1' }],
    })
    const { update } = settle(order, transfer('confirmed', 'tx1', '100', { paymentIds: ['addr_1', address] }))
    expect(update.learned).toEqual([{ provider: 'crypto-gateway', paymentId: address.toLowerCase() }])
    expect(settle(order, invoice('pending', '0')).update.learned).toEqual([])
  })
})

describe('tolerance as a share of the price', () => {
  test.each([
    ['0.5%', '99.5', 'confirmed'],
    ['0.5%', '99.49', 'needs_review'],
    ['33.333%', '66.667', 'confirmed'],
    ['33.333%', '66.666999999999999999', 'needs_review'],
    ['0%', '100', 'confirmed'],
  ])('%s of 100: %s is %s', (tolerance, paid, status) => {
    expect(after(cardOrder(), [payment('confirmed', paid)], { tolerance })).toMatchObject({ status })
  })

  test('is of the price that is asked now', () => {
    const order = reprice(cardOrder(), { amount: '200', by: 'maria' }, { tolerance: '1%' }).order
    expect(after(order, [payment('confirmed', '198')], { tolerance: '1%' })).toMatchObject({
      status: 'confirmed',
      shortfall: '2',
    })
  })

  test.each(['-1%', '1%%', '%', '100.1%', '1 %'])('%s cannot be meant', (tolerance) => {
    expect(() => settle(cardOrder(), payment('confirmed', '100'), { tolerance })).toThrow(/policy: tolerance must be/)
  })
})
