/**
 * Why a signature did not fit, as far as trying can tell: what is wrong with a deployment, in words for its operator.
 * Never part of an answer, and never with anything in it that was secret.
 */
import { createHash, createHmac } from 'node:crypto'
import type { Delivery } from '../delivery.js'
import { bodyVariants } from './body-variants.js'
import { equalsAny } from './constant-time.js'
import { allHeaders, headerValues } from './header.js'

export interface SignatureScheme {
  readonly header: string
  readonly prefix: string
  readonly keys: readonly Buffer[]
  /** Secrets that are accepted no more. */
  readonly retired: readonly Buffer[]
  /** What the digest covers, in turn. */
  readonly message: (body: Buffer) => readonly (Buffer | string)[]
}

/** Null when nothing that was tried fits. */
export function explainSignature(scheme: SignatureScheme, delivery: Delivery): string | null {
  const { body } = delivery
  const [value, ...others] = headerValues(delivery, scheme.header)
  const digest = value === undefined || others.length > 0 ? null : decode(value)
  const fits = (actual: Buffer, keys: readonly Buffer[], message = body, algorithm = 'sha256') =>
    equalsAny(
      actual,
      keys.map((key) => macOf(algorithm, key, scheme.message(message))),
    )
  if (digest === null) return inAnotherHeader(scheme, delivery, (actual) => fits(actual, scheme.keys))
  if (fits(digest, scheme.keys)) return `the signature is right, but not written as ${scheme.prefix}<64 hex digits>`
  if (fits(digest, scheme.retired))
    return 'the signature was made with a retired secret: the sender has not got the new one'
  const secret = secretVariants(scheme.keys).find(({ key }) => fits(digest, [key]))
  if (secret !== undefined) return `the signature was made with ${secret.what}`
  const algorithm = ['sha1', 'sha384', 'sha512'].find((name) => fits(digest, scheme.keys, body, name))
  if (algorithm !== undefined) return `the signature is an HMAC with ${algorithm}, not with sha256`
  if (equalsAny(digest, [createHash('sha256').update(body).digest()])) {
    return 'the signature is a plain SHA-256 of the body, which anybody can make: the sender uses no secret'
  }
  const variant = bodyVariants(body).find((one) => fits(digest, scheme.keys, one.body))
  return variant === undefined ? null : `the signature fits ${variant.what}`
}

function inAnotherHeader(
  scheme: SignatureScheme,
  delivery: Delivery,
  fits: (digest: Buffer) => boolean,
): string | null {
  for (const [name, value] of allHeaders(delivery)) {
    const digest = name === scheme.header ? null : decode(value)
    if (digest !== null && fits(digest))
      return `the right signature came in the header ${name}, not in ${scheme.header}`
  }
  return null
}

/** What copying a secret from one place to another does to it. */
function secretVariants(keys: readonly Buffer[]): { what: string; key: Buffer }[] {
  return keys.flatMap((key) => {
    const text = key.toString('utf8')
    const pasted = ['\n', '\r\n', ' '].map((end) => ({
      what: 'the secret and white space behind it: it was pasted with that at the sender',
      key: Buffer.from(text + end),
    }))
    return [
      ...pasted,
      { what: 'the secret read as hex: this scheme takes it as text', key: Buffer.from(text, 'hex') },
      { what: 'the secret read as base64: this scheme takes it as text', key: Buffer.from(text, 'base64') },
    ].filter((variant) => variant.key.length > 0)
  })
}

/** A digest in any of the ways it may be written, or null. */
function decode(value: string): Buffer | null {
  const text = value.trim().replace(/^[a-z0-9-]{1,12}=(?=.)/i, '')
  if (/^(?:[0-9a-f]{2}){16,64}$/i.test(text)) return Buffer.from(text, 'hex')
  return /^[a-z0-9+/_-]{20,90}={0,2}$/i.test(text) ? Buffer.from(text, 'base64') : null
}

function macOf(algorithm: string, key: Buffer, message: readonly (Buffer | string)[]): Buffer {
  const mac = createHmac(algorithm, key)
  for (const part of message) mac.update(part)
  return mac.digest()
}
