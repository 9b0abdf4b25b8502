/** Digests as providers write them, read strictly: Node's own decoders stop silently, or skip invalid characters. */

export type DigestEncoding = 'hex' | 'base64'

export type Algorithm = 'sha1' | 'sha256' | 'sha384' | 'sha512'

export const DIGEST_BYTES: Readonly<Record<Algorithm, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 }

/** The bytes of a digest, or null if the text is not exactly one: hex in either case, base64 in canonical form. */
export function readDigest(text: string, encoding: DigestEncoding, algorithm: Algorithm): Buffer | null {
  const bytes = DIGEST_BYTES[algorithm]
  if (encoding === 'hex') {
    return text.length === 2 * bytes && /^[0-9a-f]+$/i.test(text) ? Buffer.from(text, 'hex') : null
  }
  if (text.length !== 4 * Math.ceil(bytes / 3)) return null
  const digest = Buffer.from(text, 'base64')
  return digest.length === bytes && digest.toString('base64') === text ? digest : null
}

/** Describes the expected format of a digest, for messages. */
export function describeDigest(encoding: DigestEncoding, algorithm: Algorithm): string {
  const bytes = DIGEST_BYTES[algorithm]
  return encoding === 'hex' ? `${2 * bytes} hex digits` : `${4 * Math.ceil(bytes / 3)} characters of base64`
}
