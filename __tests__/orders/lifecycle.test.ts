import { describe, expect, test } from '@jest/globals'
import type { OrderStatus, ReviewReason } from 'express-payment-webhooks/orders'
import { addPayments, decide, settle } from 'express-payment-webhooks/orders'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ALPHABETS } from '../support/order-histories.js'

const page = readFileSync(path.join(__dirname, '../../docs/orders.md'), 'utf8')

/** The rows below a heading of the table, cell by cell. */
function table(firstHeading: string): string[][] {
  const lines = page.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${firstHeading} `))
  const rows = lines.slice(start + 2)
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

const names = (cell: string) => [...cell.matchAll(/`([a-z_]+)`/g)].map((match) => match[1]!)

const transitions = new Set<string>()
const reasons = new Set<string>()
const seed = 4

for (const { order, events } of ALPHABETS) {
  const histories = fc.array(fc.constantFrom(...events), { minLength: 1, maxLength: 14 })
  for (const history of fc.sample(histories, { numRuns: 6000, seed })) {
    for (const policy of [{}, { latePayment: 'confirm' as const }]) {
      let state = order
      for (const event of history) {
        const { order: next, update } = settle(state, event, policy)
        if (update.from !== update.to) transitions.add(`${update.from} -> ${update.to}`)
        for (const decision of ['accepted', 'rejected'] as const) {
          const { update: decided } = decide(next, decision, policy)
          if (decided.changed) transitions.add(`${decided.from} -> ${decided.to}`)
        }
        for (const reason of next.reasons) reasons.add(reason)
        state = next
      }
      const reopened = addPayments(state, [{ provider: 'coins-ph', paymentId: 'another' }], policy)
      if (state.status !== reopened.status) transitions.add(`${state.status} -> ${reopened.status}`)
    }
  }
}

describe('docs/orders.md', () => {
  const documented = table('status').flatMap(([status, , next]) =>
    names(next!).map((to) => `${names(status!)[0]} -> ${to}`),
  )

  test('every transition that happens is in the table, and the other way round', () => {
    expect(documented.toSorted()).toEqual([...transitions].sort())
  })

  test('every status has its row', () => {
    const statuses: Record<OrderStatus, true> = {
      awaiting_payment: true,
      payment_detected: true,
      payment_insufficient: true,
      confirmed: true,
      payment_failed: true,
      canceled: true,
      expired: true,
      refunded: true,
      needs_review: true,
    }
    expect(table('status').flatMap(([status]) => names(status!))).toEqual(Object.keys(statuses))
  })

  test('every reason has its row', () => {
    const known: Record<ReviewReason, true> = {
      order_mismatch: true,
      payment_unknown: true,
      currency_mismatch: true,
      network_mismatch: true,
      amount_missing: true,
      amount_conflict: true,
      paid_late: true,
      overpaid: true,
      paid_short: true,
      paid_in_parts: true,
      part_paid: true,
      never_confirmed: true,
      failed_after_confirmed: true,
      confirmed_after_refund: true,
      undone_after_paid: true,
      money_after_rejection: true,
    }
    expect(table('reason').flatMap(([reason]) => names(reason!))).toEqual(Object.keys(known))
  })

  test('the histories reach every reason that money or time can give', () => {
    expect([...reasons].sort()).toEqual([
      'amount_conflict',
      'confirmed_after_refund',
      'currency_mismatch',
      'failed_after_confirmed',
      'network_mismatch',
      'never_confirmed',
      'overpaid',
      'paid_in_parts',
      'paid_late',
      'paid_short',
      'part_paid',
      'payment_unknown',
    ])
  })
})
