/** Signature headers: hex HMAC-SHA256 over the raw body. */
import { createHmac } from 'node:crypto'
import { ConfigurationError, DeliveryError } from '../errors.js'
import type { Authentication } from '../provider.js'
import { equalsAny } from './constant-time.js'
import { explainSignature } from './explain-signature.js'
import { singleHeader } from './header.js'
import { checkRetired, checkSecrets, type Secret } from './secrets.js'

const HEX_SHA256 = /^[0-9a-f]{64}$/i

/**
 * Authenticates by a header that carries the hex HMAC-SHA256 of the exact body bytes.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret
 * @example
 * ```ts
 * import { hmacSignature } from 'express-payment-webhooks'
 *
 * const authentication = hmacSignature({
 *   header: 'x-acme-signature',
 *   prefix: 'sha256=',
 *   secret: process.env.ACME_SECRET,
 * })
 * ```
 */
export function hmacSignature(options: {
  readonly header: string
  readonly secret: Secret
  /** Text in front of the hex digits, required exactly. @default '' */
  readonly prefix?: string
  /** Secrets that were replaced: never accepted, but told apart from forgeries in what the operator is told. */
  readonly retired?: Secret
  /** The option's name in error messages. @default 'secret' */
  readonly secretOption?: string
}): Authentication {
  const { prefix = '', secretOption = 'secret' } = options
  const header = headerName(options.header)
  const keys = checkSecrets(secretOption, options.secret)
  const retired = checkRetired(options.retired)
  return {
    verify(delivery) {
      verifyHmac(keys, readHexDigest(header, prefix, singleHeader(delivery, header)), delivery.body)
      return true
    },
    sign: (body) => ({ [header]: prefix + hmac(keys[0]!, body).toString('hex') }),
    explain: (delivery) => explainSignature({ header, prefix, keys, retired, message: (body) => [body] }, delivery),
  }
}

/** Strict on purpose: `Buffer.from(text, 'hex')` stops silently at the first character that is not hex. */
export function readHexDigest(header: string, prefix: string, value: string): Buffer {
  const digits = value.slice(prefix.length)
  if (!value.startsWith(prefix) || !HEX_SHA256.test(digits)) {
    const wanted = prefix === '' ? '64 hex digits' : `${prefix} and 64 hex digits`
    throw new DeliveryError('AUTH_HEADER_MALFORMED', `the ${header} header is not ${wanted}`)
  }
  return Buffer.from(digits, 'hex')
}

/** Throws unless `digest` is the HMAC of the message parts under one of the keys. */
export function verifyHmac(keys: readonly Buffer[], digest: Buffer, ...message: readonly (Buffer | string)[]): void {
  if (
    equalsAny(
      digest,
      keys.map((key) => hmac(key, ...message)),
    )
  )
    return
  throw new DeliveryError(
    'AUTH_MISMATCH',
    'the signature does not fit the body: forged, altered on its way, or signed with another secret',
  )
}

/** HMAC-SHA256 over the message parts, one after another. */
export function hmac(key: Buffer, ...message: readonly (Buffer | string)[]): Buffer {
  const mac = createHmac('sha256', key)
  for (const part of message) mac.update(part)
  return mac.digest()
}

const TOKEN = /^[a-z0-9!#$%&'*+.^_`|~-]+$/

/** A header name as Node presents it. */
export function headerName(name: string): string {
  const lower = String(name).toLowerCase()
  if (TOKEN.test(lower)) return lower
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `${JSON.stringify(name)} is not a header name`)
}
