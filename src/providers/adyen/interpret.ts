/** Maps Adyen's items to our events, by their signed fields alone. */
import { isKnown, type AdyenCode } from './codes.js'
import { authorised, captured, disputed, draft, native, refunded, unrecognised, type AdyenDraft } from './drafts.js'
import type { AdyenItem } from './payload.js'

/** When the shop gets the money of a payment: with the authorisation, or with a capture that the shop requests. */
export type Capture = 'automatic' | 'manual'

/** References that the test button of the Customer Area makes (php-webhook-module). Adyen signs such items like all others. */
const TEST = /^test(?:notification)?_/i

/** True if the meaning of an item depends on how its payment is captured. */
export function dependsOnCapture({ eventCode, pspReference, success }: AdyenItem): boolean {
  if (TEST.test(pspReference)) return false
  return eventCode === 'CAPTURE' || (success && (eventCode === 'AUTHORISATION' || eventCode === 'CAPTURE_FAILED'))
}

/** @throws DeliveryError `PAYLOAD_INVALID` for an event about money without an amount */
export function interpret(item: AdyenItem, capture: Capture): AdyenDraft {
  const { eventCode, pspReference } = item
  if (TEST.test(pspReference)) return unrecognised(item, `test.${eventCode}`)
  if (!isKnown(eventCode)) return unrecognised(item, eventCode)
  return item.success ? succeeded(item, eventCode, capture) : failed(item, eventCode, capture)
}

function succeeded(item: AdyenItem, code: AdyenCode, capture: Capture): AdyenDraft {
  switch (code) {
    case 'AUTHORISATION':
      return authorised(item, capture === 'automatic' ? 'payment.confirmed' : 'payment.authorized')
    case 'CAPTURE':
      // With automatic capture, the authorisation has already reported this money.
      return capture === 'manual' ? captured(item, 'transaction.confirmed') : native(item, code)
    case 'CAPTURE_FAILED':
      return capture === 'manual' ? captured(item, 'transaction.failed') : draft(item, 'payment.failed')
    case 'CANCELLATION':
    case 'TECHNICAL_CANCEL':
      // Without the payment's own reference, the canceled payment is unknown.
      return item.originalReference === null ? native(item, code) : draft(item, 'payment.canceled')
    case 'CANCEL_OR_REFUND':
      // The field that distinguishes a cancellation from a refund is not signed, so the amount that went back is unknown.
      return draft(item, 'refund.confirmed')
    case 'OFFER_CLOSED':
      return draft(item, 'payment.expired')
    case 'REFUND':
      return refunded(item, 'refund.confirmed')
    case 'REFUND_FAILED':
    case 'REFUNDED_REVERSED':
      return refunded(item, 'refund.failed')
    case 'REQUEST_FOR_INFORMATION':
      return disputed(item, 'dispute.inquiry', false)
    case 'NOTIFICATION_OF_CHARGEBACK':
      return disputed(item, 'dispute.opened', false)
    case 'CHARGEBACK':
      return disputed(item, 'dispute.opened', true)
    case 'CHARGEBACK_REVERSED':
    case 'PREARBITRATION_WON':
      return disputed(item, 'dispute.won', false)
    case 'SECOND_CHARGEBACK':
    case 'PREARBITRATION_LOST':
      return disputed(item, 'dispute.lost', true)
    default:
      return native(item, code)
  }
}

/** Only these failures change something. The other codes report an attempt that changed nothing. */
function failed(item: AdyenItem, code: AdyenCode, capture: Capture): AdyenDraft {
  switch (code) {
    case 'AUTHORISATION':
      return authorised(item, 'payment.failed')
    case 'CAPTURE':
      return capture === 'manual' ? captured(item, 'transaction.failed') : native(item, code)
    case 'REFUND':
      return refunded(item, 'refund.failed')
    default:
      return native(item, code)
  }
}
