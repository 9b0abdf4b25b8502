/** Signatures in a header: an HMAC over the body and other parts of the request. */
import type { HeaderAuthentication } from '../authentication.js'
import { invalidOption } from '../lib/invalid-option.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { DIGEST_BYTES, describeDigest, readDigest, type Algorithm, type DigestEncoding } from './digest-text.js'
import { explainDigest } from './explain-digest.js'
import { explainSignature } from './explain-signature.js'
import { HEADER_PROOF_OPTIONS, type HeaderProofOptions } from './header-proof-options.js'
import { headerProof } from './header-proof.js'
import { keysOf, noteKey, type KeyEncoding } from './keys.js'
import { fittingKey, hmac, type Message } from './mac.js'
import { retiredBeside, type Secret } from './secrets.js'

/** Options of `signature`. */
export interface SignatureOptions extends HeaderProofOptions {
  readonly secret: Secret
  /** The option's name in error messages. @default 'secret' */
  readonly secretOption?: string | undefined
  /** Replaced secrets. They are never accepted, but the operator's explanation distinguishes them from forgeries. */
  readonly retired?: Secret | undefined
  /** @default 'sha256' */
  readonly algorithm?: Algorithm | undefined
  /** Format of the digest: hex in either case, base64 with its padding. @default 'hex' */
  readonly encoding?: DigestEncoding | undefined
  /**
   * Conversion of a secret to a key; several if its text does not show the encoding. The first one that can read the
   * secret is used for signing. @default 'text'
   */
  readonly key?: KeyEncoding | readonly KeyEncoding[] | undefined
}

export const SIGNATURE_OPTIONS: readonly string[] = [
  ...HEADER_PROOF_OPTIONS,
  'secret',
  'secretOption',
  'retired',
  'algorithm',
  'encoding',
  'key',
]

/**
 * Authenticates by a header with an HMAC of the message. The message may have any parts.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret, `CONFIG_OPTION_INVALID`, `CONFIG_OPTION_UNKNOWN`
 * @example
 * ```ts
 * import { signature } from 'express-payment-webhooks'
 *
 * const authentication = signature({
 *   header: 'x-acme-signature',
 *   secret: process.env.ACME_SECRET,
 *   encoding: 'base64',
 *   id: 'x-acme-id',
 *   // For a provider that signs each retry anew; otherwise null.
 *   timestamp: { header: 'x-acme-timestamp', toleranceSeconds: 300 },
 *   message: ({ id, timestamp, body }) => [id, '.', timestamp, '.', body],
 * })
 * ```
 */
export function signature(options: SignatureOptions): HeaderAuthentication {
  rejectUnknown('signature', options, SIGNATURE_OPTIONS)
  const { algorithm = 'sha256', encoding = 'hex', key = 'text' } = options
  const { prefix = '', prefixOptional = false, separator, repeatable = false } = options
  if (!Object.hasOwn(DIGEST_BYTES, algorithm)) {
    invalidOption('signature', `algorithm must be one of ${Object.keys(DIGEST_BYTES).join(', ')}`)
  }
  if (encoding !== 'hex' && encoding !== 'base64') invalidOption('signature', "encoding must be 'hex' or 'base64'")
  const { secretOption = 'secret' } = options
  const keys = keysOf(secretOption, options.secret, key)
  const retired = options.retired === undefined ? [] : keysOf(retiredBeside(secretOption), options.retired, key)
  const scheme = {
    read: (text: string) => readDigest(text, encoding, algorithm),
    looks: describeDigest(encoding, algorithm),
    fits(digests: readonly Buffer[], messages: readonly Message[], delivery?: object): boolean {
      const key = fittingKey(algorithm, digests, keys, messages)
      if (delivery !== undefined) noteKey(delivery, key)
      return key !== null
    },
  }
  const { header, signedHeaders, verify, sign, messages } = headerProof('signature', options, {
    ...scheme,
    sign: (message) => hmac(algorithm, keys[0]!, message).toString(encoding),
  })
  return {
    signedHeaders,
    verify,
    sign,
    explain: (delivery) =>
      explainSignature(
        {
          ...scheme,
          ...{ header, prefix, prefixOptional, separator, repeatable },
          messages: (body) => messages(delivery, body),
          otherwise: (digests, covered) => explainDigest({ algorithm, keys, retired }, digests, covered),
        },
        delivery,
      ),
  }
}
