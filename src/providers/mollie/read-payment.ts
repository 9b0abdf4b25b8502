/** Reading a payment back from Mollie: for classic callbacks the only thing that can be believed. */
import { checkSecrets } from '../../crypto/secrets.js'
import { DeliveryError } from '../../errors.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { parseJson } from '../../lib/json.js'
import { withoutFields } from '../../lib/thrown.js'
import { validate } from '../../payload.js'
import { readJson } from '../../read-back/read-json.js'
import { payment, type MolliePayment } from './payload.js'

/**
 * Answers a payment as Mollie's API does: parsed, or as bytes or text; null for one that Mollie does not know. Must stop
 * when `signal` aborts.
 */
export type MollieReadBack = (id: string, context: { readonly signal: AbortSignal }) => Promise<unknown>

/** Reads one payment; null for one that Mollie does not know. */
export type ReadPayment = (id: string, signal: AbortSignal) => Promise<MolliePayment | null>

/**
 * A payment, or an order of the retired Orders API (docs: webhooks). It becomes part of an address that is asked with the
 * API key, so nothing else is let through.
 */
const ID = /^(?:tr|ord)_[A-Za-z0-9]{1,64}$/

export function isReadable(id: unknown): id is string {
  return typeof id === 'string' && ID.test(id)
}

interface Source {
  readonly mode: 'live' | 'test'
  readonly apiKey?: string | undefined
  readonly apiUrl?: string
  readonly readBack?: MollieReadBack | undefined
}

/** @throws ConfigurationError `CONFIG_SECRET_*`, `CONFIG_OPTION_INVALID` */
export function paymentReader({ mode, apiKey, apiUrl, readBack }: Source): ReadPayment {
  if (readBack !== undefined) {
    if (apiKey !== undefined) invalidOption('mollie', 'give apiKey or readBack, and not both')
    if (typeof readBack !== 'function') invalidOption('mollie', 'readBack must be a function')
    return (id, signal) => readByShop(readBack, id, signal)
  }
  checkSecrets('mollie: apiKey', apiKey)
  const key = apiKey!
  checkMode(key, mode)
  // With its refunds and chargebacks (docs: get-payment), since a total alone can come back to a value that it had before.
  const query = new URLSearchParams({ embed: 'refunds,chargebacks' })
  // An API key is of one mode; an organization's token has to be told (mollie-api-typescript, GetPaymentRequest).
  if (mode === 'test' && !key.startsWith('test_')) query.set('testmode', 'true')
  return (id, signal) => readByKey(`${apiUrl ?? 'https://api.mollie.com'}/v2/payments`, id, { query, key, signal })
}

/** With the wrong one every payment would be unknown, and acknowledged. */
function checkMode(key: string, mode: Source['mode']): void {
  const other = mode === 'live' ? 'test' : 'live'
  if (key.startsWith(`${other}_`)) {
    invalidOption(
      'mollie',
      `apiKey is a ${other} key, and mode is '${mode}': give the ${mode} key, or mode: '${other}'`,
    )
  }
}

async function readByKey(
  root: string,
  id: string,
  { query, key, signal }: { readonly query: URLSearchParams; readonly key: string; readonly signal: AbortSignal },
): Promise<MolliePayment | null> {
  if (id.startsWith('ord_')) {
    throw unavailable('this is an order of the retired Orders API: give readBack, and answer the payment of the order')
  }
  const found = await readJson(`${root}/${encodeURIComponent(id)}?${query}`, {
    schema: payment,
    headers: { authorization: `Bearer ${key}` },
    signal,
    optional: true,
  })
  return found === null ? null : asked(found, id)
}

async function readByShop(readBack: MollieReadBack, id: string, signal: AbortSignal): Promise<MolliePayment | null> {
  const found = await answerOf(readBack, id, signal)
  return found === null ? null : asked(found, id)
}

async function answerOf(readBack: MollieReadBack, id: string, signal: AbortSignal): Promise<MolliePayment | null> {
  try {
    const raw = await readBack(id, { signal })
    if (raw === null || raw === undefined) return null
    const isText = typeof raw === 'string' || raw instanceof Uint8Array
    return validate(payment, isText ? parseJson(Buffer.from(raw as string)) : raw)
  } catch (thrown) {
    // As @mollie/api-client says that there is no such payment.
    if ((thrown as { readonly statusCode?: unknown } | null)?.statusCode === 404) return null
    throw unavailable('readBack() did not answer a payment as Mollie does', withoutFields(thrown))
  }
}

function asked(found: MolliePayment, id: string): MolliePayment {
  if (found.id === id || found.orderId === id) return found
  throw new DeliveryError('READ_BACK_MISMATCH', 'another payment was answered than the one asked for')
}

function unavailable(message: string, cause?: unknown): DeliveryError {
  return new DeliveryError('READ_BACK_UNAVAILABLE', message, { cause })
}
