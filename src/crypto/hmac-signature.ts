/** The plainest signature: the hex HMAC-SHA256 of the raw body. */
import type { HeaderAuthentication } from '../authentication.js'
import type { Secret } from './secrets.js'
import { signature } from './signature.js'

/**
 * Authenticates by a header that carries the hex HMAC-SHA256 of the exact body bytes. For anything else there is
 * `signature`.
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
  readonly prefix?: string | undefined
  /** Secrets that were replaced: never accepted, but told apart from forgeries in what the operator is told. */
  readonly retired?: Secret | undefined
  /** The option's name in error messages. @default 'secret' */
  readonly secretOption?: string | undefined
}): HeaderAuthentication {
  return signature(options)
}
