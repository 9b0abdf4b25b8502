/** One read by the shop's own client, instead of a request to the provider's API. */
import { DeliveryError } from '../errors.js'
import { parseJson } from '../lib/json.js'
import { withoutFields } from '../lib/thrown.js'
import { validate, type PayloadSchema } from '../payload.js'

/**
 * Returns the validated answer of the shop's client, which may be an object, bytes or a string. Null if the client
 * returns null or undefined.
 *
 * @throws DeliveryError `READ_BACK_UNAVAILABLE` for every error of the client, and for an answer that does not match
 * the schema
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
