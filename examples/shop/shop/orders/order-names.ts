/** Names of orders: an id for the addresses of their pages, and a reference for people and providers. */
import { randomBytes, randomInt } from 'node:crypto'
import { z } from 'zod'
import type { OrderPayment } from 'express-payment-webhooks/orders'

/** Unguessable, because anybody who knows the id sees the order. */
export const newOrderId = (): string => randomBytes(18).toString('base64url')

/** No other text can be an id, and Postgres does not accept every text. */
export const orderId = z.string().regex(/^[\w-]{24}$/)

/** Letters and digits that sound different when read aloud. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ'
const REFERENCE = /^(ORDER-[2-9A-Z]{10})(?:-\d{1,3})?$/

export function newReference(): string {
  return `ORDER-${Array.from({ length: 10 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`
}

/** Providers accept a name only once, or tell payments of one name apart only by their own id. */
export function nextReference({ orderId, payments }: OrderPayment): string {
  const names = new Set(payments.map(({ reference = orderId }) => reference))
  return `${orderId}-${names.size + 1}`
}

/** The order that this reference (of the order or one of its payments) names; null for any other text. */
export function namedOrder(reference: string): string | null {
  return REFERENCE.exec(reference)?.[1] ?? null
}
