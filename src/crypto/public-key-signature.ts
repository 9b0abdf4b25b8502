/** Signatures in a header that are made with a private key and verified with the public key. */
import { createPrivateKey, createPublicKey, KeyObject, sign as signWith, verify as verifyWith } from 'node:crypto'
import type { HeaderAuthentication } from '../authentication.js'
import type { Delivery } from '../delivery.js'
import { isPromise, type Awaitable } from '../lib/awaitable.js'
import { invalidOption } from '../lib/invalid-option.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import type { DigestEncoding } from './digest-text.js'
import { explainSignature } from './explain-signature.js'
import { HEADER_PROOF_OPTIONS, type HeaderProofOptions } from './header-proof-options.js'
import { headerProof } from './header-proof.js'
import type { Message } from './mac.js'

/** Options of `publicKeySignature`. */
export interface PublicKeySignatureOptions extends HeaderProofOptions {
  /** `RSA-SHA256` is PKCS#1 v1.5. The algorithm is never taken from a request. */
  readonly algorithm: 'RSA-SHA256' | 'Ed25519'
  /** Format of the signature. @default 'base64' */
  readonly encoding?: DigestEncoding | undefined
  /**
   * The provider's public keys: PEM strings or key objects. Or a function that returns the keys for a delivery, as
   * `fetchedKeys` and `fetchedCertificates` make. It must choose only among keys that are configured or come from a
   * listed host.
   */
  readonly keys: string | KeyObject | readonly (string | KeyObject)[] | KeySource
  /**
   * The private key of the first public key: for tests and tools, which cannot sign without it. Refused if NODE_ENV is
   * production, because only the provider has the private key there.
   */
  readonly privateKey?: string | KeyObject | undefined
}

/** Returns the keys that may have signed a delivery. */
export type KeySource = (delivery: Delivery) => Awaitable<readonly KeyObject[]>

const NAMES = [...HEADER_PROOF_OPTIONS, 'algorithm', 'encoding', 'keys', 'privateKey']

const KEY_TYPES = { 'RSA-SHA256': 'rsa', Ed25519: 'ed25519' } as const

/** More than the signature of an RSA key of 8192 bits; no provider has such a key. */
const MAX_SIGNATURE_BYTES = 1024

/**
 * Authenticates by a header with an asymmetric signature of the message. The shop's configuration then contains no
 * secret: a reader of it cannot forge a delivery.
 *
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`, `CONFIG_OPTION_UNKNOWN`
 * @example
 * ```ts
 * import { publicKeySignature } from 'express-payment-webhooks/keys'
 *
 * const authentication = publicKeySignature({
 *   algorithm: 'RSA-SHA256',
 *   header: 'x-acme-signature',
 *   keys: process.env.ACME_PUBLIC_KEY ?? '',
 *   // For a provider that signs each retry anew; otherwise null.
 *   timestamp: { header: 'x-acme-timestamp', toleranceSeconds: 300 },
 *   message: ({ timestamp, body }) => [timestamp, '.', body],
 * })
 * ```
 */
export function publicKeySignature(options: PublicKeySignatureOptions): HeaderAuthentication {
  rejectUnknown('publicKeySignature', options, NAMES)
  const { algorithm, encoding = 'base64', prefix = '', prefixOptional = false, separator, repeatable = false } = options
  if (!Object.hasOwn(KEY_TYPES, algorithm)) {
    invalidOption('publicKeySignature', "algorithm must be 'RSA-SHA256' or 'Ed25519'")
  }
  if (encoding !== 'hex' && encoding !== 'base64') {
    invalidOption('publicKeySignature', "encoding must be 'hex' or 'base64'")
  }
  const keyType = KEY_TYPES[algorithm]
  const digest = algorithm === 'Ed25519' ? null : 'sha256'
  const source = keySource(options.keys, keyType)
  const privateKey = testKey(options.privateKey, keyType)
  /** Keys of deliveries that did not match: an explanation must not cause a fetch. */
  const tried = new WeakMap<Delivery, readonly KeyObject[]>()
  const matches = (keys: readonly KeyObject[], signatures: readonly Buffer[], messages: readonly Message[]) =>
    keys
      // A key of another type would be used with another algorithm.
      .filter(({ asymmetricKeyType }) => asymmetricKeyType === keyType)
      .some((key) =>
        messages.map(bytesOf).some((message) => signatures.some((one) => verifyWith(digest, message, key, one))),
      )
  const scheme = {
    read: (text: string) => readSignature(text, encoding),
    looks: `a signature in ${encoding}`,
  }
  const { header, signedHeaders, verify, sign, messages } = headerProof('publicKeySignature', options, {
    ...scheme,
    fits(signatures, covered, delivery) {
      const decide = (found: readonly KeyObject[]) => {
        const fit = matches(found, signatures, covered)
        if (!fit) tried.set(delivery, found)
        return fit
      }
      const keys = source(delivery)
      return isPromise(keys) ? keys.then(decide) : decide(keys)
    },
    sign(message) {
      if (privateKey !== undefined) return signWith(digest, bytesOf(message), privateKey).toString(encoding)
      throw new TypeError('publicKeySignature: pass privateKey to sign deliveries in tests and tools')
    },
  })
  return {
    signedHeaders,
    verify,
    sign,
    explain(delivery) {
      const keys = typeof options.keys === 'function' ? tried.get(delivery) : source(delivery)
      if (keys === undefined || isPromise(keys)) return null
      const fits = (signatures: readonly Buffer[], covered: readonly Message[]) => matches(keys, signatures, covered)
      const explained = { ...scheme, header, prefix, prefixOptional, separator, repeatable, fits }
      return explainSignature({ ...explained, messages: (body) => messages(delivery, body) }, delivery)
    },
  }
}

function keySource(keys: PublicKeySignatureOptions['keys'], keyType: string): KeySource {
  if (typeof keys === 'function') return keys
  const list = [keys].flat()
  if (list.length === 0) invalidOption('publicKeySignature', 'keys must be at least one public key')
  const read = list.map((key) => readKey(key, createPublicKey, keyType))
  return () => read
}

/** @throws ConfigurationError `CONFIG_OPTION_INVALID` in production */
function testKey(privateKey: PublicKeySignatureOptions['privateKey'], keyType: string): KeyObject | undefined {
  if (privateKey === undefined) return undefined
  if (process.env['NODE_ENV'] === 'production') {
    invalidOption('publicKeySignature', 'privateKey is for tests; leave it out if NODE_ENV is production')
  }
  return readKey(privateKey, createPrivateKey, keyType)
}

function readKey(key: unknown, make: (pem: string) => KeyObject, keyType: string): KeyObject {
  try {
    const read = key instanceof KeyObject ? key : make(String(key))
    if (read.asymmetricKeyType === keyType) return read
  } catch {
    // Refused below, because the library's own message may quote the key.
  }
  return invalidOption(
    'publicKeySignature',
    `each key must be a PEM text of ${keyType}; is its environment variable set?`,
  )
}

function readSignature(text: string, encoding: DigestEncoding): Buffer | null {
  if (text === '' || text.length > 2 * MAX_SIGNATURE_BYTES) return null
  const bytes = Buffer.from(text, encoding)
  return bytes.toString(encoding) === (encoding === 'hex' ? text.toLowerCase() : text) ? bytes : null
}

function bytesOf(message: Message): Buffer {
  return Buffer.concat(message.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part)))
}
