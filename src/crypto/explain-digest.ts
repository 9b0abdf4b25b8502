/** Explains why an HMAC did not match: a changed secret, or another algorithm. For the operator only. */
import { createHash } from 'node:crypto'
import { equalsAny } from './constant-time.js'
import { DIGEST_BYTES, type Algorithm } from './digest-text.js'
import { fitsAny, type Message } from './mac.js'

export interface DigestScheme {
  readonly algorithm: Algorithm
  readonly keys: readonly Buffer[]
  /** Secrets that are no longer accepted. */
  readonly retired: readonly Buffer[]
}

/** Null if nothing that was tried matches. */
export function explainDigest(
  { algorithm, keys, retired }: DigestScheme,
  digests: readonly Buffer[],
  messages: readonly Message[],
): string | null {
  if (fitsAny(algorithm, digests, retired, messages)) {
    return 'the signature was made with a retired secret: the sender does not have the new one yet'
  }
  const secret = secretVariants(keys).find(({ key }) => fitsAny(algorithm, digests, [key], messages))
  if (secret !== undefined) return `the signature was made with ${secret.what}`
  const others = (Object.keys(DIGEST_BYTES) as Algorithm[]).filter((one) => one !== algorithm)
  const other = others.find((one) => fitsAny(one, digests, keys, messages))
  if (other !== undefined) return `the signature is an HMAC with ${other}, not with ${algorithm}`
  const plain = messages.map(plainDigest)
  if (digests.some((digest) => equalsAny(digest, plain))) {
    return 'the signature is a plain SHA-256 of the body, which anybody can make: the sender uses no secret'
  }
  return null
}

function plainDigest(message: Message): Buffer {
  const hash = createHash('sha256')
  for (const part of message) hash.update(part)
  return hash.digest()
}

/** Typical changes to a secret when it is copied from one place to another. */
function secretVariants(keys: readonly Buffer[]): { what: string; key: Buffer }[] {
  return keys.flatMap((key) => {
    const text = key.toString('utf8')
    const pasted = ['\n', '\r\n', ' '].map((end) => ({
      what: "the secret followed by white space: the sender's copy contains it",
      key: Buffer.concat([key, Buffer.from(end)]),
    }))
    return [
      ...pasted,
      { what: 'the secret read as hex: this scheme takes it as text', key: Buffer.from(text, 'hex') },
      { what: 'the secret read as base64: this scheme takes it as text', key: Buffer.from(text, 'base64') },
      { what: 'the secret read as text: this scheme decodes it as base64', key: Buffer.from(key.toString('base64')) },
      { what: 'the secret read as text: this scheme decodes it as hex', key: Buffer.from(key.toString('hex')) },
      {
        what: 'the secret read as text, including whsec_: this scheme decodes the part after it',
        key: Buffer.from(`whsec_${key.toString('base64')}`),
      },
    ].filter((variant) => variant.key.length > 0)
  })
}
