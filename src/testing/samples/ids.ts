/** Where the samples of a provider have their ids, so that others can be put in their place. */
export interface SampleIds {
  /** Paths of what tells one event from another, whatever it is about. @default none: a change of the payment is the event */
  readonly event?: readonly string[]
  /** Paths of what the payment is called, and everything else that it is made of: charges, transfers, refunds, disputes. */
  readonly payment: readonly string[]
  /** Ids of payments that stand inside other texts, or where others have their event's. @default none */
  readonly inTexts?: readonly string[]
  /** What the shop's order is called. @default ORDER-1001 */
  readonly orders?: readonly string[]
}
