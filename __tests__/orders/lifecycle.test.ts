/** docs/orders.md compared with the code: its rows decide, its arrows happen, and its lists of reasons and names are complete. */
import { describe, expect, test } from '@jest/globals'
import {
  addPayments,
  cancel,
  decide,
  paymentsOf,
  reopen,
  settle,
  type OrderPayment,
  type OrderStatus,
  type ReviewReason,
  type SettlePolicy,
} from 'express-payment-webhooks/orders'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { DECIDED, MONEY, UNPAID } from '../../src/orders/judge.js'
import { namesWith } from '../../src/orders/names.js'
import { resolvePolicy } from '../../src/orders/policy.js'
import { situationOf } from '../../src/orders/situation.js'
import { sumOrder } from '../../src/orders/sum-order.js'
import { capture, cardOrder, dispute, invoice, invoiceOrder, minute, payment, refund } from '../support/order-events.js'
import { ALPHABETS } from '../support/order-histories.js'

const page = readFileSync(path.join(__dirname, '../../docs/orders.md'), 'utf8')

/** The rows of every table with this first heading, cell by cell. */
function tables(firstHeading: string): string[][][] {
  const lines = page.split('\n')
  return lines
    .flatMap((line, at) => (line.startsWith(`| ${firstHeading} `) ? [at + 2] : []))
    .map((start) => lines.slice(start, start + lines.slice(start).findIndex((line) => !line.startsWith('|'))))
    .map((rows) =>
      rows.map((row) =>
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
    )
}

const names = (cell: string) => [...cell.matchAll(/`([a-z_0-9]+)`/g)].map((match) => match[1]!)

const transitions = new Set<string>()
const reasons = new Set<string>()
const reached = new Set<unknown>()

/** Notes the transitions, and the rows that matched first. */
function look(before: OrderPayment, after: OrderPayment, policy: SettlePolicy): OrderPayment {
  if (before.status !== after.status) transitions.add(`${before.status} -> ${after.status}`)
  for (const reason of after.reasons) reasons.add(reason)
  const resolved = resolvePolicy(policy)
  const situation = situationOf(after, sumOrder(after, resolved), resolved)
  for (const rows of [DECIDED, MONEY, UNPAID]) reached.add(rows.find(([, holds]) => holds(situation)))
  return after
}

const by = { by: 'maria', at: minute(90) }
const policies: SettlePolicy[] = [{}, { latePayment: 'confirm' }, { shipOn: 'authorized' }]
const decisions: ((order: OrderPayment, policy: SettlePolicy) => OrderPayment)[] = [
  (order, policy) => decide(order, 'accepted', by, policy).order,
  (order, policy) => decide(order, 'rejected', by, policy).order,
  (order, policy) => cancel(order, by, policy).order,
  (order, policy) => reopen(order, by, policy).order,
  (order, policy) => addPayments(order, [{ provider: 'acme-pay', paymentId: 'another' }], policy),
]

for (const { order, events } of ALPHABETS) {
  const history = fc.array(fc.constantFrom(...events), { minLength: 1, maxLength: 10 })
  for (const [number, told] of fc.sample(history, { numRuns: 400, seed: 4 }).entries()) {
    const policy = policies[number % policies.length]!
    let state = order
    for (const [at, event] of told.entries()) {
      state = look(state, settle(state, event, policy).order, policy)
      if (at === number % 8) state = look(state, decisions[number % decisions.length]!(state, policy), policy)
    }
  }
}

/** Cases that random histories do not contain. */
const parts = invoiceOrder({ payments: ['a', 'b'].map((paymentId) => ({ provider: 'coins-ph', paymentId })) })
const accepted = decide(settle(cardOrder(), payment('confirmed', '100', 10)).order, 'accepted', by).order
const rejected = decide(settle(cardOrder(), payment('confirmed', '100', 10)).order, 'rejected', by).order
for (const [order, ...events] of [
  [parts, invoice('partially_paid', '1000', { paymentId: 'a' }), invoice('confirmed', '500', { paymentId: 'b' })],
  [accepted, refund('confirmed', 're_1', '40'), refund('confirmed', 're_2', '60')],
  [accepted, dispute('opened', 'dp_1', '100')],
  [accepted, payment('failed', null, 50)],
  [rejected, refund('confirmed', 're_1', '100')],
  [rejected, dispute('opened', 'dp_1', '100')],
  [rejected, capture('confirmed', 'tx_1', '120'), payment('confirmed', '200', 60)],
] as const) {
  let state: OrderPayment = order
  for (const event of events) state = look(state, settle(state, event).order, {})
}

describe('docs/orders.md: statuses', () => {
  const rows = [...DECIDED, ...MONEY, ...UNPAID]
  const documented = tables('status')
  const statuses: Record<OrderStatus, true> = {
    awaiting_payment: true,
    payment_authorized: true,
    payment_detected: true,
    payment_insufficient: true,
    confirmed: true,
    partially_refunded: true,
    refunded: true,
    disputed: true,
    payment_failed: true,
    canceled: true,
    expired: true,
    needs_review: true,
  }

  test('the rows of its tables are those of the code, in their order, with their reasons', () => {
    expect(documented.map((table) => table.length)).toEqual([DECIDED.length, MONEY.length, UNPAID.length])
    expect(documented.flat().map(([status, , reason]) => [names(status!)[0], names(reason!)[0]])).toEqual(
      rows.map(([status, , reason]) => [status, reason]),
    )
  })

  test('every row is the first that holds for some order', () => {
    expect(rows.flatMap((row, at) => (reached.has(row) ? [] : [at]))).toEqual([])
  })

  test('every status has a row', () => {
    const told = new Set(documented.flat().flatMap(([status]) => names(status!)))
    expect([...told].sort()).toEqual(Object.keys(statuses).sort())
  })

  test('every arrow of its picture happens', () => {
    const arrows = [...page.matchAll(/^ {4}([a-z_]+) --> ([a-z_]+):/gm)].map(([, from, to]) => `${from} -> ${to}`)
    expect(arrows.length).toBeGreaterThan(20)
    expect(arrows.filter((arrow) => !transitions.has(arrow))).toEqual([])
    const shown = new Set(arrows.flatMap((arrow) => arrow.split(' -> ')))
    expect([...shown].sort()).toEqual(Object.keys(statuses).sort())
  })
})

describe('docs/orders.md: how money is counted', () => {
  test('the reports of its example lead to the numbers of its table', () => {
    const reports = [
      invoice('partially_paid', '1000'),
      invoice('confirmed', '1500'),
      refund('confirmed', 're_1', '200', 30, {
        provider: 'coins-ph',
        paymentId: 'invoice-1',
        refund: { id: 're_1', amount: '200', currency: 'PHP', basis: 'refund' },
      }),
    ]
    let order: OrderPayment = invoiceOrder()
    const counted = reports.map((event) => {
      order = settle(order, event).order
      const [{ settled, seen, returned } = { settled: '', seen: '', returned: '' }] = paymentsOf(order)
      return [settled, seen, returned, String(Number(settled) - Number(returned))]
    })
    expect(tables('the provider reports')[0]!.map(([, ...numbers]) => numbers)).toEqual(counted)
  })
})

describe('docs/orders.md: reasons', () => {
  const known: Record<ReviewReason, true> = {
    order_mismatch: true,
    payment_unknown: true,
    currency_mismatch: true,
    network_mismatch: true,
    amount_missing: true,
    returned_amount_missing: true,
    amount_conflict: true,
    more_than_reported: true,
    paid_late: true,
    overpaid: true,
    paid_short: true,
    paid_in_parts: true,
    part_paid: true,
    never_confirmed: true,
    failed_after_confirmed: true,
    confirmed_after_refund: true,
    refund_failed: true,
    taken_twice: true,
    dispute_lost: true,
    undone_after_paid: true,
    money_after_rejection: true,
    money_after_cancel: true,
  }

  test('every reason has its row', () => {
    expect(tables('reason').flatMap((table) => table.flatMap(([reason]) => names(reason!)))).toEqual(Object.keys(known))
  })

  test('the histories reach every reason but those of messages without an amount', () => {
    expect([...reasons].sort()).toEqual(
      Object.keys(known)
        .filter((reason) => !reason.endsWith('amount_missing'))
        .sort(),
    )
  })
})

describe('docs/orders.md: names', () => {
  test('every name of a chain is read as that chain, and the table has all of them', () => {
    const { network } = namesWith()
    const rows = tables('chain')[0]!.map(([chain, also]) => [names(chain!)[0]!, names(also!)] as const)
    for (const [chain, also] of rows) for (const name of also) expect([name, network(name)]).toEqual([name, chain])
    const source = readFileSync(path.join(__dirname, '../../src/orders/names.ts'), 'utf8')
    const written = /const NETWORKS[^{]*\{([^}]*)\}/.exec(source)![1]!
    const inCode = [...written.matchAll(/(\w+): \[(.*)\]/g)].map(([, chain, also]) => [
      chain,
      [...also!.matchAll(/'(\w+)'/g)].map(([, name]) => name),
    ])
    expect(rows).toEqual(inCode)
  })
})
