/** Which event of Adyen is which of ours, by its signed fields alone. */
import { isKnown, type AdyenCode } from './codes.js'
import { authorised, captured, disputed, draft, native, refunded, unrecognised, type AdyenDraft } from './drafts.js'
import type { AdyenItem } from './payload.js'

/** When a payment's money is the shop's: with its authorisation, or with a capture that the shop asks for. */
export type Capture = 'automatic' | 'manual'

/** The test button of the Customer Area makes such references (php-webhook-module). They are signed like any other. */
const TEST = /^test(?:notification)?_/i

/** True where the meaning of an item depends on how its payment is captured. */
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
      // With automatic capture the authorisation has announced the same money.
      return capture === 'manual' ? captured(item, 'transaction.confirmed') : native(item, code)
    case 'CAPTURE_FAILED':
      return capture === 'manual' ? captured(item, 'transaction.failed') : draft(item, 'payment.failed')
    case 'CANCELLATION':
    case 'TECHNICAL_CANCEL':
      // Without the payment's own reference nobody can tell what was canceled.
      return item.originalReference === null ? native(item, code) : draft(item, 'payment.canceled')
    case 'CANCEL_OR_REFUND':
      // Which of the two it was, and so how much went back, stands in a field that is not signed.
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

/** Of what failed, only this changes something; the rest says that nothing happened. */
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
