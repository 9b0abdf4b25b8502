/** Events of Checkout.com about one payment, in live mode. */
import { checkoutCom, type CheckoutComOptions } from 'express-payment-webhooks/providers/checkout-com'
import { payloadOf, vectorsOf, type Vector } from '../../support/provider-suite.js'

export interface CheckoutVector extends Vector {
  readonly secrets?: readonly string[]
  readonly authorization?: string
}

const { 'checkout-com': vectors } = vectorsOf<{ 'checkout-com': { signature_key: string; cases: CheckoutVector[] } }>(
  'checkout-com',
)

export const KEY = vectors.signature_key
export const { cases } = vectors

export const shop = (rest: Partial<CheckoutComOptions> = {}) => checkoutCom({ signatureKey: KEY, ...rest })

/** The fixtures are of a sandbox. */
export const inTest = (rest: Partial<CheckoutComOptions> = {}) => shop({ mode: 'test', ...rest })

type Json = Record<string, unknown>

export const fixture = (name: string): Json => JSON.parse(payloadOf('checkout-com', `${name}.json`).toString()) as Json

export const event = (type: string, data: Json, rest: Json = {}): Json => ({
  id: 'evt_1',
  type,
  created_on: '2026-11-25T10:30:01.4371234Z',
  data,
  _links: { payment: { href: 'https://prefix.api.checkout.com/payments/pay_1' } },
  ...rest,
})

export const action = (fields: Json = {}): Json => ({
  id: 'pay_1',
  action_id: 'act_1',
  reference: 'A-1',
  amount: 4990,
  currency: 'EUR',
  response_summary: 'Approved',
  metadata: { order_id: 'M-1' },
  ...fields,
})

export const dispute = (fields: Json = {}): Json => ({
  id: 'dsp_1',
  payment_id: 'pay_1',
  payment_reference: 'A-1',
  amount: 4990,
  currency: 'EUR',
  category: 'fraudulent',
  reason_code: '10.4',
  evidence_required_by: '2026-12-20T23:59:59Z',
  ...fields,
})
