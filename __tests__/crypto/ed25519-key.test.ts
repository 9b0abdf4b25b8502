/** Public keys as Standard Webhooks writes them. */
import { describe, expect, test } from '@jest/globals'
import { generateKeyPairSync } from 'node:crypto'
import { ed25519PublicKey } from '../../src/crypto/ed25519-key.js'

/** RFC 8032, section 7.1, test 1. */
const BYTES = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex')
const TEXT = `whpk_${BYTES.toString('base64')}`

test.each([TEXT, TEXT.slice(0, -1)])('%s', (text) => {
  const { x } = ed25519PublicKey('publicKey', text).export({ format: 'jwk' })
  expect(Buffer.from(x!, 'base64url')).toEqual(BYTES)
})

describe('is refused, and not shown', () => {
  const pem = generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }).toString()

  test.each([
    ['nothing', undefined, /is its environment variable set/],
    ['a text without its prefix', TEXT.slice('whpk_'.length), /whpk_ and 32 bytes/],
    ['a byte less', `whpk_${BYTES.subarray(1).toString('base64')}`, /32 bytes/],
    ['another alphabet', TEXT.replace('/', '_').replace('+', '-').replace('11', '--'), /32 bytes/],
    ['another form', pem, /32 bytes/],
    ['bits that belong to no byte', `${TEXT.slice(0, -2)}p=`, /32 bytes/],
    ['a shared secret', 'whsec_kYQm0s7d2vC4xq1ZrT9bLw5nEo8HjUaG', /32 bytes/],
    ['the private key', TEXT.replace('whpk', 'whsk'), /private key, which only the sender may have/],
  ])('%s', (_what, text, message) => {
    const fault = { code: 'CONFIG_OPTION_INVALID', message: expect.stringMatching(message) }
    expect(() => ed25519PublicKey('publicKey', text)).toThrow(expect.objectContaining(fault))
    if (text !== undefined) {
      const shown = { message: expect.stringContaining(text.slice(-12)) }
      expect(() => ed25519PublicKey('publicKey', text)).not.toThrow(expect.objectContaining(shown))
    }
  })
})
