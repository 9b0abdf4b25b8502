/** Reads from PayPal: without a read, nothing in a delivery is trusted. */
import { z } from 'zod'
import { checkApiKey } from '../../crypto/api-key.js'
import { clock } from '../../lib/clock.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { count, type PayloadSchema } from '../../payload.js'
import { readJson } from '../../read-back/read-json.js'
import { shopRead } from '../../read-back/shop-read.js'

/**
 * Resolves to PayPal's answer at a path, for example `/v2/payments/captures/6AB12345CD678901E`: parsed, or as bytes or
 * text; null if PayPal has nothing there. Must stop when `signal` aborts.
 */
export type PayPalReadBack = (path: string, context: { readonly signal: AbortSignal }) => Promise<unknown>

/** Reads one resource; null for a resource that PayPal does not have (yet). */
export type ReadPayPal = <T>(path: string, schema: PayloadSchema<T>, signal: AbortSignal) => Promise<T | null>

interface Source {
  readonly mode: 'live' | 'sandbox'
  readonly clientId?: string | undefined
  readonly clientSecret?: string | undefined
  readonly apiUrl?: string | undefined
  readonly readBack?: PayPalReadBack | undefined
}

export const ROOTS = { live: 'https://api-m.paypal.com', sandbox: 'https://api-m.sandbox.paypal.com' } as const

/** @throws ConfigurationError `CONFIG_SECRET_*`, `CONFIG_OPTION_INVALID` */
export function payPalReader({ mode, clientId, clientSecret, apiUrl, readBack }: Source): ReadPayPal {
  if (readBack !== undefined) {
    if (clientId !== undefined || clientSecret !== undefined) {
      invalidOption('paypal', 'give clientId and clientSecret, or readBack, and not both')
    }
    if (typeof readBack !== 'function') invalidOption('paypal', 'readBack must be a function')
    return (path, schema, signal) => shopRead('PayPal', schema, () => readBack(path, { signal }))
  }
  if (typeof clientId !== 'string' || !/^[\w-]+$/.test(clientId)) {
    invalidOption('paypal', 'clientId must be the id of your REST app; is its environment variable set?')
  }
  checkApiKey('paypal: clientSecret', clientSecret)
  const root = apiUrl ?? ROOTS[mode]
  const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
  const token = tokenOf(root, credentials, (url, request) => readJson(url, { ...request, method: 'POST' }))
  return async (path, schema, signal) => {
    const authorization = `Bearer ${await token.get(signal)}`
    try {
      return await readJson(`${root}${path}`, { schema, headers: { authorization }, signal, optional: true })
    } catch (failure) {
      // The token may have been withdrawn: PayPal redelivers, and the next read uses a new token.
      token.forget()
      throw failure
    }
  }
}

const grant = z.looseObject({ access_token: z.string().min(1), expires_in: count })

/** Seconds before its expiry at which a token is renewed, and the lifetime of a token without an expiry. */
const RESERVE_SECONDS = 60
const USUAL_SECONDS = 300

interface TokenRequest {
  readonly schema: typeof grant
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

/**
 * One token for all reads, until it expires or a read with it fails (spec: oauth2/token).
 *
 * @param post sends the request with the caller's time limit: a sender waits for some reads, and a lister can wait longer
 */
export function tokenOf(
  root: string,
  credentials: string,
  post: (url: string, request: TokenRequest) => Promise<z.output<typeof grant>>,
) {
  let granted: Promise<string> | undefined
  let until = 0
  const ask = async (signal: AbortSignal): Promise<string> => {
    const { access_token: token, expires_in: seconds } = await post(`${root}/v1/oauth2/token`, {
      schema: grant,
      headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials',
      signal,
    })
    until = clock.monotonic() + ((seconds ?? USUAL_SECONDS) - RESERVE_SECONDS) * 1000
    return token
  }
  const forget = () => (granted = undefined)
  return {
    forget,
    get(signal: AbortSignal): Promise<string> {
      if (granted !== undefined && clock.monotonic() < until) return granted
      until = Number.POSITIVE_INFINITY
      granted = ask(signal)
      granted.catch(forget)
      return granted
    },
  }
}
