/** The facts that settling keeps of every event, and the facts that count as money: one case per rule. */
import { describe, expect, test } from '@jest/globals'
import type { WebhookEvent } from 'express-payment-webhooks'
import { openOrder, paymentsOf, settle, type OrderPayment, type SettlePolicy } from 'express-payment-webhooks/orders'
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

/** The same events, first to last and last to first: both lead to the same state. */
const eitherWay = (order: OrderPayment, events: readonly WebhookEvent[], policy?: SettlePolicy) => [
  after(order, events, policy),
  after(order, events.toReversed(), policy),
]

const DAY = 24 * 60
const clock = (order: OrderPayment, at: number) => expiryEvent(order, new Date(minute(at)))

const attempts = (...ids: string[]) => ({
  payments: ids.map((paymentId) => ({ provider: 'coinbar-pay', paymentId })),
})

describe('a transaction', () => {
  test('is remembered with everything that was said of it', () => {
    const event = transfer('confirmed', 'tx1', '100', { network: 'Ethereum' })
    const order = after(coinOrder(), [event])
    expect(order.ledgers).toMatchObject([{ provider: 'crypto-gateway', paymentId: 'addr_1', paymentIds: ['addr_1'] }])
    expect(order.ledgers[0]!.transfers).toEqual([
      {
        id: 'tx1',
        hash: '0xtx1',
        network: 'ethereum',
        original: null,
        amount: { seen: null, confirmed: '100' },
        isConflicting: false,
        confirmations: 12,
        seenAt: minute(20),
        verdicts: { confirmed: minute(20) },
      },
    ])
    expect(transfersOf(order)).toEqual([
      {
        ...{ provider: 'crypto-gateway', paymentId: 'addr_1', id: 'tx1', hash: '0xtx1', network: 'ethereum' },
        ...{ original: null, amount: '100', state: 'confirmed', confirmations: 12, seenAt: minute(20) },
        isFinal: true,
      },
    ])
  })

  test.each([
    [3, 12, 12],
    // "Confirmed" without a number is enough.
    [null, 5, null],
    [null, null, null],
  ])('confirmations %p and %p: %p', (first, second, most) => {
    const events = [first, second].map((confirmations) => transfer('confirmed', 'tx1', '100', { confirmations }))
    for (const order of eitherWay(coinOrder(), events)) {
      expect(transfersOf(order)).toMatchObject([{ confirmations: most }])
    }
  })

  test.each([1, 12])(
    'that is called confirmed without a number is final, whatever was reported before: of %p',
    (wanted) => {
      const events = [
        transfer('detected', 'tx1', '100', { confirmations: 0 }),
        transfer('confirmed', 'tx1', '100', { confirmations: null }),
      ]
      for (const order of eitherWay(coinOrder(), events, { confirmations: wanted })) {
        expect(order).toMatchObject({ status: 'confirmed', pending: '0' })
      }
    },
  )

  describe('that fails after it was confirmed is held for a person, also where the failure', () => {
    const confirmed = transfer('confirmed', 'tx1', '100', { hash: '0xabc' })
    const failed = transfer('failed', 'tx1', '100', { hash: '0xabc', occurredAt: minute(50) })
    test.each<[string, WebhookEvent]>([
      ['says everything', failed],
      ['leaves out the network', { ...failed, transaction: { ...failed.transaction!, network: null } }],
      ['leaves out the amount', { ...failed, received: null }],
      ['names the hash alone', transfer('failed', '0xabc', '100', { hash: '0xabc', occurredAt: minute(50) })],
    ])('%s', (_, failure) => {
      for (const order of eitherWay(coinOrder(), [confirmed, failure])) {
        expect(order).toMatchObject({ status: 'needs_review', received: '100', reasons: ['failed_after_confirmed'] })
      }
    })

    test('comes for the other name of it', () => {
      const echo = transfer('confirmed', '0xabc', '100', { hash: '0xabc' })
      for (const order of eitherWay(coinOrder(), [echo, failed])) {
        expect(order).toMatchObject({ status: 'needs_review', reasons: ['failed_after_confirmed'] })
      }
    })
  })

  test('that was final by the shop’s own count, and fails by its hash, is held for a person', () => {
    const events = [
      transfer('detected', 'tx1', '100', { hash: '0xabc', confirmations: 3 }),
      transfer('failed', '0xabc', '100', { hash: '0xabc' }),
    ]
    for (const order of eitherWay(coinOrder(), events, { confirmations: 3 })) {
      expect(order).toMatchObject({ status: 'needs_review', received: '0', reasons: ['undone_after_paid'] })
    }
  })

  test('of another hash, another address or another chain fails for itself', () => {
    const confirmed = transfer('confirmed', 'tx1', '100', { hash: '0xabc' })
    const others = [
      transfer('failed', '0xdef', '100', { hash: '0xdef', occurredAt: minute(50) }),
      transfer('failed', 'tx1', '100', { network: 'tron', occurredAt: minute(50) }),
      transfer('failed', 'tx1', '100', { paymentId: 'addr_9', occurredAt: minute(50) }),
    ]
    for (const order of eitherWay(coinOrder(), [confirmed, ...others])) {
      expect(order).toMatchObject({ status: 'confirmed', reasons: [] })
    }
  })

  test.each(['detected', 'confirmed'] as const)('that is %s with a total for its amount is none', (state) => {
    const event = transfer(state, 'tx1', '100')
    const order = after(coinOrder(), [{ ...event, received: { ...event.received!, basis: 'total' } }])
    expect(order).toMatchObject({ status: 'needs_review', reasons: ['amount_missing'], ledgers: [{ transfers: [] }] })
  })

  test('that is final by no count of the shop’s own is not disputed by a failure, but only seen', () => {
    const events = [transfer('confirmed', 'tx1', '100'), transfer('failed', 'tx1', '100', { occurredAt: minute(50) })]
    for (const order of eitherWay(coinOrder(), events, { confirmations: 20 })) {
      expect(order).toMatchObject({ status: 'payment_detected', received: '0', pending: '100' })
    }
  })

  test('of which no confirmations were reported has none, and not zero', () => {
    const events = ['0xtx1', '0xother'].map((hash) => transfer('detected', 'tx1', '100', { hash, confirmations: null }))
    expect(transfersOf(after(coinOrder(), events))).toMatchObject([{ confirmations: null }])
  })

  test('that was final for the shop and failed without an amount had the amount that was seen', () => {
    const events = [
      transfer('detected', 'tx1', '100', { confirmations: 3 }),
      { ...transfer('failed', 'tx1', '100'), received: null },
    ]
    for (const order of eitherWay(coinOrder(), events, { confirmations: 3 })) {
      expect(order).toMatchObject({ status: 'needs_review', reasons: ['undone_after_paid'] })
    }
  })

  test('that failed without an amount leaves alone what the others bring', () => {
    const bare = { ...transfer('failed', 'tx1', '100'), received: null }
    for (const order of eitherWay(coinOrder(), [
      bare,
      transfer('confirmed', 'tx1', '100', { occurredAt: minute(50) }),
    ])) {
      expect(order).toMatchObject({ status: 'confirmed', received: '100', reasons: ['failed_after_confirmed'] })
    }
  })

  test('what one event leaves out, another tells', () => {
    const told = transfer('confirmed', 'tx1', '100')
    const bare = { ...told, transaction: { ...told.transaction!, hash: null, network: null } }
    for (const order of eitherWay(coinOrder({ network: null }), [told, bare])) {
      expect(transfersOf(order)).toMatchObject([{ hash: '0xtx1', network: 'ethereum' }])
    }
    expect(transfersOf(after(coinOrder({ network: null }), [bare]))).toMatchObject([{ hash: null, network: null }])
  })

  test('was seen when it was first seen, and judged when it was last judged', () => {
    const events = [12, 25, 18].map((at) => transfer('confirmed', 'tx1', '100', { occurredAt: minute(at) }))
    for (const order of eitherWay(coinOrder(), events)) {
      expect(order.ledgers[0]!.transfers).toMatchObject([{ seenAt: minute(12), verdicts: { confirmed: minute(25) } }])
    }
  })

  test('a verdict without a date does not take the date of one that had it', () => {
    const events = [minute(20), null].map((occurredAt) => transfer('confirmed', 'tx1', '100', { occurredAt }))
    for (const order of eitherWay(coinOrder(), events)) {
      expect(order.ledgers[0]!.transfers).toMatchObject([{ verdicts: { confirmed: minute(20) } }])
    }
  })

  test('what it was confirmed with counts, also when it was detected with less', () => {
    const events = [transfer('detected', 'tx1', '40'), transfer('confirmed', 'tx1', '60')]
    for (const order of eitherWay(coinOrder(), events)) expect(order).toMatchObject({ received: '60' })
  })

  test('two providers may use one id', () => {
    const payments = ['crypto-gateway', 'acme-pay'].map((provider) => ({ provider, paymentId: 'addr_1' }))
    const events = payments.map(({ provider }) => ({ ...transfer('confirmed', 'tx1', '50'), provider }))
    for (const order of eitherWay(coinOrder({ payments }), events)) {
      expect(order).toMatchObject({ status: 'confirmed', received: '100' })
      expect(transfersOf(order).map(({ provider }) => provider)).toEqual(['acme-pay', 'crypto-gateway'])
    }
  })

  test('each that was confirmed with two amounts counts with the smaller one', () => {
    const events = ['tx1', 'tx2'].flatMap((id) => ['10', '20', '30'].map((amount) => transfer('confirmed', id, amount)))
    for (const order of eitherWay(coinOrder(), events)) {
      expect(order).toMatchObject({ status: 'needs_review', received: '20', reasons: ['amount_conflict'] })
    }
  })

  test.each([
    { failed: 30, status: 'needs_review' },
    { failed: 15, status: 'confirmed' },
  ])('confirmed at 20 and failed at $failed: $status, with a note', ({ failed, status }) => {
    const events = [
      transfer('confirmed', 'tx1', '100'),
      transfer('failed', 'tx1', '100', { occurredAt: minute(failed) }),
    ]
    for (const order of eitherWay(coinOrder(), events)) {
      expect(order).toMatchObject({ status, received: '100', reasons: ['failed_after_confirmed'] })
    }
  })

  test('of nothing is nothing', () => {
    expect(after(coinOrder(), [transfer('detected', 'tx1', '0')])).toMatchObject({ status: 'awaiting_payment' })
  })

  test.each([0, 3])('a failed one pays nothing, however many of the %p confirmations it had', (confirmations) => {
    const event = transfer('failed', 'tx1', '100', { confirmations: 5 })
    expect(after(coinOrder(), [event], { confirmations })).toMatchObject({ status: 'payment_failed', received: '0' })
  })

  test('a part payment that has all its confirmations is no payment that was undone', () => {
    const event = transfer('detected', 'tx1', '60', { confirmations: 5 })
    expect(after(coinOrder(), [event], { confirmations: 3 })).toMatchObject({
      status: 'payment_insufficient',
      received: '60',
      reasons: [],
    })
  })

  test.each([
    { confirmations: 0, status: 'confirmed' },
    { confirmations: 3, status: 'payment_detected' },
  ])('a detected one without a count, where $confirmations are wanted: $status', ({ confirmations, status }) => {
    const event = transfer('detected', 'tx1', '100', { confirmations: null })
    expect(after(coinOrder(), [event], { confirmations })).toMatchObject({ status })
  })
})

describe('a transaction that goes by its hash', () => {
  const hash = '0xabc'
  const echo = (state: 'detected' | 'confirmed', amount: string) => transfer(state, hash, amount, { hash })

  test.each([
    { state: 'confirmed', status: 'confirmed', received: '100', pending: '0' },
    { state: 'detected', status: 'payment_detected', received: '0', pending: '100' },
  ] as const)('counts where it has no other name: $state', ({ state, ...outcome }) => {
    expect(after(coinOrder(), [echo(state, '100')])).toMatchObject(outcome)
  })

  test.each([
    { what: 'the other name says more', events: [echo('confirmed', '50')], own: ['100'], received: '100' },
    { what: 'the hash says more', events: [echo('confirmed', '100')], own: ['50'], received: '100' },
    { what: 'the hash says more, not for good', events: [echo('detected', '100')], own: ['50'], received: '50' },
    { what: 'it has several outputs', events: [echo('confirmed', '60')], own: ['40', '60'], received: '100' },
  ])('counts once where it has another: $what', ({ events, own, received }) => {
    const named = own.map((amount, at) => transfer('confirmed', `tx${at}`, amount, { hash }))
    for (const order of eitherWay(coinOrder(), [...events, ...named])) {
      expect(order).toMatchObject({ received, pending: '0' })
    }
  })

  const at = (paymentId: string, state: 'detected' | 'confirmed', id: string, amount = '50') =>
    transfer(state, id, amount, { hash, paymentId })

  test.each([
    {
      what: 'one address each',
      events: [at('addr_1', 'confirmed', hash), at('addr_2', 'confirmed', hash)],
      all: '100',
    },
    {
      what: 'one address twice',
      events: [at('addr_1', 'confirmed', hash), at('addr_1', 'confirmed', hash)],
      all: '50',
    },
    {
      what: 'one of them by its id as well',
      events: [at('addr_1', 'confirmed', hash), at('addr_2', 'confirmed', hash), at('addr_1', 'confirmed', 'tx1')],
      all: '100',
    },
    {
      what: 'both of them by their ids as well',
      events: ['1', '2'].flatMap((n) => [hash, `tx${n}`].map((id) => at(`addr_${n}`, 'confirmed', id))),
      all: '100',
    },
    {
      what: 'detected by an id, confirmed by the hash',
      events: [at('addr_1', 'detected', 'tx1'), at('addr_1', 'confirmed', hash)],
      all: '50',
    },
    {
      what: 'detected by an id, confirmed by the hash, each with another name of the address',
      events: [at('addr_1', 'detected', 'tx1'), at('addr_2', 'confirmed', hash)],
      all: '50',
    },
    {
      what: 'confirmed by both, each with another name of the address',
      events: [at('addr_1', 'confirmed', 'tx1'), at('addr_2', 'confirmed', hash)],
      all: '50',
    },
    {
      what: 'one address each, one by another name and its id as well',
      events: [at('addr_1', 'confirmed', 'tx1'), at('addr_2', 'confirmed', hash), at('addr_3', 'confirmed', hash)],
      all: '100',
    },
    {
      what: 'one with more by the hash than by its id, the other by its id alone',
      events: [
        at('addr_1', 'confirmed', hash, '60'),
        at('addr_1', 'confirmed', 'tx1'),
        at('addr_2', 'confirmed', 'tx2'),
      ],
      all: '110',
    },
  ])('pays each address once: $what', ({ events, all }) => {
    const payments = ['addr_1', 'addr_2', 'addr_3'].map((paymentId) => ({ provider: 'crypto-gateway', paymentId }))
    for (const order of eitherWay(coinOrder({ payments }), events)) {
      expect(order).toMatchObject({ received: all, pending: '0' })
      expect(order.reasons).not.toContain('amount_conflict')
    }
  })

  test('is the transfer of an id that was told without its hash', () => {
    const told = transfer('detected', hash, '100')
    const bare = { ...told, transaction: { ...told.transaction!, hash: null } }
    for (const order of eitherWay(coinOrder(), [bare, echo('confirmed', '100')])) {
      expect(order).toMatchObject({ status: 'confirmed', received: '100', pending: '0' })
    }
  })

  const named = (id: string, ofHash: string, amount: string) => transfer('confirmed', id, amount, { hash: ofHash })

  test.each([
    { what: 'one has an id', events: [echo('confirmed', '60'), named('tx2', '0xdef', '50')] },
    {
      what: 'both go by their hash, one of them by its id as well',
      events: [echo('confirmed', '50'), named('0xdef', '0xdef', '60'), named('tx1', hash, '50')],
    },
  ])('is another transfer than one of another hash: $what', ({ events }) => {
    for (const order of eitherWay(coinOrder(), events)) expect(order).toMatchObject({ received: '110' })
  })

  test.each([
    { what: 'by the same hash', id: hash },
    { what: 'by its id', id: 'tx1' },
  ])('is another transfer at another provider, which goes $what', ({ id }) => {
    const payments = ['crypto-gateway', 'acme-pay'].map((provider) => ({ provider, paymentId: 'addr_1' }))
    const events = [echo('confirmed', '50'), { ...named(id, hash, '50'), provider: 'acme-pay' }]
    for (const order of eitherWay(coinOrder({ payments }), events)) {
      expect(order).toMatchObject({ status: 'confirmed', received: '100' })
    }
  })
})

describe('an attempt', () => {
  test.each([
    { type: 'pending', seenAt: null },
    { type: 'partially_paid', seenAt: minute(5) },
    { type: 'detected', seenAt: minute(5) },
    { type: 'confirmed', seenAt: minute(5) },
  ] as const)('$type is remembered; money was seen: $seenAt', ({ type, seenAt }) => {
    expect(after(invoiceOrder(), [invoice(type, '500')]).ledgers).toEqual([
      {
        provider: 'coins-ph',
        paymentId: 'invoice-1',
        paymentIds: ['invoice-1'],
        reference: 'ORDER-1001',
        verdicts: { [type]: null },
        seenAt,
        totals: [{ verdict: type, amount: '500', asOf: null, seenAt: minute(5) }],
        ...{ transfers: [], refunds: [], refundTotals: [], disputes: [], strays: [] },
      },
    ])
  })

  test('a total of zero is no total', () => {
    expect(after(invoiceOrder(), [invoice('pending', '0')]).ledgers).toMatchObject([{ totals: [] }])
  })

  test('every total is remembered from when it was first reported, smallest first', () => {
    const events = [
      invoice('partially_paid', '900', { receivedAt: minute(30) }),
      invoice('partially_paid', '500', { receivedAt: minute(20) }),
      invoice('partially_paid', '500', { receivedAt: minute(10) }),
    ]
    for (const order of eitherWay(invoiceOrder(), events)) {
      const totals = [
        { amount: '500', seenAt: minute(10) },
        { amount: '900', seenAt: minute(30) },
      ]
      expect(order.ledgers).toMatchObject([{ totals, seenAt: minute(10) }])
    }
  })

  test('money was seen by the first message of it, not by one before it', () => {
    const events = [verdict('pending', 'a', 5), verdict('detected', 'a', 10), verdict('confirmed', 'a', 20)]
    for (const order of eitherWay(coinbarOrder(), events)) {
      expect(order.ledgers).toMatchObject([{ seenAt: minute(10) }])
    }
  })

  test('attempts of several providers stand beside each other, in one order', () => {
    const payments = ['coinbar-pay', 'acme-pay'].map((provider) => ({ provider, paymentId: null }))
    const events = [
      verdict('pending', 'b', 5),
      verdict('pending', 'a', 5),
      { ...verdict('pending', 'a', 5), provider: 'acme-pay' },
    ]
    for (const order of eitherWay(coinbarOrder({ payments }), events)) {
      expect(order.ledgers.map(({ provider, paymentId }) => `${provider} ${paymentId}`)).toEqual([
        'acme-pay a',
        'coinbar-pay a',
        'coinbar-pay b',
      ])
    }
  })

  test('without an id of its own goes by the order', () => {
    const event = { ...verdict('confirmed', 'a', 10), paymentId: null }
    expect(after(coinbarOrder(), [event])).toMatchObject({
      status: 'confirmed',
      ledgers: [{ paymentId: 'ORDER-1001', reference: 'ORDER-1001' }],
    })
  })

  test('that one message does not name is told apart from none by its id alone', () => {
    const events = [invoice('pending', '0'), invoice('confirmed', '1500', { orderId: null })]
    for (const next of eitherWay(invoiceOrder(), events)) {
      expect(next).toMatchObject({ status: 'confirmed', ledgers: [{ reference: 'ORDER-1001' }, { reference: null }] })
      expect(paymentsOf(next)).toMatchObject([{ paymentId: 'invoice-1', settled: '1500' }])
    }
  })

  test('that was seen without an amount has money on its way, for every policy', () => {
    const event = verdict('detected', 'a', 10)
    expect(after(coinbarOrder(), [event])).toMatchObject({ status: 'payment_detected', received: '0' })
    expect(after(coinbarOrder(), [event], { confirmations: 0 })).toMatchObject({ status: 'payment_detected' })
  })

  test('that was only opened, or was closed, has none', () => {
    expect(after(coinbarOrder(), [verdict('pending', 'a', 5)])).toMatchObject({ status: 'awaiting_payment' })
    const failed = [verdict('detected', 'a', 5), verdict('failed', 'a', 10)]
    expect(after(coinbarOrder(), failed)).toMatchObject({ status: 'payment_failed', reasons: [] })
  })

  test('a shop that takes no confirmations still takes no total of an attempt that was only opened, or failed', () => {
    const policy = { confirmations: 0 }
    expect(after(invoiceOrder(), [invoice('pending', '1500')], policy).confirmedAt).toBeNull()
    const failed: WebhookEvent = { ...invoice('pending', '0'), type: 'payment.failed' }
    const events = [failed, invoice('detected', '1500')]
    expect(after(invoiceOrder(), events)).toMatchObject({ status: 'needs_review', reasons: ['part_paid'] })
    // The failure may also have been second, after the goods were sent.
    const reasons = ['part_paid', 'undone_after_paid']
    expect(after(invoiceOrder(), events, policy)).toMatchObject({ status: 'needs_review', reasons, confirmedAt: null })
  })

  test('failed at the moment it succeeded: paid, with a note', () => {
    for (const order of eitherWay(coinbarOrder(), [verdict('confirmed', 'a', 10), verdict('failed', 'a', 10)])) {
      expect(order).toMatchObject({ status: 'confirmed', reasons: ['failed_after_confirmed'] })
    }
  })

  test('one that was paid and sent back outweighs one that was sent back unpaid and one that is open', () => {
    const events = [
      verdict('confirmed', 'a', 10),
      verdict('refunded', 'a', 20),
      verdict('refunded', 'b', 20),
      verdict('pending', 'c', 20),
    ]
    for (const order of eitherWay(coinbarOrder(attempts('a', 'b', 'c')), events)) {
      expect(order).toMatchObject({ status: 'refunded' })
    }
  })

  test('canceled and failed beside each other: canceled', () => {
    const events = [verdict('canceled', 'a', 10), verdict('failed', 'b', 20)]
    for (const order of eitherWay(coinbarOrder(attempts('a', 'b')), events)) {
      expect(order).toMatchObject({ status: 'canceled' })
    }
  })

  test('one that was canceled closes no attempt of that id elsewhere', () => {
    const payments = ['coinbar-pay', 'acme-pay'].map((provider) => ({ provider, paymentId: 'a' }))
    expect(after(coinbarOrder({ payments }), [verdict('canceled', 'a', 10)])).toMatchObject({
      status: 'awaiting_payment',
    })
  })
})

describe('what is not about the order', () => {
  const unknown = (id: string) => transfer('confirmed', id, '100', { paymentId: 'addr_9' })

  test('is remembered once, whatever comes first', () => {
    for (const order of eitherWay(coinOrder(), [unknown('tx2'), unknown('tx1'), unknown('tx2')])) {
      expect(paymentsOf(order)).toMatchObject([
        { paymentId: 'addr_9', reason: 'payment_unknown', settled: '200', transfers: [{ id: 'tx1' }, { id: 'tx2' }] },
      ])
      expect(order).toMatchObject({ status: 'needs_review', received: '0' })
    }
    const order = after(coinOrder(), [unknown('tx1')])
    expect(settle(order, unknown('tx1')).order).toBe(order)
  })

  test('a failed transaction of a payment nobody opened says nothing', () => {
    const order = after(coinOrder(), [transfer('failed', 'tx1', '100', { paymentId: 'addr_9' })])
    expect(order).toMatchObject({ status: 'awaiting_payment', reasons: [] })
  })

  test('neither the payment nor the order is known', () => {
    const event = transfer('confirmed', 'tx1', '100', { paymentId: 'addr_9', orderId: 'ORDER-9' })
    expect(after(coinOrder(), [event])).toMatchObject({ reasons: ['order_mismatch'] })
  })

  test('a payment that names neither itself nor the order is not taken for one whose id is still to come', () => {
    const event = { ...verdict('confirmed', 'a', 10), paymentId: null, orderId: null }
    expect(after(coinbarOrder(), [event])).toMatchObject({ status: 'needs_review', reasons: ['payment_unknown'] })
  })

  test('the chain, where the order asks for none', () => {
    const event = transfer('confirmed', 'tx1', '100', { network: 'tron' })
    expect(after(coinOrder({ network: null }), [event])).toMatchObject({ status: 'confirmed', reasons: [] })
  })

  test('reasons are told in one order', () => {
    const events = [unknown('tx9'), transfer('confirmed', 'tx1', '120')]
    for (const order of eitherWay(coinOrder(), events)) {
      expect(order.reasons).toEqual(['overpaid', 'payment_unknown'])
    }
  })
})

describe('time', () => {
  test.each([
    { at: 59, deadline: 'ahead' },
    { at: 60, deadline: 'passed' },
    { at: 60 + DAY - 1, deadline: 'passed' },
    { at: 60 + DAY, deadline: 'long_passed' },
  ])('at minute $at the deadline of minute 60 is $deadline', ({ at, deadline }) => {
    expect(after(coinOrder(), [clock(coinOrder(), at)])).toMatchObject({ deadline })
  })

  test('a deadline that passed long ago does not come nearer again', () => {
    const order = after(coinOrder(), [clock(coinOrder(), 60 + DAY), clock(coinOrder(), 61)])
    expect(order).toMatchObject({ deadline: 'long_passed', version: 1 })
  })

  test('an order without a deadline is never paid late', () => {
    const event = transfer('confirmed', 'tx1', '100', { occurredAt: minute(100 * DAY) })
    expect(after(coinOrder({ expiresAt: null }), [event])).toMatchObject({ status: 'confirmed', reasons: [] })
  })

  test.each([
    { at: 60, status: 'confirmed' },
    { at: 60 + 1 / 60_000, status: 'needs_review' },
  ])('money seen at minute $at of 60: $status', ({ at, status }) => {
    expect(after(coinOrder(), [transfer('confirmed', 'tx1', '100', { occurredAt: minute(at) })])).toMatchObject({
      status,
    })
    expect(after(invoiceOrder(), [invoice('confirmed', '1500', { receivedAt: minute(at) })])).toMatchObject({ status })
  })

  test('an attempt that was seen in time and has one total is in time, whenever that was reported', () => {
    const events = [verdict('detected', 'a', 59), verdict('confirmed', 'a', 70)]
    for (const order of eitherWay(coinbarOrder(), events)) {
      expect(order).toMatchObject({ status: 'confirmed', reasons: [] })
    }
  })

  test('what came on top after the deadline does not make late what was paid before it', () => {
    const events = [
      invoice('confirmed', '1500', { receivedAt: minute(30) }),
      invoice('confirmed', '1600', { receivedAt: minute(90) }),
    ]
    for (const order of eitherWay(invoiceOrder(), events)) {
      expect(order).toMatchObject({ status: 'confirmed', excess: '100', reasons: ['overpaid'] })
    }
  })

  test.each([
    { what: 'enough, in part payments', order: invoiceOrder(), event: invoice('partially_paid', '1500') },
    { what: 'a part, still to be confirmed', order: coinOrder(), event: transfer('detected', 'tx1', '40') },
  ])('never confirmed: $what', ({ order, event }) => {
    expect(after(order, [event, clock(order, 60 + DAY)])).toMatchObject({
      status: 'needs_review',
      reasons: ['never_confirmed'],
    })
  })

  test('never complete: a part that was final', () => {
    const events = [transfer('confirmed', 'tx1', '40'), clock(coinOrder(), 60 + DAY)]
    expect(after(coinOrder(), events)).toMatchObject({ status: 'needs_review', reasons: ['part_paid'] })
  })
})

describe('a payment that was closed', () => {
  test.each(['canceled', 'expired', 'failed'] as const)('%s: money that is dated later opens it again', (end) => {
    for (const order of eitherWay(coinbarOrder(), [verdict(end, 'a', 10), verdict('detected', 'a', 12)])) {
      expect(order).toMatchObject({ status: 'payment_detected' })
    }
  })

  test.each(['canceled', 'expired', 'failed'] as const)('%s: money that was seen before does not', (end) => {
    for (const order of eitherWay(coinbarOrder(), [verdict('detected', 'a', 8), verdict(end, 'a', 10)])) {
      expect(order).toMatchObject({ status: end === 'failed' ? 'payment_failed' : end })
    }
  })

  test('stays so when the last word about it is an end', () => {
    const events = [verdict('canceled', 'a', 10), verdict('detected', 'a', 12), verdict('expired', 'a', 14)]
    for (const order of eitherWay(coinbarOrder(), events)) expect(order).toMatchObject({ status: 'canceled' })
  })
})

describe('overpayment that is to be reviewed', () => {
  const policy = { overpayment: 'review' } as const

  test('is none when the price was paid', () => {
    expect(after(coinOrder(), [transfer('confirmed', 'tx1', '100')], policy)).toMatchObject({ status: 'confirmed' })
  })

  test('is reviewed once it is final', () => {
    const seen = after(invoiceOrder(), [invoice('partially_paid', '1600')], policy)
    expect(seen).toMatchObject({ status: 'payment_detected', excess: '100', reasons: [] })
    expect(after(seen, [invoice('confirmed', '1600')], policy)).toMatchObject({ status: 'needs_review' })
  })
})

test('an order is opened with nothing in it, in the terms its events use', () => {
  const order = openOrder({ orderId: '1', expected: { amount: '1.50', currency: ' usdt ' }, network: 'Ethereum' })
  expect(order).toMatchObject({
    expected: { amount: '1.5', currency: 'USDT' },
    network: 'ethereum',
    payments: [],
    expiresAt: null,
    status: 'awaiting_payment',
    shortfall: '1.5',
    version: 0,
  })
})
