/** Finds the ledgers of this order's payments. Repeated for each judgement, because names are learned in any order. */
import type { Ledger } from './ledger.js'
import { mergeLedgers } from './merge.js'
import { canonicalId } from './names.js'
import type { OpenedPayment, OrderPayment } from './order-payment.js'
import type { ReviewReason } from './review-reason.js'

/** One payment of the order, under all its names. */
export interface Payment {
  /** Everything that was reported about it. */
  readonly ledger: Ledger
  /** The same facts, separated by the payment name in the events. */
  readonly parts: readonly Ledger[]
  /** Names of the order in the payment's events. */
  readonly references: readonly string[]
}

/** Facts about another payment or another order, and the reason. */
export interface Foreign {
  readonly ledger: Ledger
  readonly reason: ReviewReason
}

export interface Belonging {
  readonly own: readonly Payment[]
  readonly foreign: readonly Foreign[]
}

type Order = Pick<OrderPayment, 'orderId' | 'payments' | 'ledgers'>

export function belongingOf({ orderId, payments: opened, ledgers }: Order): Belonging {
  const own: Payment[] = []
  const foreign: Foreign[] = []
  for (const group of groupsByName(ledgers)) {
    const ids = new Set(group.flatMap(({ paymentIds }) => paymentIds))
    const ownOpened = opened.filter(({ provider }) => provider === group[0]!.provider)
    const byId = ownOpened.filter(({ paymentId }) => paymentId !== null && ids.has(canonicalId(paymentId)))
    // If the provider chooses the id only when the buyer pays, only the order's name identifies the payment.
    const candidates = byId.length > 0 ? byId : ownOpened.filter(({ paymentId }) => paymentId === null)
    const names = new Set(candidates.map(({ reference = orderId }) => reference))
    const isNamed = ({ reference }: Ledger) => reference !== null && names.has(reference)
    if (byId.length === 0 && !group.some(isNamed)) {
      foreign.push(...group.map((ledger) => ({ ledger, reason: reasonFor(ledger, orderId) })))
      continue
    }
    const its = group.filter((ledger) => ledger.reference === null || isNamed(ledger))
    foreign.push(
      ...group.filter((one) => !its.includes(one)).map((ledger) => ({ ledger, reason: 'order_mismatch' as const })),
    )
    if (its.length > 0) own.push(paymentOf(its))
  }
  // If two payments claim one transfer, it belongs to the one whose name sorts first.
  const nameOf = ({ ledger: { provider, paymentId } }: Payment) => `${provider} ${paymentId}`
  return { own: own.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)), foreign }
}

function reasonFor({ reference }: Ledger, orderId: string): ReviewReason {
  return reference === null || reference === orderId ? 'payment_unknown' : 'order_mismatch'
}

/** Groups ledgers that share a name, directly or through others: each group is about one payment. */
function groupsByName(ledgers: readonly Ledger[]): readonly (readonly Ledger[])[] {
  const first = new Map<string, number>()
  const group = ledgers.map((_, at) => at)
  const rootOf = (at: number): number => (group[at] === at ? at : rootOf(group[at]!))
  for (const [at, { provider, paymentIds }] of ledgers.entries()) {
    for (const name of paymentIds.map((id) => `${provider} ${id}`)) {
      const roots = [rootOf(first.get(name) ?? at), rootOf(at)]
      group[Math.max(...roots)] = Math.min(...roots)
      first.set(name, Math.min(...roots))
    }
  }
  const groups = new Map<number, Ledger[]>()
  for (const [at, ledger] of ledgers.entries()) groups.set(rootOf(at), [...(groups.get(rootOf(at)) ?? []), ledger])
  return [...groups.values()]
}

function paymentOf(its: readonly Ledger[]): Payment {
  const parts = new Map<string, Ledger>()
  for (const ledger of its) {
    const known = parts.get(ledger.paymentId)
    parts.set(ledger.paymentId, known === undefined ? ledger : mergeLedgers(known, ledger))
  }
  const references = its.map(({ reference }) => reference).filter((reference) => reference !== null)
  return { ledger: its.reduce(mergeLedgers), parts: [...parts.values()], references }
}

/** True if the shop opened the payment under this name. */
export function isOpenedAs(
  { provider, paymentId, reference }: OpenedPayment & { readonly reference: string },
  payment: Payment,
): boolean {
  if (provider !== payment.ledger.provider) return false
  if (paymentId === null) return payment.references.includes(reference)
  return payment.ledger.paymentIds.includes(canonicalId(paymentId))
}
