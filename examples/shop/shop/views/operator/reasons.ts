/** Reasons why a person has to look at an order, or should know about it, in words for the operator. */
import type { ReviewReason } from 'express-payment-webhooks/orders'

export const REASONS: Readonly<Record<ReviewReason, string>> = {
  order_mismatch: 'A message named another order than the payment it is about.',
  payment_unknown: 'A message was about a payment the shop did not open for this order.',
  currency_mismatch: 'Money came in another currency.',
  network_mismatch: 'Money came over another network, or over one that was not named.',
  amount_missing: 'The provider called it paid or reserved without an amount.',
  returned_amount_missing: 'Money went back, and the provider does not say how much: look at its page.',
  amount_conflict: 'One transaction was reported with two amounts, or for two payments.',
  more_than_reported: 'The transfers are more than the total that the provider reports: the total counts.',
  failed_after_confirmed:
    'One payment was reported as failed and as confirmed: an attempt before, or a failure after it was paid.',
  confirmed_after_refund: 'It was confirmed after a refund.',
  refund_failed: 'A refund failed: the money is still here.',
  taken_twice: 'More went back than came in: a refund and a dispute took the same money.',
  dispute_lost: 'A dispute was lost, and its money with it.',
  undone_after_paid: 'It was paid or accepted, with money that failed or went back since: look whether it was shipped.',
  money_after_rejection: 'More money came after the order was rejected: accept it, or send it back.',
  money_after_cancel: 'More money came after the order was canceled: accept it, or send it back.',
  paid_late: 'It was paid in full, but after the deadline.',
  overpaid: 'More was paid than asked: send the excess back.',
  paid_short: 'The provider calls it complete, with less than the price: accept it, change the price, or send it back.',
  paid_in_parts: 'Enough came, but part of it in a payment that the provider does not call complete: look at both.',
  part_paid: 'It closed with less than the price in it: accept it, or reject it and send back what came.',
  never_confirmed: 'Money was seen before the deadline and never became final.',
}
