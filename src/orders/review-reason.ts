/** Reasons for a person to look at an order, or to know something about it. */
export type ReviewReason =
  /** The event names another order than its payment does. */
  | 'order_mismatch'
  /** The shop did not open this payment for the order. */
  | 'payment_unknown'
  | 'currency_mismatch'
  /** Another chain than the one offered, or no chain although one is expected. */
  | 'network_mismatch'
  /** A verdict without its amount, or a transfer without an id by which it could be counted once. */
  | 'amount_missing'
  /** Money went back by a refund or a lost dispute, and the event does not contain the amount. */
  | 'returned_amount_missing'
  /** One transaction was confirmed with two amounts, or for two payments of which one has a total. */
  | 'amount_conflict'
  /** The confirmed transfers of a payment exceed its confirmed total. */
  | 'more_than_reported'
  /** One payment was reported as both a success and a failure; it stays paid unless the failure has a later date. */
  | 'failed_after_confirmed'
  | 'confirmed_after_refund'
  | 'refund_failed'
  /** More went back than came in: a refund and a dispute took the same money. */
  | 'taken_twice'
  | 'dispute_lost'
  /** The order was paid, or accepted by a person, with money that has failed since; the goods may be shipped. */
  | 'undone_after_paid'
  /** Money came in after the order was rejected. */
  | 'money_after_rejection'
  /** Money came in after the shop canceled the order. */
  | 'money_after_cancel'
  /** Paid in full, but the money was seen only after the deadline. */
  | 'paid_late'
  | 'overpaid'
  /** The provider calls a payment complete that does not cover the price, and no other payment is open. */
  | 'paid_short'
  /** Enough has arrived, but part of it in a payment that its provider does not call complete. */
  | 'paid_in_parts'
  /** Closed, with money that does not cover the price. */
  | 'part_paid'
  /** Seen before the deadline, and still not final long after it. */
  | 'never_confirmed'
