/** Adyen's items, as tests make and sign them. */
import type { Provider } from 'express-payment-webhooks'
import { adyen, type AdyenOptions } from 'express-payment-webhooks/providers/adyen'
import { vectorsOf, type Vector } from './provider-suite.js'

interface AdyenVector extends Vector {
  readonly keys?: readonly string[]
}

export const { adyen: vectors } = vectorsOf<{
  adyen: {
    hmac_key: string
    merchant_accounts: string[]
    cases: AdyenVector[]
    ambiguous: { genuine: string; reshaped: string }
    header_variant: Vector & { key: string }
    published: { name: string; key: string; signed_text: string; signature: string }[]
  }
}>('adyen')

export const shop = (rest: Partial<AdyenOptions> = {}) =>
  adyen({
    hmacKey: vectors.hmac_key,
    merchantAccount: vectors.merchant_accounts,
    capture: 'manual',
    ...rest,
  })

export const item = (fields: object = {}) => ({
  additionalData: {},
  amount: { currency: 'EUR', value: 4990 },
  eventCode: 'AUTHORISATION',
  eventDate: '2026-11-25T11:30:04+01:00',
  merchantAccountCode: 'ExampleShopECOM',
  merchantReference: 'A-1',
  originalReference: '',
  pspReference: 'PSP1',
  reason: 'because',
  success: 'true',
  ...fields,
})

/** Of an authorised payment. */
export const later = (eventCode: string, fields: object = {}) =>
  item({ eventCode, pspReference: 'PSP2', originalReference: 'PSP1', ...fields })

export const bodyOf = (...items: object[]) => ({
  live: 'false',
  notificationItems: items.map((one) => ({ NotificationRequestItem: one })),
})

export const signed = (fields: object, provider: Provider = shop()) => provider.sign(bodyOf(fields)).body
