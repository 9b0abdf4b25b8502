/** Drafts of our events from the items of Adyen. */
import type { EventDraft, IgnoredDraft, UnrecognisedDraft } from '../../event.js'
import { DeliveryError } from '../../errors.js'
import { fromMinorUnits } from '../../minor-units.js'
import type { Money } from '../../money.js'
import { CODES, type AdyenCode } from './codes.js'
import type { AdyenItem } from './payload.js'

const COMMON = [
  'payment.authorized',
  'payment.confirmed',
  'payment.failed',
  'payment.canceled',
  'payment.expired',
  'transaction.confirmed',
  'transaction.failed',
  'refund.confirmed',
  'refund.failed',
  'dispute.inquiry',
  'dispute.opened',
  'dispute.won',
  'dispute.lost',
] as const

type AdyenType = (typeof COMMON)[number] | `adyen.${AdyenCode}`

export const ADYEN_TYPES: readonly AdyenType[] = [...COMMON, ...CODES.map((code) => `adyen.${code}` as const)]

export type AdyenDraft = EventDraft<AdyenType, AdyenItem> | UnrecognisedDraft | IgnoredDraft

/** An amount of zero only checks a card: nothing is reserved or paid. */
export function authorised(
  item: AdyenItem,
  type: 'payment.confirmed' | 'payment.authorized' | 'payment.failed',
): AdyenDraft {
  const expected = moneyOf(item)
  if (expected.amount === '0') return native(item, 'AUTHORISATION')
  const received = type === 'payment.failed' ? null : { ...expected, basis: 'total' as const }
  return draft(item, type, { expected, received })
}

export function captured(item: AdyenItem, type: 'transaction.confirmed' | 'transaction.failed'): AdyenDraft {
  return draft(item, type, {
    transaction: { id: item.pspReference, hash: null, network: null, confirmations: null },
    received: { ...moneyOf(item), basis: 'transaction' },
  })
}

/** The refund's id is its own reference, which a failure days later carries as well. */
export function refunded(item: AdyenItem, type: 'refund.confirmed' | 'refund.failed'): AdyenDraft {
  return draft(item, type, { refund: { ...moneyOf(item), id: item.pspReference, basis: 'refund' } })
}

/** All events of a dispute have the same reference (docs: dispute-notifications). */
export function disputed(
  item: AdyenItem,
  type: 'dispute.inquiry' | 'dispute.opened' | 'dispute.won' | 'dispute.lost',
  withdrawn: boolean,
): AdyenDraft {
  const { pspReference: id, reason } = item
  return draft(item, type, { dispute: { ...moneyOf(item), id, withdrawn, reason, respondBy: null } })
}

/** Informative events, without money. */
export function native(item: AdyenItem, code: AdyenCode): AdyenDraft {
  return draft(item, `adyen.${code}`)
}

/** `eventDate` is not signed, so events get no date: a forged date must not decide which of two contradicting events holds. */
export function draft(
  item: AdyenItem,
  type: AdyenType,
  facts: Partial<EventDraft> = {},
): EventDraft<AdyenType, AdyenItem> {
  const { merchantReference: orderId, reason } = item
  return { ...facts, type, identity: identityOf(item), orderId, paymentId: paymentOf(item), reason, native: item }
}

export function unrecognised(item: AdyenItem, name: string): UnrecognisedDraft {
  return { unrecognised: name, identity: identityOf(item), native: item }
}

/** A modification has its own reference and names the payment that it changes. */
export function paymentOf({ originalReference, pspReference }: AdyenItem): string {
  return originalReference ?? pspReference
}

/** One reference can succeed and then fail, or fail and then succeed. */
function identityOf({ eventCode, pspReference, success }: AdyenItem): readonly string[] {
  return [eventCode, pspReference, String(success)]
}

/**
 * Decimals that differ from ISO 4217: CLP and CVE (docs: currency-codes), ISK (Adyen/adyen-commercetools#1085), IDR
 * (Adyen/adyen-magento2, Helper/Data.php). CNH is not in ISO 4217 (docs: currency-codes).
 */
const EXCEPTIONS = { CLP: 2, CNH: 2, CVE: 0, IDR: 0, ISK: 2 }

function moneyOf({ amount, eventCode }: AdyenItem): Money {
  if (amount === null) {
    const fix = 'look the payment up in the Customer Area'
    throw new DeliveryError('PAYLOAD_INVALID', `amount: ${eventCode} has none that can be read: ${fix}`)
  }
  const { value, currency } = amount
  return { amount: fromMinorUnits(value, currency, EXCEPTIONS), currency }
}
