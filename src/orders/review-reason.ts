/** Why a person has to look at an order, or should know something about it. */
export type ReviewReason =
  /** It names another order than the payment it is about. */
  | 'order_mismatch'
  /** A payment that the shop did not open for this order. */
  | 'payment_unknown'
  | 'currency_mismatch'
  /** Another chain than the one offered, or none named where one is expected. */
  | 'network_mismatch'
  /** A verdict without the amount it is about, or a transfer without an id to count it once by. */
  | 'amount_missing'
  /** Money went back, by a refund or a dispute that was lost, and the event does not say how much. */
  | 'returned_amount_missing'
  /** One transaction was confirmed with two amounts, or for two payments one of which has a total. */
  | 'amount_conflict'
  /** The confirmed transfers of a payment are more than its confirmed total. */
  | 'more_than_reported'
  /** One payment was called both a success and a failure; it stays paid unless the failure is dated later. */
  | 'failed_after_confirmed'
  | 'confirmed_after_refund'
  | 'refund_failed'
  /** More went back than came in: a refund and a dispute took the same money. */
  | 'taken_twice'
  | 'dispute_lost'
  /** It was paid, or accepted by a person, with money that has failed since; the goods may be out. */
  | 'undone_after_paid'
  /** Money came in after the order was rejected. */
  | 'money_after_rejection'
  /** Money came in after the shop canceled the order. */
  | 'money_after_cancel'
  /** Paid in full, but the money was seen only after the deadline. */
  | 'paid_late'
  | 'overpaid'
  /** The provider calls a payment complete that does not pay the price, and no other is open. */
  | 'paid_short'
  /** Enough has arrived, but part of it in a payment that its provider does not call complete. */
  | 'paid_in_parts'
  /** Closed, with money in it that does not pay the price. */
  | 'part_paid'
  /** Seen before the deadline, and still not final long after it. */
  | 'never_confirmed'
