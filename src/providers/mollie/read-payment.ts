/** Reads a payment back from Mollie. For classic callbacks, nothing else can be trusted. */
import { checkApiKey } from '../../crypto/api-key.js'
import { DeliveryError } from '../../errors.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { readJson } from '../../read-back/read-json.js'
import { shopRead } from '../../read-back/shop-read.js'
import { payment, type MolliePayment } from './payload.js'

/**
 * Resolves to a payment as Mollie's API answers it: parsed, or as bytes or text; null for a payment that Mollie does not
 * know. Must stop when `signal` aborts.
 */
export type MollieReadBack = (id: string, context: { readonly signal: AbortSignal }) => Promise<unknown>

/** Reads one payment; null for a payment that Mollie does not know. */
export type ReadPayment = (id: string, signal: AbortSignal) => Promise<MolliePayment | null>

/**
 * A payment, or an order of the retired Orders API (docs: webhooks). The id becomes part of a URL that is requested with
 * the API key, so no other characters are accepted.
 */
const ID = /^(?:tr|ord)_[A-Za-z0-9]{1,64}$/

export function isReadable(id: unknown): id is string {
  return typeof id === 'string' && ID.test(id)
}

interface Source {
  readonly mode: 'live' | 'test'
  readonly apiKey?: string | undefined
  readonly apiUrl?: string | undefined
  readonly readBack?: MollieReadBack | undefined
}

/** @throws ConfigurationError `CONFIG_SECRET_*`, `CONFIG_OPTION_INVALID` */
export function paymentReader(source: Source): ReadPayment {
  const read = source.readBack === undefined ? byKey(source) : byShop(source.readBack, source.apiKey)
  return async (id, signal) => {
    const found = await read(id, signal)
    if (found === null || found.id === id || found.orderId === id) return found
    throw new DeliveryError('READ_BACK_MISMATCH', 'Mollie answered another payment than the one requested')
  }
}

function byKey({ mode, apiKey, apiUrl = 'https://api.mollie.com' }: Source): ReadPayment {
  checkApiKey('mollie: apiKey', apiKey)
  const key = apiKey!
  checkMode(key, mode)
  // An API key belongs to one mode; an organization's token needs the parameter (mollie-api-typescript, GetPaymentRequest).
  const testMode = mode === 'test' && !key.startsWith('test_') ? '&testmode=true' : ''
  return (id, signal) => {
    if (id.startsWith('ord_')) {
      const what = 'this is an order of the retired Orders API: give readBack, and answer the payment of the order'
      throw new DeliveryError('READ_BACK_UNAVAILABLE', what)
    }
    // With refunds and chargebacks (docs: get-payment), since a total alone can return to an earlier value.
    return readJson(`${apiUrl}/v2/payments/${id}?embed=refunds%2Cchargebacks${testMode}`, {
      schema: payment,
      headers: { authorization: `Bearer ${key}` },
      signal,
      optional: true,
    })
  }
}

/** With a key of the wrong mode, every payment would be unknown, and acknowledged. */
function checkMode(key: string, mode: Source['mode']): void {
  const other = mode === 'live' ? 'test' : 'live'
  if (key.startsWith(`${other}_`)) {
    invalidOption(
      'mollie',
      `apiKey is a ${other} key, and mode is '${mode}': give the ${mode} key, or mode: '${other}'`,
    )
  }
}

function byShop(readBack: MollieReadBack, apiKey: string | undefined): ReadPayment {
  if (apiKey !== undefined) invalidOption('mollie', 'give apiKey or readBack, and not both')
  if (typeof readBack !== 'function') invalidOption('mollie', 'readBack must be a function')
  return (id, signal) =>
    shopRead('Mollie', payment, async () => {
      try {
        return await readBack(id, { signal })
      } catch (thrown) {
        // @mollie/api-client reports a missing payment in this way.
        if ((thrown as { readonly statusCode?: unknown } | null)?.statusCode === 404) return null
        throw thrown
      }
    })
}
