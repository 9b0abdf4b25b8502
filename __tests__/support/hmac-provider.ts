/** The simplest provider: one HMAC header over the body, and a body with the fields that every sender has. */
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import {
  decimal,
  defineProvider,
  hmacSignature,
  identifier,
  type HeaderAuthentication,
  type Secret,
} from 'express-payment-webhooks'
import { currencyCode } from '../../src/payload.js'

export const SECRET = 'k7Jw2nVq9TzR4mXc8LpB3sYd'

const payload = z.object({
  id: identifier,
  type: z.string().min(1).max(100),
  order_id: identifier,
  amount: decimal,
  currency: currencyCode,
})

interface HmacOptions {
  readonly name?: string
  readonly secret?: Secret
  /** Replaces its authentication. @default its own */
  readonly authenticate?: (own: HeaderAuthentication) => HeaderAuthentication
}

export function hmacProvider(options: HmacOptions = {}) {
  const { name = 'hmac', secret = SECRET, authenticate = (own) => own } = options
  return defineProvider({
    name,
    types: ['payment.confirmed', 'payment.failed'],
    authentication: authenticate(hmacSignature({ header: 'x-signature', secret })),
    schema: payload,
    toEvent(native) {
      const { id, type, order_id: orderId, amount, currency } = native
      if (type !== 'payment.confirmed' && type !== 'payment.failed') return { unrecognised: type, native }
      return { type, identity: [id], orderId, received: { amount, currency, basis: 'total' as const }, native }
    },
  })
}

export const VALID = { id: 'evt_1', type: 'payment.confirmed', order_id: '1001', amount: '100.00', currency: 'USD' }

/** The text of a valid body, with some fields replaced. */
export function bodyOf(fields: object = {}): string {
  return JSON.stringify({ ...VALID, ...fields })
}

export function signatureOf(body: Buffer | string, secret: string = SECRET): string {
  return createHmac('sha256', secret).update(body).digest('hex')
}
