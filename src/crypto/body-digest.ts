/** Digests in the body that are made with a secret: MD5 of a text followed by the secret. Older than HMAC, and weaker. */
import { createHash } from 'node:crypto'
import type { BodyAuthentication } from '../authentication.js'
import { DeliveryError } from '../errors.js'
import { equalsAny } from './constant-time.js'
import { mismatch } from './mismatch.js'
import { checkSecrets, retiredBeside, type Secret } from './secrets.js'

/** Options of `bodyDigest`. */
export interface BodyDigestOptions {
  /** The member of the body that carries the digest, as 32 hex digits. */
  readonly field: string
  /** The digested text: one string for each way in which the sender may have written it. */
  readonly message: (body: Buffer) => readonly string[]
  readonly secret: Secret
  /** The option's name in error messages. @default 'secret' */
  readonly secretOption?: string | undefined
  /** Replaced secrets. They are never accepted, but the operator's explanation distinguishes them from forgeries. */
  readonly retired?: Secret | undefined
}

const DIGEST = /^[0-9a-f]{32}$/i

/**
 * Authenticates by a digest in the body, made of the message followed by a secret. An attacker who gets one of two
 * messages with equal MD5 digests signed can replace it with the other. Use this only for senders that offer nothing
 * else.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret
 */
export function bodyDigest(options: BodyDigestOptions): BodyAuthentication {
  const { field, message } = options
  const { secretOption = 'secret' } = options
  const secrets = checkSecrets(secretOption, options.secret)
  const retired = options.retired === undefined ? [] : checkSecrets(retiredBeside(secretOption), options.retired)
  const fits = (digest: Buffer, keys: readonly string[], body: Buffer): boolean => {
    const messages = message(body)
    return equalsAny(
      digest,
      keys.flatMap((key) => messages.map((text) => digestOf(text, key))),
    )
  }
  return {
    inBody: true,
    verify({ body }, content) {
      const found = fieldsOf(content)[field]
      if (typeof found !== 'string' || found === '') {
        throw new DeliveryError('AUTH_PROOF_MISSING', `the body has no ${field}`)
      }
      if (!DIGEST.test(found)) {
        throw new DeliveryError('AUTH_PROOF_MALFORMED', `the ${field} in the body is not 32 hex digits`)
      }
      if (!fits(Buffer.from(found, 'hex'), secrets, body)) throw mismatch()
      return true
    },
    explain({ body }, content) {
      const found = fieldsOf(content)[field]
      const isRetired = typeof found === 'string' && fits(Buffer.from(found, 'hex'), retired, body)
      return isRetired ? 'the signature was made with a retired secret: the sender does not have the new one yet' : null
    },
    sign(payload) {
      const unsigned = { ...fieldsOf(payload) }
      delete unsigned[field]
      const [text] = message(Buffer.from(JSON.stringify(unsigned), 'utf8'))
      // The field keeps its place: senders cut it out and keep the order of the rest.
      return { ...fieldsOf(payload), [field]: digestOf(text!, secrets[0]!).toString('hex') }
    },
    withoutProof: (content) => (field in fieldsOf(content) ? { ...fieldsOf(content), [field]: '' } : content),
  }
}

function digestOf(text: string, secret: string): Buffer {
  return createHash('md5').update(text).update(secret).digest()
}

function fieldsOf(content: unknown): Record<string, unknown> {
  return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : {}
}
