/** Ed25519 keys in the format of Standard Webhooks: 32 bytes in base64, after a prefix for the kind of key. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { ConfigurationError } from '../errors.js'

/** The bytes before the key in the usual form of a public key (RFC 8410, section 4). */
const SUBJECT_PUBLIC_KEY = Buffer.from('302a300506032b6570032100', 'hex')

const BYTES = 32

/**
 * Reads a public key.
 *
 * @param option the option's name, for messages
 * @param text `whpk_` and base64, with or without its padding
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`; the message never quotes the key, which may be a private one
 */
export function ed25519PublicKey(option: string, text: unknown): KeyObject {
  const [, spelt] = /^whpk_([A-Za-z0-9+/]{43})=?$/.exec(String(text)) ?? []
  const bytes = Buffer.from(spelt ?? '', 'base64')
  // The last of the 43 characters has two unused bits, so several spellings of one key exist. Only the canonical one is
  // accepted.
  if (bytes.length === BYTES && bytes.toString('base64') === `${spelt ?? ''}=`) {
    return createPublicKey({ key: Buffer.concat([SUBJECT_PUBLIC_KEY, bytes]), format: 'der', type: 'spki' })
  }
  throw new ConfigurationError(
    'CONFIG_OPTION_INVALID',
    String(text).startsWith('whsk_')
      ? `${option} is the sender's private key, which only the sender may have: ask for the public one, which begins with whpk_`
      : `${option} must be whpk_ and 32 bytes in base64; is its environment variable set?`,
  )
}
