/** Adyen's event codes (docs.adyen.com: webhook-types; php-webhook-module). */

/** Codes about an order's money. An item with one of them counts only if it is signed. */
const MEANINGFUL = [
  'AUTHORISATION',
  'CAPTURE',
  'CAPTURE_FAILED',
  'CANCELLATION',
  'TECHNICAL_CANCEL',
  'CANCEL_OR_REFUND',
  'OFFER_CLOSED',
  'REFUND',
  'REFUND_FAILED',
  'REFUNDED_REVERSED',
  'REQUEST_FOR_INFORMATION',
  'NOTIFICATION_OF_CHARGEBACK',
  'CHARGEBACK',
  'CHARGEBACK_REVERSED',
  'SECOND_CHARGEBACK',
  'PREARBITRATION_WON',
  'PREARBITRATION_LOST',
] as const

/** Informative codes. Adyen leaves some of them unsigned, and none is about money even if it is signed. */
const INFORMATIVE = [
  'AUTHORISATION_ADJUSTMENT',
  'DONATION',
  'EXPIRE',
  'MANUAL_REVIEW_ACCEPT',
  'MANUAL_REVIEW_REJECT',
  'NOTIFICATION_OF_FRAUD',
  'ORDER_CLOSED',
  'ORDER_OPENED',
  'PENDING',
  'POSTPONED_REFUND',
  'RECURRING_CONTRACT',
  'REFUND_WITH_DATA',
  'REPORT_AVAILABLE',
  'VOID_PENDING_REFUND',
] as const

export type MeaningfulCode = (typeof MEANINGFUL)[number]

export type AdyenCode = MeaningfulCode | (typeof INFORMATIVE)[number]

export const CODES: readonly AdyenCode[] = [...MEANINGFUL, ...INFORMATIVE]

export function isMeaningful(code: string): code is MeaningfulCode {
  return (MEANINGFUL as readonly string[]).includes(code)
}

export function isKnown(code: string): code is AdyenCode {
  return (CODES as readonly string[]).includes(code)
}
