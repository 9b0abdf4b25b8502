/** How the text of a secret becomes the bytes that sign. */
import { describe, expect, test } from '@jest/globals'
import { keysOf, type KeyEncoding } from '../../src/crypto/keys.js'
import { signature } from '../../src/crypto/signature.js'
import { codeOf, delivery } from '../support/scheme-deliveries.js'

const BYTES = Buffer.from('kYQm0s7d2vC4xq1ZrT9bLw5nEo8HjUaG', 'base64')
const WHSEC = 'whsec_kYQm0s7d2vC4xq1ZrT9bLw5nEo8HjUaG'
/** No bytes are encoded by 41 characters. */
const TEXT = `whsec_${'Ab3'.repeat(13)}xy`

const keys = (secret: string | string[], encoding: KeyEncoding | KeyEncoding[]) => keysOf('secret', secret, encoding)

describe('one way to read a secret', () => {
  test.each<[KeyEncoding, string, Buffer]>([
    ['text', WHSEC, Buffer.from(WHSEC)],
    ['whsec', WHSEC, BYTES],
    ['whsec', WHSEC.slice('whsec_'.length), BYTES],
    ['base64', BYTES.toString('base64'), BYTES],
    ['hex', BYTES.toString('hex').toUpperCase(), BYTES],
  ])('%s', (encoding, secret, key) => {
    expect(keys(secret, encoding)).toEqual([key])
  })

  test('padding may be missing', () => {
    const padded = Buffer.from(BYTES.subarray(0, 22)).toString('base64')
    expect(padded).toMatch(/==$/)
    expect(keys(`whsec_${padded.replaceAll('=', '')}`, 'whsec')).toEqual(keys(`whsec_${padded}`, 'whsec'))
  })

  test.each<[KeyEncoding, string, string, RegExp]>([
    ['whsec', `v1,${WHSEC}`, 'CONFIG_SECRET_MALFORMED', /remove the version before it/],
    ['whsec', TEXT, 'CONFIG_SECRET_MALFORMED', /base64 in its standard alphabet/],
    ['whsec', `whsec_${'ab-_'.repeat(8)}`, 'CONFIG_SECRET_MALFORMED', /base64 in its standard alphabet/],
    ['whsec', 'whsec_YWJjZGVmZ2hpams', 'CONFIG_SECRET_SHORT', /decodes to 11 bytes/],
    ['hex', `${BYTES.toString('hex')}0`, 'CONFIG_SECRET_MALFORMED', /hex digits/],
  ])('%s, %s', (encoding, secret, code, message) => {
    const fault = { code, message: expect.stringMatching(message) }
    expect(() => keys(secret, encoding)).toThrow(expect.objectContaining(fault))
    expect(() => keys(secret, encoding)).not.toThrow(
      expect.objectContaining({ message: expect.stringContaining(secret) }),
    )
  })
})

describe('several ways to read a secret whose text does not tell', () => {
  test('are each a key, in the order that they are named', () => {
    expect(keys(WHSEC, ['whsec', 'text'])).toEqual([BYTES, Buffer.from(WHSEC)])
    expect(keys([WHSEC, TEXT], ['whsec', 'text'])).toEqual([BYTES, Buffer.from(WHSEC), Buffer.from(TEXT)])
  })

  test('by none of which it can be read: the fault is that of the first', () => {
    expect(() => keys(TEXT, ['whsec', 'hex'])).toThrow(/base64/)
    expect(() => keys(TEXT, [])).toThrow(/at least one way/)
  })

  test('a delivery that was signed in either way is accepted', () => {
    const scheme = (key: KeyEncoding | KeyEncoding[]) => signature({ header: 'x-signature', secret: WHSEC, key })
    const both = scheme(['whsec', 'text'])
    const verdicts = [scheme('whsec'), scheme('text')].map(({ sign }) =>
      codeOf(() => both.verify(delivery(sign(Buffer.from('{}')), '{}'))),
    )
    expect(verdicts).toEqual(['accepted', 'accepted'])
    expect(both.sign(Buffer.from('{}'))).toEqual(scheme('whsec').sign(Buffer.from('{}')))
    const hex = signature({ header: 'x-signature', secret: BYTES.toString('hex'), key: 'text' })
    expect(codeOf(() => both.verify(delivery(hex.sign(Buffer.from('{}')), '{}')))).toContain('AUTH_MISMATCH')
  })
})
