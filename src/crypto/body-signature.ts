/** Signatures inside the body: an HMAC over some of its fields. */
import type { BodyAuthentication } from '../authentication.js'
import type { Delivery } from '../delivery.js'
import { DeliveryError } from '../errors.js'
import { invalidOption } from '../lib/invalid-option.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { DIGEST_BYTES, describeDigest, readDigest, type Algorithm, type DigestEncoding } from './digest-text.js'
import { explainDigest } from './explain-digest.js'
import { decodeLoosely } from './explain-signature.js'
import { keysOf, noteKey, type KeyEncoding } from './keys.js'
import { fitsAny, fittingKey, hmac, type Message } from './mac.js'
import { mismatch } from './mismatch.js'
import { retiredBeside, type Secret } from './secrets.js'

/** Options of `bodySignature`. `content` is the parsed body: strict, within bounds, and not proven yet. */
export interface BodySignatureOptions {
  /** Reads the signature. Any value except a string counts as missing. */
  readonly read: (content: unknown) => unknown
  /** Returns the same content with another signature in it: a genuine one for signing, or an empty one for keeping. */
  readonly write: (content: unknown, signature: string) => unknown
  /** The signed parts, in order. The rest of the body is not proven and must decide nothing. */
  readonly message: (content: unknown) => Message
  readonly secret: Secret
  /** The option's name in error messages. @default 'secret' */
  readonly secretOption?: string | undefined
  /** @default 'sha256' */
  readonly algorithm?: Algorithm | undefined
  /** Format of the digest. @default 'hex' */
  readonly encoding?: DigestEncoding | undefined
  /** Conversion of a secret to a key. @default 'text' */
  readonly key?: KeyEncoding | undefined
  /** Replaced secrets. They are never accepted, but the operator's explanation distinguishes them from forgeries. */
  readonly retired?: Secret | undefined
}

/** Verifies synchronously, so that a provider can combine several. */
export interface BodySignature extends BodyAuthentication {
  verify(delivery: Delivery, content: unknown): true
}

const NAMES = ['read', 'write', 'message', 'secret', 'secretOption', 'algorithm', 'encoding', 'key', 'retired']

/**
 * Authenticates by an HMAC in the body itself. The body is parsed strictly and within its limits before that, and
 * nothing else reads it.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret, `CONFIG_OPTION_INVALID`, `CONFIG_OPTION_UNKNOWN`
 * @example
 * ```ts
 * import { bodySignature } from 'express-payment-webhooks'
 *
 * const authentication = bodySignature({
 *   secret: process.env.ACME_SECRET,
 *   read: (content) => (content as { sign?: unknown }).sign,
 *   write: (content, sign) => ({ ...(content as object), sign }),
 *   message: (content) => [String((content as { id?: unknown }).id)],
 * })
 * ```
 */
export function bodySignature(options: BodySignatureOptions): BodySignature {
  rejectUnknown('bodySignature', options, NAMES)
  const { read, write, message, secretOption = 'secret' } = options
  const { algorithm = 'sha256', encoding = 'hex', key = 'text' } = options
  if (!Object.hasOwn(DIGEST_BYTES, algorithm)) {
    invalidOption('bodySignature', `algorithm must be one of ${Object.keys(DIGEST_BYTES).join(', ')}`)
  }
  if (encoding !== 'hex' && encoding !== 'base64') invalidOption('bodySignature', "encoding must be 'hex' or 'base64'")
  for (const [option, value] of Object.entries({ read, write, message })) {
    if (typeof value !== 'function') invalidOption('bodySignature', `${option} must be a function`)
  }
  const keys = keysOf(secretOption, options.secret, key)
  const retired = options.retired === undefined ? [] : keysOf(retiredBeside(secretOption), options.retired, key)
  return {
    inBody: true,
    verify(delivery, content) {
      const found = readSafely(() => read(content))
      if (typeof found !== 'string' || found === '') {
        throw new DeliveryError('AUTH_PROOF_MISSING', 'the body has no signature')
      }
      const digest = readDigest(found, encoding, algorithm)
      if (digest === null) {
        throw new DeliveryError(
          'AUTH_PROOF_MALFORMED',
          `the signature in the body is not ${describeDigest(encoding, algorithm)}`,
        )
      }
      const parts = readSafely(() => message(content))
      const fitting = parts === undefined ? null : fittingKey(algorithm, [digest], keys, [parts])
      if (fitting === null) throw mismatch()
      noteKey(delivery, fitting)
      return true
    },
    explain(_delivery, content) {
      const digest = decodeLoosely(String(read(content)))
      if (digest === null) return null
      const parts = message(content)
      if (fitsAny(algorithm, [digest], keys, [parts])) {
        return `the signature is right, but not written as ${describeDigest(encoding, algorithm)}`
      }
      return explainDigest({ algorithm, keys, retired }, [digest], [parts])
    },
    sign: (payload) => write(payload, hmac(algorithm, keys[0]!, message(payload)).toString(encoding)),
    withoutProof: (content) => write(content, ''),
  }
}

/** The shape of the content is not validated yet, so reading may throw. A missing field is no advantage to a forger. */
function readSafely<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof DeliveryError) throw error
    return undefined
  }
}
