import { describe, expect, test } from '@jest/globals'
import type { WebhookEvent } from 'express-payment-webhooks'
import { decide, settle, type OrderPayment, type SettlePolicy } from 'express-payment-webhooks/orders'
import fc from 'fast-check'
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
import { ALPHABETS } from '../support/order-histories.js'

interface Run {
  readonly order: OrderPayment
  /** How often the shop was told to ship. */
  readonly shipments: number
}

function run(order: OrderPayment, events: readonly WebhookEvent[], policy?: SettlePolicy): Run {
  let shipments = 0
  for (const event of events) {
    const settlement = settle(order, event, policy)
    order = settlement.order
    if (settlement.update.firstConfirmed) shipments++
  }
  return { order, shipments }
}

/** What may depend on the order of arrival: when it was first confirmed, and how many changes it took. */
function facts({ order }: Run): Omit<OrderPayment, 'confirmedAt' | 'version'> {
  const { confirmedAt: _at, version: _version, ...rest } = order
  return rest
}

const policies = fc.record({
  tolerance: fc.constantFrom('0', '0.5', '10'),
  overpayment: fc.constantFrom('confirm' as const, 'review' as const),
  latePayment: fc.constantFrom('confirm' as const, 'review' as const),
  confirmations: fc.constantFrom(null, 0, 1, 20),
})

describe.each(ALPHABETS)('settle, $name', ({ order, events }) => {
  const history = fc.array(fc.constantFrom(...events), { minLength: 1, maxLength: 12 })

  test('any order of arrival and any number of duplicates reach the same state', () => {
    fc.assert(
      fc.property(history, policies, fc.infiniteStream(fc.nat()), (happened, policy, numbers) => {
        const pick = (length: number) => numbers.next().value % length
        const shuffled = [...happened, ...happened.filter(() => pick(2) === 0)]
          .map((event) => ({ event, place: pick(1_000_000) }))
          .sort((a, b) => a.place - b.place)
          .map(({ event }) => event)
        const [straight, other] = [run(order, happened, policy), run(order, shuffled, policy)]
        expect(facts(other)).toEqual(facts(straight))
        expect(Math.max(straight.shipments, other.shipments)).toBeLessThanOrEqual(1)
      }),
      { numRuns: 2000 },
    )
  })

  test('a state that was stored as JSON settles as one that was not', () => {
    fc.assert(
      fc.property(history, policies, (happened, policy) => {
        const stored = happened.reduce(
          (state, event) => JSON.parse(JSON.stringify(settle(state, event, policy).order)) as OrderPayment,
          order,
        )
        expect(stored).toEqual(run(order, happened, policy).order)
      }),
      { numRuns: 300 },
    )
  })

  test('what was confirmed once is never un-paid without a word: it stays so, was refunded, or is in review', () => {
    fc.assert(
      fc.property(history, policies, (happened, policy) => {
        let state = order
        for (const event of happened) {
          state = settle(state, event, policy).order
          if (state.confirmedAt === null) continue
          expect(['confirmed', 'refunded', 'needs_review']).toContain(state.status)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('what is confirmed has the money for it, and nothing else ships', () => {
    fc.assert(
      fc.property(history, (happened) => {
        const { order: state, shipments } = run(order, happened)
        if (state.status === 'confirmed') expect(state).toMatchObject({ shortfall: '0' })
        expect(shipments).toBe(state.confirmedAt === null ? 0 : 1)
      }),
      { numRuns: 1000 },
    )
  })
})

describe.each(ALPHABETS)('decisions, $name', ({ order, events }) => {
  const history = fc.array(fc.constantFrom(...events), { minLength: 1, maxLength: 10 })
  /** By name, every transfer and payment that its provider calls a success and has not sent back. */
  const successes = ({ transactions, attempts }: OrderPayment) => [
    ...transactions.filter(({ verdicts }) => 'confirmed' in verdicts).map(({ hash }) => hash),
    ...attempts
      .filter(({ verdicts, totals }) => 'confirmed' in verdicts && !('refunded' in verdicts) && totals.length > 0)
      .map(({ paymentId }) => paymentId),
  ]

  test('no order stays canceled by a rejection with a success in it that the person had not seen', () => {
    fc.assert(
      fc.property(history, history, (before, since) => {
        const seen = run(order, before).order
        fc.pre(seen.status === 'needs_review')
        const end = run(decide(seen, 'rejected').order, since).order
        if (end.status !== 'canceled') return
        expect(successes(seen)).toEqual(expect.arrayContaining(successes(end)))
      }),
      { numRuns: 500 },
    )
  })

  test('an accepted order is only ever confirmed, refunded or in review, and in review with a reason', () => {
    fc.assert(
      fc.property(history, history, (before, since) => {
        let state = run(order, before).order
        fc.pre(state.status === 'needs_review')
        state = decide(state, 'accepted').order
        for (const event of since) {
          state = settle(state, event).order
          expect(['confirmed', 'refunded', 'needs_review']).toContain(state.status)
          if (state.status === 'needs_review') expect(state.reasons).not.toEqual([])
        }
      }),
      { numRuns: 500 },
    )
  })
})

const REALISTIC = [
  {
    name: 'two part payments at the gateway',
    order: coinOrder(),
    events: [
      transfer('detected', 'tx1', '40'),
      transfer('confirmed', 'tx1', '40'),
      transfer('detected', 'tx2', '60'),
      transfer('confirmed', 'tx2', '60'),
      transfer('confirmed', 'tx2', '60', { confirmations: 30 }),
    ],
    outcome: { status: 'confirmed', received: '100' },
    shipments: 1,
  },
  {
    name: 'an invoice paid in three parts',
    order: invoiceOrder(),
    events: [
      invoice('pending', '0'),
      invoice('partially_paid', '500'),
      invoice('partially_paid', '1200.5'),
      invoice('detected', '1500'),
      invoice('confirmed', '1500'),
    ],
    outcome: { status: 'confirmed', received: '1500' },
    shipments: 1,
  },
  {
    name: 'an attempt that timed out, and one that succeeded',
    order: coinbarOrder(),
    events: [
      verdict('pending', 'a', 1),
      verdict('expired', 'a', 20),
      verdict('pending', 'b', 21),
      verdict('detected', 'b', 25),
      verdict('confirmed', 'b', 30),
    ],
    outcome: { status: 'confirmed', received: '49.9' },
    shipments: 1,
  },
  {
    name: 'an order at CityPay, overpaid in several parts',
    order: cityPayOrder(),
    events: [
      readBack('IN_PROGRESS', null, 1),
      readBack('IN_PROGRESS', '20', 10),
      readBack('PAID_UNCONFIRMED', '50', 20),
      readBack('OVERPAID', '60', 30),
      readBack('CONFIRMED', '60', 30),
    ],
    outcome: { status: 'confirmed', received: '60', excess: '10', reasons: ['overpaid'] },
    shipments: 1,
  },
  {
    name: 'an order at CityPay that ran out with a part payment in it',
    order: cityPayOrder(),
    events: [
      readBack('IN_PROGRESS', null, 1),
      readBack('IN_PROGRESS', '20', 10),
      readBack('UNDERPAID', '20', 10),
      readBack('EXPIRED', '20', 10),
      expiryEvent(cityPayOrder(), new Date(minute(61))),
    ],
    outcome: { status: 'needs_review', received: '20', reasons: ['part_paid'] },
    shipments: 0,
  },
  {
    name: 'an order at CityPay that was canceled before anything was paid, and read back when its time was up',
    order: cityPayOrder(),
    events: [
      readBack('IN_PROGRESS', null, 1),
      readBack('CANCELED', null, 5),
      readBack('CANCELED', null, 61),
      readBack('EXPIRED', null, 62),
      expiryEvent(cityPayOrder(), new Date(minute(61))),
    ],
    outcome: { status: 'canceled', received: '0', reasons: [] },
    shipments: 0,
  },
]

describe.each(REALISTIC)('B14: $name', ({ order, events, outcome, shipments }) => {
  test('all 120 permutations, each with random duplicates, end in one state, and ship once or not at all', () => {
    const random = fc.sample(fc.nat(), { numRuns: 120 * 10, seed: 14 }).values()
    const expected = facts(run(order, events))
    expect(expected).toMatchObject(outcome)
    const arrivals = permutations(events)
    expect(arrivals).toHaveLength(120)
    for (const arrival of arrivals) {
      const duplicated = arrival.flatMap((event) => Array<WebhookEvent>(1 + (random.next().value! % 3)).fill(event))
      const result = run(order, duplicated)
      expect(facts(result)).toEqual(expected)
      expect(result.shipments).toBe(shipments)
    }
  })
})

test('a thousand part payments of 0.1 add up to exactly 100', () => {
  const payments = Array.from({ length: 1000 }, (_, number) => transfer('confirmed', `tx${number}`, '0.1'))
  const before = run(coinOrder(), payments.slice(0, 999))
  expect(before.order).toMatchObject({ status: 'payment_insufficient', received: '99.9', shortfall: '0.1' })
  const paid = run(before.order, payments.slice(999))
  expect(paid.order).toMatchObject({ status: 'confirmed', received: '100', shortfall: '0', excess: '0' })
})

test('amounts with eighteen places add up exactly', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 1n, max: 10n ** 21n }), { minLength: 1, maxLength: 30 }), (units) => {
      const payments = units.map((unit, number) => transfer('confirmed', `tx${number}`, decimal(unit)))
      const { order } = run(coinOrder({ expected: { amount: '100000000', currency: 'USDT' } }), payments)
      expect(order.received).toBe(decimal(units.reduce((sum, unit) => sum + unit, 0n)))
    }),
    { numRuns: 300 },
  )
})

test('F12: the lifecycle alone stops a second effect, when no store remembers any event', () => {
  const events = Array.from({ length: 50 }, () => transfer('confirmed', 'tx1', '100', { receivedAt: minute(5) }))
  expect(run(coinOrder(), events).shipments).toBe(1)
})

function decimal(units: bigint): string {
  const digits = units.toString().padStart(19, '0')
  return `${digits.slice(0, -18)}.${digits.slice(-18)}`.replace(/\.?0+$/, '')
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]))
}
