/** Tells whether anything can still be paid of an order, and otherwise how it ended. */
import { isDeepStrictEqual } from 'node:util'
import { isOpenedAs } from './belonging.js'
import type { CountedPayment } from './count-payment.js'
import type { PaymentVerdict } from './ledger.js'
import type { EndedPayment, OrderPayment } from './order-payment.js'

type Order = Pick<OrderPayment, 'orderId' | 'payments' | 'reopened'>

export interface Endings {
  /** True if the providers have reported the end of every payment that was opened: none can still be paid. */
  readonly isOver: boolean
  /** True if, in addition, none of them brought money that is still here. */
  readonly isClosed: boolean
  /** The verdicts of the payments that ended, except those after which the shop opened the order again. */
  readonly has: (verdict: PaymentVerdict) => boolean
}

export function endingsOf(
  { orderId, payments: opened, reopened }: Order,
  payments: readonly CountedPayment[],
): Endings {
  const judged = payments.filter(({ payment }) => Object.keys(payment.ledger.verdicts).length > 0)
  const ended = judged.filter((one) => !reopened.some((before) => isUnchanged(before, one)))
  const isOver =
    ended.length > 0 &&
    judged.every(({ state }) => state !== 'open') &&
    opened.every((one) =>
      judged.some(({ payment }) => isOpenedAs({ ...one, reference: one.reference ?? orderId }, payment)),
    )
  return {
    isOver,
    isClosed: isOver && judged.every(({ state }) => state !== 'complete'),
    has: (verdict) => ended.some(({ payment }) => verdict in payment.ledger.verdicts),
  }
}

/** The ended payments that the shop ignores when it opens the order again. */
export function endedPayments(payments: readonly CountedPayment[]): readonly EndedPayment[] {
  return payments
    .filter(({ state }) => state !== 'open')
    .map(({ payment: { ledger } }) => ({
      provider: ledger.provider,
      paymentIds: ledger.paymentIds,
      verdicts: ledger.verdicts,
    }))
}

/** True if nothing was reported about the payment since: a later report may be another ending. */
function isUnchanged(before: EndedPayment, { payment: { ledger } }: CountedPayment): boolean {
  return (
    before.provider === ledger.provider &&
    before.paymentIds.some((id) => ledger.paymentIds.includes(id)) &&
    isDeepStrictEqual(before.verdicts, ledger.verdicts)
  )
}
