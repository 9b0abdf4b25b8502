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

/** What `bodySignature` takes. `content` is the parsed body: strict, within bounds, and proven by nothing yet. */
export interface BodySignatureOptions {
  /** Reads the signature; anything but a text is none. */
  readonly read: (content: unknown) => unknown
  /** The same content with another signature in it: a genuine one to sign with, or an empty one to keep. */
  readonly write: (content: unknown, signature: string) => unknown
  /** What is signed, one part after another. What stands in no part is proven by nothing, and must decide nothing. */
  readonly message: (content: unknown) => Message
  readonly secret: Secret
  /** The option's name in error messages. @default 'secret' */
  readonly secretOption?: string | undefined
  /** @default 'sha256' */
  readonly algorithm?: Algorithm | undefined
  /** How the digest is written. @default 'hex' */
  readonly encoding?: DigestEncoding | undefined
  /** How a secret becomes a key. @default 'text' */
  readonly key?: KeyEncoding | undefined
  /** Secrets that were replaced: never accepted, but told apart from forgeries in what the operator is told. */
  readonly retired?: Secret | undefined
}

/** Decides at once, so that a provider can put several together. */
export interface BodySignature extends BodyAuthentication {
  verify(delivery: Delivery, content: unknown): true
}

const NAMES = ['read', 'write', 'message', 'secret', 'secretOption', 'algorithm', 'encoding', 'key', 'retired']

/**
 * Authenticates by an HMAC that stands in the body itself. The body is parsed strictly and within its limits before that,
 * and nothing else looks at it.
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
        throw new DeliveryError('AUTH_PROOF_MISSING', 'the body carries no signature')
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

/** Nothing is known of the content's shape yet, and a field that is not there makes no difference to a forger. */
function readSafely<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof DeliveryError) throw error
    return undefined
  }
}
