/** The places of the ids in a provider's samples, so that other ids can replace them. */
export interface SampleIds {
  /** Paths of the ids that belong to the event alone. @default none: a change of the payment is the event */
  readonly event?: readonly string[]
  /** Paths of the ids of the payment and its parts: charges, transfers, refunds, disputes. */
  readonly payment: readonly string[]
  /** Ids of payments inside longer texts, or at a path where other samples have the event's id. @default none */
  readonly inTexts?: readonly string[]
  /** Names of the shop's order. @default ORDER-1001 */
  readonly orders?: readonly string[]
}
