/** Converts a secret, as a provider shows it, to the bytes of the key. */
import { noteSecret } from '../lib/matched-secret.js'
import { ConfigurationError } from '../errors.js'
import { invalidOption } from '../lib/invalid-option.js'
import { checkSecrets, type Secret } from './secrets.js'

/**
 * Conversion of a secret to a key:
 *
 * - `text`: its UTF-8 bytes
 * - `hex`, `base64`: the decoded bytes
 * - `whsec`: the bytes decoded from the base64 after `whsec_` (Standard Webhooks)
 */
export type KeyEncoding = 'text' | 'hex' | 'base64' | 'whsec'

/** A shorter key can be guessed from one signature. */
const MIN_BYTES = 16

const HEX = /^(?:[0-9a-f]{2})+$/i
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

/**
 * Checks secrets and returns their keys.
 *
 * @param encoding several if the text of a secret does not show its encoding: every encoding that can read it gives a
 * key
 * @throws ConfigurationError `CONFIG_SECRET_*`. The message names the option and never the value.
 */
export function keysOf(
  option: string,
  secret: Secret,
  encoding: KeyEncoding | readonly KeyEncoding[],
): readonly Buffer[] {
  const encodings = [encoding].flat()
  if (encodings.length === 0) invalidOption(option, 'key must have at least one way to read it')
  const secrets = checkSecrets(option, secret)
  return secrets.flatMap((text, place) => {
    const keys = readingsOf(option, text, encodings)
    if (secrets.length > 1) for (const key of keys) places.set(key, place)
    return keys
  })
}

/** The place of a key's secret in the list, if there are several secrets. */
const places = new WeakMap<Buffer, number>()

/** Stores which of several secrets signed the delivery. */
export function noteKey(delivery: object, key: Buffer | null): void {
  const place = key === null ? undefined : places.get(key)
  if (place !== undefined) noteSecret(delivery, place)
}

/** @throws ConfigurationError of the first encoding, if none can read the text */
function readingsOf(option: string, text: string, encodings: readonly KeyEncoding[]): readonly Buffer[] {
  const keys: Buffer[] = []
  const faults: unknown[] = []
  for (const encoding of encodings) {
    try {
      keys.push(keyOf(option, text, encoding))
    } catch (fault) {
      faults.push(fault)
    }
  }
  if (keys.length === 0) throw faults[0]
  return keys
}

function keyOf(option: string, text: string, encoding: KeyEncoding): Buffer {
  const key = decodeKey(option, text, encoding)
  if (key.length >= MIN_BYTES || encoding === 'text') return key
  throw new ConfigurationError(
    'CONFIG_SECRET_SHORT',
    `${option} decodes to ${key.length} bytes, fewer than ${MIN_BYTES}`,
  )
}

function decodeKey(option: string, text: string, encoding: KeyEncoding): Buffer {
  switch (encoding) {
    case 'text':
      return Buffer.from(text, 'utf8')
    case 'hex':
      if (HEX.test(text)) return Buffer.from(text, 'hex')
      throw malformed(option, 'hex digits, two for each byte')
    case 'base64':
      return decodeBase64(option, text)
    case 'whsec':
      if (/^v1a?,/.test(text)) throw malformed(option, 'the secret only: remove the version before it')
      return decodeBase64(option, text.replace(/^whsec_/, ''))
  }
}

/** Node's own decoder accepts any text. Every genuine delivery would then be refused later. */
function decodeBase64(option: string, text: string): Buffer {
  if (BASE64.test(text)) return Buffer.from(text, 'base64')
  throw malformed(option, 'base64 in its standard alphabet, as the provider shows it')
}

function malformed(option: string, wanted: string): ConfigurationError {
  return new ConfigurationError('CONFIG_SECRET_MALFORMED', `${option} must be ${wanted}`)
}
