/** Which of the ledgers are about payments of this order: judged anew each time, since names are learned in any order. */
import type { Ledger } from './ledger.js'
import { mergeLedgers } from './merge.js'
import { canonicalId } from './names.js'
import type { OpenedPayment, OrderPayment, ReviewReason } from './order-payment.js'

/** One payment of the order, under all its names. */
export interface Payment {
  /** Everything that was reported about it. */
  readonly ledger: Ledger
  /** The same, by the names that its events went by. */
  readonly parts: readonly Ledger[]
  /** What its events called the order. */
  readonly references: readonly string[]
}

/** Something about another payment, or another order, and why. */
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
    // Where the provider chooses the id only when the buyer pays, the order's name is all there is.
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
  return { own, foreign }
}

function reasonFor({ reference }: Ledger, orderId: string): ReviewReason {
  return reference === null || reference === orderId ? 'payment_unknown' : 'order_mismatch'
}

/** Ledgers that share a name are about one payment, and so are those that share one with them. */
function groupsByName(ledgers: readonly Ledger[]): readonly (readonly Ledger[])[] {
  const groupOf = new Map<string, Ledger[]>()
  const groups = new Set<Ledger[]>()
  for (const ledger of ledgers) {
    const names = ledger.paymentIds.map((id) => `${ledger.provider} ${id}`)
    const joined = new Set(names.flatMap((name) => groupOf.get(name) ?? []))
    const known = new Set(names.map((name) => groupOf.get(name)).filter((group) => group !== undefined))
    for (const group of known) groups.delete(group)
    const group = [...joined, ledger]
    groups.add(group)
    for (const { provider, paymentIds } of group) for (const id of paymentIds) groupOf.set(`${provider} ${id}`, group)
  }
  return [...groups]
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

/** True for a payment that the shop opened as this one. */
export function isOpenedAs({ provider, paymentId, reference }: Required<OpenedPayment>, payment: Payment): boolean {
  if (provider !== payment.ledger.provider) return false
  if (paymentId === null) return payment.references.includes(reference)
  return payment.ledger.paymentIds.includes(canonicalId(paymentId))
}
