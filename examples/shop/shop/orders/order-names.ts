/** What orders are called: by an id in the addresses of their pages, and by a reference among people and providers. */
import { randomBytes, randomInt } from 'node:crypto'
import { z } from 'zod'
import type { OrderPayment } from 'express-payment-webhooks/orders'

/** Unguessable: whoever knows it sees the order. */
export const newOrderId = (): string => randomBytes(18).toString('base64url')

/** Nothing else is worth looking for, and Postgres does not even take every text. */
export const orderId = z.string().regex(/^[\w-]{24}$/)

/** Letters and digits that are not mistaken for one another when read aloud. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ'
const REFERENCE = /^(ORDER-[2-9A-Z]{10})(?:-\d{1,3})?$/

export function newReference(): string {
  return `ORDER-${Array.from({ length: 10 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`
}

/** Providers take a name only once, or tell payments of one name apart by nothing but their own id. */
export function nextReference({ orderId, payments }: OrderPayment): string {
  const names = new Set(payments.map(({ reference = orderId }) => reference))
  return `${orderId}-${names.size + 1}`
}

/** The order that a reference of it or of one of its payments names, or null for any other text. */
export function namedOrder(reference: string): string | null {
  return REFERENCE.exec(reference)?.[1] ?? null
}
