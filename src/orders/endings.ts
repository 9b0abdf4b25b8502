/** Whether anything can still be paid of an order, and how it ended where nothing can. */
import { isDeepStrictEqual } from 'node:util'
import { isOpenedAs } from './belonging.js'
import type { CountedPayment } from './count-payment.js'
import type { PaymentVerdict } from './ledger.js'
import type { EndedPayment, OrderPayment } from './order-payment.js'

type Order = Pick<OrderPayment, 'orderId' | 'payments' | 'reopened'>

export interface Endings {
  /** The providers have had their last word about every payment that was opened: none is left to be paid. */
  readonly isOver: boolean
  /** The same, and none of them brought anything that is still here. */
  readonly isClosed: boolean
  /** The verdicts of the payments that ended, without those after which the shop opened the order again. */
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

/** What the shop passes over when it opens the order again. */
export function endedPayments(payments: readonly CountedPayment[]): readonly EndedPayment[] {
  return payments
    .filter(({ state }) => state !== 'open')
    .map(({ payment: { ledger } }) => ({
      provider: ledger.provider,
      paymentIds: ledger.paymentIds,
      verdicts: ledger.verdicts,
    }))
}

/** Whatever is said of it since may be another ending. */
function isUnchanged(before: EndedPayment, { payment: { ledger } }: CountedPayment): boolean {
  return (
    before.provider === ledger.provider &&
    before.paymentIds.some((id) => ledger.paymentIds.includes(id)) &&
    isDeepStrictEqual(before.verdicts, ledger.verdicts)
  )
}
