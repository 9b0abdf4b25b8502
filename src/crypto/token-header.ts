/** Token headers: a shared secret that is sent unchanged, alone or after the name of its scheme. */
import type { HeaderAuthentication } from '../authentication.js'
import type { Delivery } from '../delivery.js'
import { DeliveryError } from '../errors.js'
import { invalidOption } from '../lib/invalid-option.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { noteSecret } from '../lib/matched-secret.js'
import { secretPlace } from './constant-time.js'
import { explainToken } from './explain-token.js'
import { headerName, singleHeader } from './header.js'
import { mismatch } from './mismatch.js'
import { checkSecrets, retiredBeside, type Secret } from './secrets.js'

/** Options of `tokenHeader`. */
export interface TokenHeaderOptions {
  readonly token: Secret
  /** The header that carries the token. @default 'authorization' */
  readonly header?: string | undefined
  /** The text before the token, followed by one space. @default none: the header is the token */
  readonly scheme?: string | undefined
  /** The option's name in error messages. @default 'token' */
  readonly secretOption?: string | undefined
  /** Replaced tokens. They are never accepted, but the operator's explanation distinguishes them from forgeries. */
  readonly retired?: Secret | undefined
}

const NAMES = ['token', 'header', 'scheme', 'secretOption', 'retired']

/** Verifies synchronously, so that a provider can combine it with another proof. */
export interface TokenHeader extends HeaderAuthentication {
  verify(delivery: Delivery): true
}

/**
 * Authenticates by a token that the sender sends: `Authorization: <scheme> <token>`, or another header. The scheme is
 * compared without regard to case (RFC 9110, section 11.1), the token exactly and in constant time. The token proves
 * only itself: anyone who has seen one delivery can forge others.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe token, `CONFIG_OPTION_INVALID`, `CONFIG_OPTION_UNKNOWN`
 * @example
 * ```ts
 * import { tokenHeader } from 'express-payment-webhooks'
 *
 * const authentication = tokenHeader({ scheme: 'Bearer', token: process.env.ACME_TOKEN })
 * ```
 */
export function tokenHeader(options: TokenHeaderOptions): TokenHeader {
  rejectUnknown('tokenHeader', options, NAMES)
  const { scheme, secretOption = 'token' } = options
  const header = headerName(options.header ?? 'authorization')
  if (scheme !== undefined && !/^[\w!#$%&'*+.^`|~-]+$/.test(scheme)) {
    invalidOption('tokenHeader', 'scheme must be one word, such as "Bearer"')
  }
  const tokens = checkSecrets(secretOption, options.token)
  const retired = options.retired === undefined ? [] : checkSecrets(retiredBeside(secretOption), options.retired)
  const placeOf = secretPlace(tokens)
  const prefix = scheme === undefined ? '' : `${scheme} `
  return {
    verify(delivery) {
      const value = singleHeader(delivery, header)
      if (value.slice(0, prefix.length).toLowerCase() !== prefix.toLowerCase()) {
        throw new DeliveryError(
          'AUTH_HEADER_MALFORMED',
          `the ${header} header is not "${scheme}", one space and a token`,
        )
      }
      const place = placeOf(value.slice(prefix.length))
      if (place === -1) {
        throw mismatch(`the token in the ${header} header is not the configured one`)
      }
      if (tokens.length > 1) noteSecret(delivery, place)
      return true
    },
    explain: (delivery) => explainToken({ header, scheme, tokens, retired }, delivery),
    sign: () => ({ [header]: prefix + tokens[0]! }),
  }
}
