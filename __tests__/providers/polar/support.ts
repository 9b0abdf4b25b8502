/** Events of Polar about one order. */
import { polar, type PolarOptions } from 'express-payment-webhooks/providers/polar'
import { payloadOf } from '../../support/provider-suite.js'

/** Made before September 2026: such a secret cannot be decoded. */
export const SECRET = 'whsec_T9vJ2kQx7mW4rZ1bN6yC3pL8dF5hS0gAeU4tK0Xq1Mz'

export const shop = (rest: Partial<PolarOptions> = {}) => polar({ secret: SECRET, ...rest })

type Json = Record<string, unknown>

export const fixture = (name: string): Json => JSON.parse(payloadOf('polar', `${name}.json`).toString()) as Json

export const event = (type: string, data: Json): Json => ({ type, timestamp: '2026-11-27T08:09:58.412733Z', data })

export const order = (status: string, fields: Json = {}): Json => ({
  id: 'O-1',
  status,
  total_amount: 15351,
  currency: 'eur',
  billing_reason: 'purchase',
  checkout_id: 'C-1',
  modified_at: '2026-11-27T08:09:57.884210Z',
  metadata: { order_id: 'A-1' },
  ...fields,
})

export const refund = (status: string, fields: Json = {}): Json => ({
  id: 'R-1',
  status,
  amount: 5000,
  tax_amount: 950,
  currency: 'eur',
  reason: 'customer_request',
  order_id: 'O-1',
  metadata: { order_id: 'of the refund' },
  ...fields,
})
