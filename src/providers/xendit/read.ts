/** Reads the resource that a webhook names from Xendit's API. */
import { checkApiKey } from '../../crypto/api-key.js'
import { DeliveryError } from '../../errors.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { parseJson } from '../../lib/json.js'
import { withoutFields } from '../../lib/thrown.js'
import { validate } from '../../payload.js'
import { readJson } from '../../read-back/read-json.js'
import type { XenditNative } from './payload.js'
import type { Resource } from './resources.js'

/**
 * Resolves to Xendit's answer for a path such as `/v2/invoices/6925a1c4`: parsed, or as bytes or text; null if Xendit has
 * nothing there. Must stop when `signal` aborts.
 */
export type XenditReadBack = (path: string, context: { readonly signal: AbortSignal }) => Promise<unknown>

export type Read = (resource: Resource, id: string, signal: AbortSignal) => Promise<XenditNative>

interface Source {
  readonly mode: 'live' | 'test'
  readonly apiKey?: string | undefined
  readonly apiUrl?: string | undefined
  readonly readBack?: XenditReadBack | undefined
}

/** Version 3 of the Payments API requires it; the others ignore it. */
const API_VERSION = { 'api-version': '2024-11-11' }

/** @throws ConfigurationError `CONFIG_SECRET_*`, `CONFIG_OPTION_INVALID` */
export function reader(source: Source): Read {
  const { readBack, apiKey, apiUrl = 'https://api.xendit.co', mode } = source
  if (readBack !== undefined) {
    if (apiKey !== undefined) invalidOption('xendit', 'give apiKey or readBack, and not both')
    if (typeof readBack !== 'function') invalidOption('xendit', 'readBack must be a function')
    return async (resource, id, signal) => known(resource, id, await byShop(readBack, resource, id, signal))
  }
  checkApiKey('xendit: apiKey', apiKey)
  const other = mode === 'live' ? 'development' : 'production'
  if (apiKey!.startsWith(`xnd_${other}_`)) {
    invalidOption('xendit', `apiKey is a ${other} key, and mode is '${mode}'`)
  }
  // The key is the user name, and there is no password.
  const headers = { ...API_VERSION, authorization: `Basic ${Buffer.from(`${apiKey!}:`).toString('base64')}` }
  return async (resource, id, signal) => {
    const { path, schema } = resource
    const found = await readJson(`${apiUrl}${path}${id}`, { schema, headers, signal, optional: true })
    return known(resource, id, found)
  }
}

async function byShop(
  readBack: XenditReadBack,
  { path, schema }: Resource,
  id: string,
  signal: AbortSignal,
): Promise<XenditNative | null> {
  try {
    const raw = await readBack(`${path}${id}`, { signal })
    if (raw === null || raw === undefined) return null
    const isText = typeof raw === 'string' || raw instanceof Uint8Array
    return validate(schema, isText ? parseJson(Buffer.from(raw as string)) : raw)
  } catch (thrown) {
    throw new DeliveryError('READ_BACK_UNAVAILABLE', 'readBack() did not answer as Xendit does', {
      cause: withoutFields(thrown),
    })
  }
}

/**
 * An unknown id comes from a test of the address, or from a webhook of another account. The latter must not be lost, so
 * this is an error.
 */
function known({ idOf }: Resource, id: string, found: XenditNative | null): XenditNative {
  if (found === null) {
    const what =
      'Xendit does not know this id: a test of the address, or a webhook of an account that the key is not for'
    throw new DeliveryError('PAYLOAD_INVALID', what)
  }
  // Each resource takes the output of its own schema; a table of several kinds cannot express that.
  if (idOf(found as never) === id) return found
  throw new DeliveryError('READ_BACK_MISMATCH', 'Xendit answered another resource than the one requested')
}
