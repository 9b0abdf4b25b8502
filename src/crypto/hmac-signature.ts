/** The simplest signature: the hex HMAC-SHA256 of the raw body. */
import type { HeaderAuthentication } from '../authentication.js'
import type { Secret } from './secrets.js'
import { signature } from './signature.js'

/**
 * Authenticates by a header with the hex HMAC-SHA256 of the exact body bytes. Use `signature` for every other scheme.
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
  /** Text before the hex digits, which must match exactly. @default '' */
  readonly prefix?: string | undefined
  /** Replaced secrets. They are never accepted, but the operator's explanation distinguishes them from forgeries. */
  readonly retired?: Secret | undefined
  /** The option's name in error messages. @default 'secret' */
  readonly secretOption?: string | undefined
}): HeaderAuthentication {
  return signature(options)
}
