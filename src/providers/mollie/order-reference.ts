/** Finds the shop's own name for an order, which Mollie stores with the payment. */
import { own } from '../../lib/own.js'
import { readIdentifier } from '../../payload.js'
import type { MolliePayment } from './payload.js'

export interface OrderReading {
  /** The field of a payment that names the order. */
  readonly orderFrom: 'metadata' | 'description'
  /** The key in the metadata, if that is an object. */
  readonly orderKey: string
}

/** Null if the value there is not a usable name. */
export function orderOf(
  { metadata, description }: MolliePayment,
  { orderFrom, orderKey }: OrderReading,
): string | null {
  const found = orderFrom === 'description' ? description : inMetadata(metadata, orderKey)
  return readIdentifier(found) ?? null
}

/** Metadata is an object, a text, a number, a list, or null (@mollie/api-client types it unknown). */
function inMetadata(metadata: unknown, key: string): unknown {
  if (typeof metadata !== 'object' || metadata === null) return metadata
  return own(metadata as Readonly<Record<string, unknown>>, key)
}
