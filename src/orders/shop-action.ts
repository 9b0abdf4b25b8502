/** What the shop itself decides about an order: a fact like any other, with who and when. */

/** Who did it, when, and why. */
export interface Signed {
  /** Who did it, in the shop's own terms; null where it was not told. */
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
    /** A provider had confirmed it before these records began. */
    | {
        readonly action: 'imported'
        readonly provider: string
        readonly paymentIds: readonly string[]
        readonly amount: string
        /** What had gone back of it by then. */
        readonly refunds: readonly { readonly id: string; readonly amount: string }[]
      }
    | { readonly action: 'repriced'; readonly from: string; readonly to: string }
    | { readonly action: 'reopened'; readonly expiresAt: string | null }
  )

/** What there was of one payment or transfer when the shop decided about its order. */
export interface SeenMoney {
  readonly source: readonly string[]
  /** What had not failed, final or not. */
  readonly kept: string
  /** What was final beyond its transfers, or the transfer itself. */
  readonly final: string
  /** What was reported and not final. */
  readonly reported: string
  readonly authorized: string
  readonly returned: string
  readonly disputed: string
  /** '1' where it had money in it, or money on its way whose amount was not known. */
  readonly live: string
  /** How many times money went back, or was withdrawn, in another currency. */
  readonly elsewhere: string
}

/** A decision that holds until the money it was about changes. */
export interface Decision extends Signed {
  readonly verdict: Verdict
  readonly money: readonly SeenMoney[]
  /** How much had come that did not fit. */
  readonly strays: number
}
