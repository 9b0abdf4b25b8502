/** Reads a charge from OpenNode's API: a callback proves only that the charge exists. */
import { z } from 'zod'
import { DeliveryError } from '../../errors.js'
import { emptyAsNull, currencyCode, freeText, identifier, shownDecimal, shownIdentifier } from '../../payload.js'
import { readJson } from '../../read-back/read-json.js'
import { shopRead } from '../../read-back/shop-read.js'

/** Whole satoshi. */
const satoshi = z.transform((value) => {
  const text = String(value)
  return /^\d{1,16}$/.test(text) ? text : null
})

const charge = z.looseObject({
  id: identifier,
  status: identifier,
  /** In satoshi, as are the next two. */
  amount: satoshi,
  missing_amt: satoshi,
  overpaid_by: satoshi,
  /** The price, if it was set in another currency than bitcoin. */
  source_fiat_value: shownDecimal,
  fiat_value: shownDecimal,
  currency: z.preprocess(emptyAsNull, currencyCode.nullish()),
  order_id: shownIdentifier,
  description: freeText,
})

const answer = z.looseObject({ data: charge })

/** A charge as it was read from OpenNode. */
export type OpenNodeCharge = z.output<typeof charge>

/**
 * Resolves to OpenNode's answer about a charge, `{ data: { id, status, ... } }`: parsed, or as bytes or text; null for a
 * charge that OpenNode does not know. Must stop when `signal` aborts.
 */
export type OpenNodeReadBack = (id: string, context: { readonly signal: AbortSignal }) => Promise<unknown>

export type ReadCharge = (id: string, signal: AbortSignal) => Promise<OpenNodeCharge>

/** @param readBack replaces the address and the key */
export function chargeReader(root: string, apiKey: string, readBack: OpenNodeReadBack | undefined): ReadCharge {
  const read = async (id: string, signal: AbortSignal) =>
    readBack === undefined
      ? readJson(`${root}/v1/charge/${encodeURIComponent(id)}`, {
          schema: answer,
          headers: { authorization: apiKey },
          signal,
          optional: true,
        })
      : shopRead('OpenNode', answer, () => readBack(id, { signal }))
  return async (id, signal) => {
    const found = await read(id, signal)
    if (found === null) throw new DeliveryError('READ_BACK_BEHIND', 'OpenNode does not know the charge, or not yet')
    if (found.data.id === id) return found.data
    throw new DeliveryError('READ_BACK_MISMATCH', 'OpenNode answered another charge than the one requested')
  }
}
