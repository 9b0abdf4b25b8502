/** Actions of the shop itself: facts like any other, with person and time. */

/** The person who acted, the time, and a note. */
export interface Signed {
  /** The person's name, in the shop's own terms; null if none was given. */
  readonly by: string | null
  /** ISO 8601 in UTC. */
  readonly at: string
  readonly note: string | null
}

export type Verdict = 'accepted' | 'rejected' | 'canceled'

/** One entry of the order's record of decisions. */
export type ShopAction = Signed &
  (
    | { readonly action: Verdict }
    /** The shop was paid by other means. */
    | { readonly action: 'paid'; readonly amount: string }
    /** The provider had confirmed the payment before these records began. */
    | {
        readonly action: 'imported'
        readonly provider: string
        readonly paymentIds: readonly string[]
        readonly amount: string
        /** Refunds that had been made by then. */
        readonly refunds: readonly { readonly id: string; readonly amount: string }[]
      }
    | { readonly action: 'repriced'; readonly from: string; readonly to: string }
    | { readonly action: 'reopened'; readonly expiresAt: string | null }
  )

/** The money of one payment or transfer when the shop decided about its order. */
export interface SeenMoney {
  readonly source: readonly string[]
  /** Money that had not failed, final or not. */
  readonly kept: string
  /** Final money of the payment beyond its transfers, or the final transfer itself. */
  readonly final: string
  /** Money that was reported and not final. */
  readonly reported: string
  readonly authorized: string
  readonly returned: string
  readonly disputed: string
  /** '1' if it contained money, or if money of an unknown amount was on its way. */
  readonly live: string
  /** How many times money went back, or was withdrawn, in another currency. */
  readonly elsewhere: string
}

/** A decision that holds until its money changes. */
export interface Decision extends Signed {
  readonly verdict: Verdict
  readonly money: readonly SeenMoney[]
  /** Number of reports that did not fit the order. */
  readonly strays: number
}
