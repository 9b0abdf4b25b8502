/** From a secret as a provider displays it to the bytes that sign: with the wrong bytes, every genuine delivery is refused. */
import { describe, expect, test } from '@jest/globals'
import { keysOf, type KeyEncoding } from '../../src/crypto/keys.js'

const KEY = Buffer.from('00ff1e2d3c4b5a69788796a5b4c3d2e1f0', 'hex')

const faultOf = (secret: unknown, encoding: KeyEncoding) => {
  try {
    keysOf('secret', secret as string, encoding)
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`
  }
  return 'it was accepted'
}

test.each<[KeyEncoding, string, Buffer]>([
  ['text', 'k9Qz3vT7-Lw0xRé', Buffer.from('k9Qz3vT7-Lw0xRé', 'utf8')],
  ['text', KEY.toString('hex'), Buffer.from(KEY.toString('hex'))],
  ['hex', KEY.toString('hex'), KEY],
  ['hex', KEY.toString('hex').toUpperCase(), KEY],
  ['base64', KEY.toString('base64'), KEY],
  ['base64', KEY.toString('base64').replace(/=+$/, ''), KEY],
  ['whsec', `whsec_${KEY.toString('base64')}`, KEY],
  ['whsec', KEY.toString('base64'), KEY],
])('a key in %s: %s', (encoding, secret, bytes) => {
  expect(keysOf('secret', secret, encoding)).toEqual([bytes])
  expect(keysOf('secret', [secret, secret], encoding)).toEqual([bytes, bytes])
  expect(keysOf('secret', { value: secret, unchecked: true }, encoding)).toEqual([bytes])
})

describe('what is no such key is refused when the provider is made, and not with every delivery', () => {
  test.each<[KeyEncoding, string, string]>([
    ['hex', `${KEY.toString('hex')}0`, 'secret must be hex digits, two for each byte'],
    ['hex', `${KEY.toString('hex').slice(0, -1)}g`, 'secret must be hex digits'],
    ['hex', `0x${KEY.toString('hex')}`, 'secret must be hex digits'],
    ['hex', KEY.toString('base64'), 'secret must be hex digits'],
    ['base64', 'no-base64_of-the-standard-alphabet', 'secret must be base64 in its standard alphabet'],
    ['base64', `${KEY.toString('base64')}=`, 'secret must be base64'],
    ['base64', `${KEY.toString('base64').slice(0, 10)} ${KEY.toString('base64').slice(10)}`, 'secret must be base64'],
    ['base64', `whsec_${KEY.toString('base64')}`, 'secret must be base64'],
    ['whsec', `whsec_${KEY.toString('base64')}!`, 'secret must be base64'],
    ['whsec', `v1,whsec_${KEY.toString('base64')}`, 'secret must be the secret only: remove the version'],
    ['whsec', `v1a,${KEY.toString('base64')}`, 'secret must be the secret only'],
  ])('in %s: %s', (encoding, secret, message) => {
    expect(faultOf(secret, encoding)).toContain(`CONFIG_SECRET_MALFORMED: ${message}`)
    expect(faultOf(secret, encoding)).not.toContain(secret)
  })
})

test('a key is as long as its bytes: 16 are enough, 15 are not', () => {
  const [enough, short] = [Buffer.from('f0e1d2c3b4a5968778695a4b3c2d1e0f', 'hex'), KEY.subarray(0, 15)]
  for (const encoding of ['hex', 'base64'] as const) {
    expect(keysOf('secret', enough.toString(encoding), encoding)).toEqual([enough])
    expect(faultOf(short.toString(encoding), encoding)).toContain(
      'CONFIG_SECRET_SHORT: secret decodes to 15 bytes, fewer than 16',
    )
  }
  expect(faultOf(`whsec_${short.toString('base64')}`, 'whsec')).toContain('CONFIG_SECRET_SHORT')
  expect(faultOf('whsec_', 'whsec')).toContain('CONFIG_SECRET')
})

test('what is wrong with one of several is named by its option', () => {
  expect(faultOf([KEY.toString('hex'), ''], 'hex')).toContain('CONFIG_SECRET_MISSING: secret[1] is missing')
})
