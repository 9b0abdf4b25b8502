/**
 * Why a signature did not fit, as far as trying can tell: a fault of the deployment, in words for its operator. Never
 * part of an answer, and never with anything in it that was secret.
 */
import { createHash } from 'node:crypto'
import type { Delivery } from '../delivery.js'
import { bodyVariants } from './body-variants.js'
import { equalsAny } from './constant-time.js'
import { DIGEST_BYTES, describeDigest, readDigest, type Algorithm, type DigestEncoding } from './digest-text.js'
import { allHeaders, headerValues, withoutPrefix } from './header.js'
import { fitsAny, type Message } from './mac.js'

export interface SignatureScheme {
  readonly header: string
  readonly prefix: string
  readonly prefixOptional: boolean
  readonly separator: string | undefined
  readonly algorithm: Algorithm
  readonly encoding: DigestEncoding
  readonly keys: readonly Buffer[]
  /** Secrets that are accepted no more. */
  readonly retired: readonly Buffer[]
  /** What the digest covers: one message for each address the provider may have been given. */
  readonly messages: (body: Buffer) => readonly Message[]
}

type Fits = (digests: readonly Buffer[], keys?: readonly Buffer[], body?: Buffer, algorithm?: Algorithm) => boolean

/** Null when nothing that was tried fits. */
export function explainSignature(scheme: SignatureScheme, delivery: Delivery): string | null {
  const { body } = delivery
  const { keys, retired, messages, header, prefix, encoding, algorithm } = scheme
  const fits: Fits = (digests, withKeys = keys, over = body, by = algorithm) =>
    fitsAny(by, digests, withKeys, messages(over))
  const values = headerValues(delivery, header)
  if (values.length === 0) return inAnotherHeader(scheme, delivery, fits)
  const digests = values.flatMap((value) => digestsIn(value, scheme.separator))
  if (digests.length === 0) return null
  if (fits(digests)) {
    const wanted = `${prefix}<${describeDigest(encoding, algorithm)}>`
    return isWritten(values, scheme) ? null : `the signature is right, but not written as ${wanted}`
  }
  if (fits(digests, retired)) return 'the signature was made with a retired secret: the sender has not got the new one'
  const secret = secretVariants(keys).find(({ key }) => fits(digests, [key]))
  if (secret !== undefined) return `the signature was made with ${secret.what}`
  const others = (Object.keys(DIGEST_BYTES) as Algorithm[]).filter((other) => other !== algorithm)
  const other = others.find((one) => fits(digests, keys, body, one))
  if (other !== undefined) return `the signature is an HMAC with ${other}, not with ${algorithm}`
  if (digests.some((digest) => equalsAny(digest, [createHash('sha256').update(body).digest()]))) {
    return 'the signature is a plain SHA-256 of the body, which anybody can make: the sender uses no secret'
  }
  const variant = bodyVariants(body).find((one) => fits(digests, keys, one.body))
  return variant === undefined ? null : `the signature fits ${variant.what}`
}

/** True when the fault is in another part, such as the time stamp. */
function isWritten(values: readonly string[], scheme: SignatureScheme): boolean {
  const { prefix, prefixOptional, separator, encoding, algorithm } = scheme
  const entries = values.flatMap((value) => (separator === undefined ? [value] : value.split(separator)))
  return entries.some((entry) => {
    const text = withoutPrefix(entry.trim(), prefix, prefixOptional)
    return text !== null && readDigest(text, encoding, algorithm) !== null
  })
}

function inAnotherHeader({ header, separator }: SignatureScheme, delivery: Delivery, fits: Fits): string | null {
  for (const [name, value] of allHeaders(delivery)) {
    if (name === header) continue
    const digests = digestsIn(value, separator)
    if (digests.length > 0 && fits(digests)) return `the right signature came in the header ${name}, not in ${header}`
  }
  return null
}

/** A copy from one place to another does such things to a secret. */
function secretVariants(keys: readonly Buffer[]): { what: string; key: Buffer }[] {
  return keys.flatMap((key) => {
    const text = key.toString('utf8')
    const pasted = ['\n', '\r\n', ' '].map((end) => ({
      what: 'the secret and white space behind it: it was pasted with that at the sender',
      key: Buffer.concat([key, Buffer.from(end)]),
    }))
    return [
      ...pasted,
      { what: 'the secret read as hex: this scheme takes it as text', key: Buffer.from(text, 'hex') },
      { what: 'the secret read as base64: this scheme takes it as text', key: Buffer.from(text, 'base64') },
      { what: 'the secret read as text: this scheme decodes it as base64', key: Buffer.from(key.toString('base64')) },
      { what: 'the secret read as text: this scheme decodes it as hex', key: Buffer.from(key.toString('hex')) },
      {
        what: 'the secret read as text, with its whsec_ in front: this scheme decodes what is behind it',
        key: Buffer.from(`whsec_${key.toString('base64')}`),
      },
    ].filter((variant) => variant.key.length > 0)
  })
}

/** A sender has a few; a forger may send thousands, and each is tried in many ways. */
const MAX_TRIED = 4

/** Digests in any of the ways they may be written. */
function digestsIn(value: string, separator: string | undefined): readonly Buffer[] {
  const entries = separator === undefined ? [value] : value.split(separator)
  return entries
    .slice(0, MAX_TRIED)
    .map(decode)
    .filter((digest) => digest !== null)
}

function decode(value: string): Buffer | null {
  const text = value.trim().replace(/^[a-z0-9-]{1,12}[=,](?=.)/i, '')
  if (/^(?:[0-9a-f]{2}){16,64}$/i.test(text)) return Buffer.from(text, 'hex')
  return /^[a-z0-9+/_-]{20,90}={0,2}$/i.test(text) ? Buffer.from(text, 'base64') : null
}
