/** The facts reported about one payment, in one shape for every provider. Numbers are computed from them again each time. */
import type { Money } from '../money.js'
import type { ReviewReason } from './review-reason.js'

/** The provider's verdict on a whole payment: a `payment.*` event without its family. */
export type PaymentVerdict =
  | 'pending'
  | 'authorized'
  | 'partially_paid'
  | 'detected'
  | 'confirmed'
  | 'failed'
  | 'canceled'
  | 'expired'
  | 'refunded'

export type TransferVerdict = 'detected' | 'confirmed' | 'failed'

/** The date of each verdict: the latest that the provider gave, or null if it gave none. */
export type Verdicts<Verdict extends string> = Readonly<Partial<Record<Verdict, string | null>>>

/** A total that was reported with a verdict. */
export interface ReportedTotal {
  readonly verdict: PaymentVerdict
  readonly amount: string
  /** The date of the amount, from the last report of it; null if no date is known. Of two totals the newer one counts. */
  readonly asOf: string | null
  /** When it was first reported. */
  readonly seenAt: string
}

/** The known facts about one transfer, capture or charge. */
export interface Transfer {
  /** The provider's id, otherwise the chain hash. A hash identifies one transfer per payment, because it can pay several. */
  readonly id: string
  readonly hash: string | null
  readonly network: string | null
  /** The money that was sent, if its currency is not the order's. */
  readonly original: Money | null
  /** In the order's currency; null until an event contains a price. */
  readonly amount: { readonly seen: string | null; readonly confirmed: string | null }
  /** True if it was confirmed with two amounts; the smaller one counts. */
  readonly isConflicting: boolean
  /** The highest number reported; null if there was none, or if it was confirmed without a number. */
  readonly confirmations: number | null
  readonly seenAt: string
  readonly verdicts: Verdicts<TransferVerdict>
}

/** The last report about money that moves back: the amount, and the provider's date. */
export interface Report extends Money {
  readonly at: string | null
}

/** One refund. */
export interface Refund {
  /** The provider's id of the refund, or the event's id if there is none. */
  readonly id: string
  readonly pending: Report | null
  readonly confirmed: Report | null
  readonly failed: Report | null
  /** The earliest date of a report before the refund failed. */
  readonly beganAt: string | null
}

/** All money that went back for a payment so far. */
export interface RefundTotal {
  /** Null means all that had come in. */
  readonly amount: string | null
  readonly currency: string
  readonly asOf: string | null
}

/** One dispute. An inquiry moves no money; an open dispute moves only the money that the provider has withdrawn. */
export interface Dispute {
  readonly id: string
  readonly inquiry: Report | null
  readonly opened: (Report & { readonly withdrawn: boolean }) | null
  readonly won: Report | null
  readonly lost: Report | null
  readonly reason: string | null
  readonly respondBy: string | null
}

/** An event about the payment that settled nothing, and the reason. */
export interface Stray {
  readonly eventId: string
  readonly reason: ReviewReason
}

/** All facts reported about a payment under one name of it and one name of the order. */
export interface Ledger {
  readonly provider: string
  /** The payment's name in these events; the order's name if they name no payment. */
  readonly paymentId: string
  /** Every name of the payment in these events. */
  readonly paymentIds: readonly string[]
  /** The order's name in these events; null if there was none. */
  readonly reference: string | null
  readonly verdicts: Verdicts<PaymentVerdict>
  /** When the payment's money was first seen; null before that. */
  readonly seenAt: string | null
  readonly totals: readonly ReportedTotal[]
  readonly transfers: readonly Transfer[]
  readonly refunds: readonly Refund[]
  readonly refundTotals: readonly RefundTotal[]
  readonly disputes: readonly Dispute[]
  readonly strays: readonly Stray[]
}
