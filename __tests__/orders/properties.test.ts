/** Laws of orders, on generated histories with every kind of event. */
import { describe, expect, test } from '@jest/globals'
import type { WebhookEvent } from 'express-payment-webhooks'
import {
  cancel,
  decide,
  markPaid,
  paymentsOf,
  reprice,
  settle,
  type OrderPayment,
  type SettlePolicy,
} from 'express-payment-webhooks/orders'
import fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
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
import { providerHistories } from '../support/provider-histories.js'

interface Run {
  readonly order: OrderPayment
  /** How often the shop was told to ship under its policy. */
  readonly shipments: number
}

function run(order: OrderPayment, events: readonly WebhookEvent[], policy: SettlePolicy = {}): Run {
  let shipments = 0
  for (const event of events) {
    const { order: next, update } = settle(order, event, policy)
    order = next
    if (policy.shipOn === 'authorized' ? update.firstAuthorized : update.firstConfirmed) shipments++
  }
  return { order, shipments }
}

/** The facts that do not depend on the order of arrival: no times of the first reservation and confirmation, and no version. */
function facts({ order }: Pick<Run, 'order'>): Partial<OrderPayment> {
  const { authorizedAt: _reserved, confirmedAt: _at, version: _version, ...rest } = order
  return rest
}

/** Thousands of comparisons; only those that fail are worth a formatted difference. */
function expectSame(one: unknown, other: unknown): void {
  if (!isDeepStrictEqual(one, other)) expect(one).toEqual(other)
}

const policies = fc.record({
  tolerance: fc.constantFrom('0', '0.5', '10', '2.5%'),
  overpayment: fc.constantFrom('confirm' as const, 'review' as const),
  latePayment: fc.constantFrom('confirm' as const, 'review' as const),
  confirmations: fc.constantFrom(null, 0, 1, 20),
  shipOn: fc.constantFrom('confirmed' as const, 'authorized' as const),
})

/** The statuses that an order may reach after it was confirmed once. */
const AFTER_CONFIRMED = ['confirmed', 'partially_refunded', 'refunded', 'disputed', 'needs_review']

describe.each(ALPHABETS)('settle, $name', ({ order, events }) => {
  const history = fc.array(fc.constantFrom(...events), { minLength: 1, maxLength: 12 })

  test('any order of arrival and any number of duplicates reach the same state, and ship at most once', () => {
    fc.assert(
      fc.property(history, policies, fc.infiniteStream(fc.nat()), (happened, policy, numbers) => {
        const pick = (length: number) => numbers.next().value % length
        const shuffled = [...happened, ...happened.filter(() => pick(2) === 0)]
          .map((event) => ({ event, place: pick(1_000_000) }))
          .sort((a, b) => a.place - b.place)
          .map(({ event }) => event)
        const [straight, other] = [run(order, happened, policy), run(order, shuffled, policy)]
        expectSame(facts(other), facts(straight))
        expect(Math.max(straight.shipments, other.shipments)).toBeLessThanOrEqual(1)
      }),
      { numRuns: 150 },
    )
  })

  test('a state that was stored as JSON settles as one that was not', () => {
    fc.assert(
      fc.property(history, policies, (happened, policy) => {
        const stored = happened.reduce(
          (state, event) => JSON.parse(JSON.stringify(settle(state, event, policy).order)) as OrderPayment,
          order,
        )
        expectSame(stored, run(order, happened, policy).order)
      }),
      { numRuns: 200 },
    )
  })

  test('what shipped once is never un-paid without a word: its money is there, went back, is disputed, or is in review', () => {
    fc.assert(
      fc.property(history, policies, (happened, policy) => {
        let state = order
        for (const event of happened) {
          state = settle(state, event, policy).order
          const shipsReserved = policy.shipOn === 'authorized'
          if ((shipsReserved ? state.authorizedAt : state.confirmedAt) === null) continue
          expect([...AFTER_CONFIRMED, ...(shipsReserved ? ['payment_authorized'] : [])]).toContain(state.status)
          if (state.status === 'needs_review') expect(state.reasons).not.toEqual([])
        }
      }),
      { numRuns: 150 },
    )
  })

  test('what is confirmed has the money for it, and nothing else ships', () => {
    fc.assert(
      fc.property(history, (happened) => {
        const { order: state, shipments } = run(order, happened)
        if (state.status === 'confirmed') expect(state).toMatchObject({ shortfall: '0' })
        expect(shipments).toBe(state.confirmedAt === null ? 0 : 1)
      }),
      { numRuns: 150 },
    )
  })

  test('what was only seen, reserved or sent back never ships', () => {
    const unpaid = events.filter(({ type }) => !['payment.confirmed', 'transaction.confirmed'].includes(type))
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...unpaid), { maxLength: 12 }), (happened) => {
        expect(run(order, happened)).toMatchObject({ shipments: 0, order: { confirmedAt: null } })
      }),
      { numRuns: 150 },
    )
  })

  test('no sum is ever below zero, and what arrived is there, went back, or is disputed', () => {
    fc.assert(
      fc.property(history, policies, (happened, policy) => {
        const { order: state } = run(order, happened, policy)
        const { received, pending, authorized, refunded, disputed, shortfall, excess } = state
        const sums = [received, pending, authorized, refunded, disputed, shortfall, excess]
        for (const sum of sums) expect(units(sum)).toBeGreaterThanOrEqual(0n)
        expect(units(received) + units(shortfall) - units(excess)).toBe(units(state.expected.amount))
        const counted = paymentsOf(state, policy).filter(({ reason }) => reason === null)
        const arrived = counted.reduce((all, one) => all + units(one.settled) + units(one.seen), 0n)
        const accounted = units(received) + units(pending) + units(refunded) + units(disputed)
        if (arrived === accounted) return
        // More was returned than arrived: a message is missing, or one sum was returned twice.
        expect(accounted).toBeGreaterThan(arrived)
      }),
      { numRuns: 150 },
    )
  })
})

describe.each(ALPHABETS)('what the shop decides, $name', ({ order, events }) => {
  const history = fc.array(fc.constantFrom(...events), { maxLength: 8 })
  const by = { by: 'maria', at: minute(90) }
  /** Everything final that the shop still has, under all names that it knows. */
  const successes = (state: OrderPayment): readonly (readonly string[])[] =>
    paymentsOf(state)
      .filter(({ reason, settled, returned, disputed }) => {
        return reason === null && units(settled) > units(returned) + units(disputed)
      })
      .flatMap(({ paymentIds, transfers }) => {
        const final = transfers.filter(({ isFinal }) => isFinal)
        return final.length === 0 ? [paymentIds] : final.map(({ id, hash }) => [hash ?? id])
      })

  test('money after a cancel never ships', () => {
    fc.assert(
      fc.property(history, history, policies, (before, since, policy) => {
        let state = cancel(run(order, before, policy).order, by, policy).order
        expect(state.status).toBe('canceled')
        for (const event of since) {
          const { order: next, update } = settle(state, event, policy)
          expect(update).toMatchObject({ firstConfirmed: false, firstAuthorized: false })
          expect(['canceled', 'needs_review', 'refunded', 'disputed']).toContain(next.status)
          state = next
        }
      }),
      { numRuns: 150 },
    )
  })

  test('no order stays canceled with a success in it that nobody had seen', () => {
    fc.assert(
      fc.property(history, history, (before, since) => {
        const seen = run(order, before).order
        const end = run(decide(seen, 'rejected', by).order, since).order
        if (end.status !== 'canceled') return
        const had = successes(seen).flat()
        for (const names of successes(end)) expect(names.some((name) => had.includes(name))).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  test('an accepted order keeps its word until its money changes, and is in review with a reason', () => {
    fc.assert(
      fc.property(history, history, (before, since) => {
        let state = decide(run(order, before).order, 'accepted', by).order
        expect(state).toMatchObject({ status: 'confirmed', confirmedAt: expect.any(String) })
        for (const event of since) {
          state = settle(state, event).order
          expect(AFTER_CONFIRMED).toContain(state.status)
          if (state.status === 'needs_review') expect(state.reasons).not.toEqual([])
        }
      }),
      { numRuns: 150 },
    )
  })

  test('the same decision, payment or price twice is one', () => {
    const acts = [
      (state: OrderPayment) => decide(state, 'accepted', by),
      (state: OrderPayment) => decide(state, 'rejected', by),
      (state: OrderPayment) => cancel(state, by),
      (state: OrderPayment) => markPaid(state, { amount: '7', ...by }),
      (state: OrderPayment) => markPaid(state, by),
      (state: OrderPayment) => reprice(state, { amount: '60', ...by }),
    ]
    fc.assert(
      fc.property(history, fc.constantFrom(...acts), (before, act) => {
        const once = act(run(order, before).order).order
        expect(act(once)).toMatchObject({ order: once, update: { changed: false, firstConfirmed: false } })
      }),
      { numRuns: 200 },
    )
  })

  test('a payment to the shop and a new price count the same, whatever came before them', () => {
    const amend = (state: OrderPayment) =>
      reprice(markPaid(state, { amount: '40', ...by }).order, { amount: '90', ...by }).order
    fc.assert(
      fc.property(history, fc.nat(8), (happened, place) => {
        const early = run(amend(order), happened).order
        const late = amend(run(order, happened).order)
        const between = run(amend(run(order, happened.slice(0, place)).order), happened.slice(place)).order
        for (const state of [late, between]) expectSame(facts({ order: state }), facts({ order: early }))
      }),
      { numRuns: 200 },
    )
  })
})

test('what the providers’ own factories tell comes to one state in any order, and ships at most once', async () => {
  for (const { order, events } of await providerHistories()) {
    const history = fc.array(fc.constantFrom(...events), { minLength: 1, maxLength: 10 })
    fc.assert(
      fc.property(history, policies, fc.infiniteStream(fc.nat()), (happened, policy, numbers) => {
        const shuffled = [...happened, ...happened]
          .map((event) => ({ event, place: numbers.next().value }))
          .sort((a, b) => a.place - b.place)
          .map(({ event }) => event)
        const [straight, other] = [run(order, happened, policy), run(order, shuffled, policy)]
        expectSame(facts(other), facts(straight))
        expect(Math.max(straight.shipments, other.shipments)).toBeLessThanOrEqual(1)
      }),
      { numRuns: 150 },
    )
  }
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
      expectSame(facts(result), expected)
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
    { numRuns: 150 },
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

/** In 10^-24, so that percentages stay whole. */
function units(amount: string): bigint {
  const [whole = '', fraction = ''] = amount.split('.')
  return BigInt(whole + fraction.padEnd(24, '0'))
}
