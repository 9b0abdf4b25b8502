/** One read by the shop's own client, in place of the provider's API. */
import { DeliveryError } from '../errors.js'
import { parseJson } from '../lib/json.js'
import { withoutFields } from '../lib/thrown.js'
import { validate, type PayloadSchema } from '../payload.js'

/**
 * What the shop's client answers, parsed, or as bytes or text; null where it answers null or nothing.
 *
 * @throws DeliveryError `READ_BACK_UNAVAILABLE` for whatever it throws, and for another shape
 */
export async function shopRead<T>(
  provider: string,
  schema: PayloadSchema<T>,
  read: () => Promise<unknown>,
): Promise<T | null> {
  try {
    const raw = await read()
    if (raw === null || raw === undefined) return null
    const isText = typeof raw === 'string' || raw instanceof Uint8Array
    return validate(schema, isText ? parseJson(Buffer.from(raw as string)) : raw)
  } catch (thrown) {
    const what = `readBack() did not answer as ${provider} does`
    throw new DeliveryError('READ_BACK_UNAVAILABLE', what, { cause: withoutFields(thrown) })
  }
}
