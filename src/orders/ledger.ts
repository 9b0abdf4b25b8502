/** What was reported about one payment: facts alone, in one shape for every provider. What they come to is reckoned anew. */
import type { Money } from '../money.js'
import type { ReviewReason } from './review-reason.js'

/** The provider's word on a whole payment: a `payment.*` event without its family. */
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

/** When each verdict was given: the latest time the provider dated it, or null where it does not. */
export type Verdicts<Verdict extends string> = Readonly<Partial<Record<Verdict, string | null>>>

/** A total that came with a verdict. */
export interface ReportedTotal {
  readonly verdict: PaymentVerdict
  readonly amount: string
  /** When it was true, the last time it was reported; null where nobody says. Of two totals the newer one counts. */
  readonly asOf: string | null
  /** When it was first reported. */
  readonly seenAt: string
}

/** One transfer, capture or charge, as far as it is known. */
export interface Transfer {
  /** The provider's id of it, else the chain hash: then it is one transfer per payment, since a hash can pay several. */
  readonly id: string
  readonly hash: string | null
  readonly network: string | null
  /** What came, where that is not the order's currency. */
  readonly original: Money | null
  /** In the order's currency; null until an event prices it. */
  readonly amount: { readonly seen: string | null; readonly confirmed: string | null }
  /** It was confirmed with two amounts, the smaller of which counts. */
  readonly isConflicting: boolean
  /** The most confirmations reported; null where none were, and where it was called confirmed without a number. */
  readonly confirmations: number | null
  readonly seenAt: string
  readonly verdicts: Verdicts<TransferVerdict>
}

/** What was reported last of money that moves back: the amount, and when the provider dated it. */
export interface Report extends Money {
  readonly at: string | null
}

/** One refund. */
export interface Refund {
  /** The provider's id of it, or the event's where it names none. */
  readonly id: string
  readonly pending: Report | null
  readonly confirmed: Report | null
  readonly failed: Report | null
  /** The earliest date that it was told with before it failed. */
  readonly beganAt: string | null
}

/** Everything that went back for a payment so far. */
export interface RefundTotal {
  /** Null for all that had come in. */
  readonly amount: string | null
  readonly currency: string
  readonly asOf: string | null
}

/** One dispute. An inquiry moves nothing, and an open one only what the provider has withdrawn. */
export interface Dispute {
  readonly id: string
  readonly inquiry: Report | null
  readonly opened: (Report & { readonly withdrawn: boolean }) | null
  readonly won: Report | null
  readonly lost: Report | null
  readonly reason: string | null
  readonly respondBy: string | null
}

/** An event about the payment that settled nothing, and why. */
export interface Stray {
  readonly eventId: string
  readonly reason: ReviewReason
}

/** Everything that was reported about a payment under one name of it and one name of the order. */
export interface Ledger {
  readonly provider: string
  /** The name that its events go by; the order's own where they name no payment. */
  readonly paymentId: string
  /** Every name of the payment that its events carried. */
  readonly paymentIds: readonly string[]
  /** What its events called the order; null where they named none. */
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
