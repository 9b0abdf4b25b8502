/** Token headers: a shared secret sent as it is, after the name of its scheme. */
import type { HeaderAuthentication } from '../authentication.js'
import type { Delivery } from '../delivery.js'
import { DeliveryError } from '../errors.js'
import { secretMatcher } from './constant-time.js'
import { explainToken } from './explain-token.js'
import { singleHeader } from './header.js'
import { checkSecrets, type Secret } from './secrets.js'

/** Decides at once, so that a provider can put it beside another proof. */
export interface TokenHeader extends HeaderAuthentication {
  verify(delivery: Delivery): true
}

/**
 * Authenticates by `Authorization: <scheme> <token>`. The scheme is compared without regard to case
 * (RFC 9110, section 11.1), the token exactly and in constant time.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe token
 * @example
 * ```ts
 * import { tokenHeader } from 'express-payment-webhooks'
 *
 * const authentication = tokenHeader({ scheme: 'Bearer', token: process.env.ACME_TOKEN })
 * ```
 */
export function tokenHeader(options: {
  readonly scheme: string
  readonly token: Secret
  /** Tokens that were replaced: never accepted, but told apart from forgeries in what the operator is told. */
  readonly retired?: Secret
}): TokenHeader {
  const { scheme } = options
  const tokens = checkSecrets('token', options.token)
  const retired = options.retired === undefined ? [] : checkSecrets('retired', options.retired)
  const isToken = secretMatcher(tokens)
  const prefix = `${scheme.toLowerCase()} `
  return {
    verify(delivery) {
      const value = singleHeader(delivery, 'authorization')
      if (value.slice(0, prefix.length).toLowerCase() !== prefix) {
        throw new DeliveryError(
          'AUTH_HEADER_MALFORMED',
          `the authorization header is not "${scheme}", one space and a token`,
        )
      }
      if (!isToken(value.slice(prefix.length))) {
        throw new DeliveryError('AUTH_MISMATCH', 'the token in the authorization header is not the configured one')
      }
      return true
    },
    explain: (delivery) => explainToken({ scheme, tokens, retired }, delivery),
    sign: () => ({ authorization: `${scheme} ${tokens[0]!}` }),
  }
}
