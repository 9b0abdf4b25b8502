/** Unusable API keys stop the start of the application, with a fix that applies to the mistake. */
import { describe, expect, test } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { checkApiKey } from '../../src/crypto/api-key.js'
import { mollie } from '../../src/providers/mollie/index.js'

const thrownBy = (key: unknown) => {
  try {
    checkApiKey('acme: apiKey', key as string)
  } catch (error) {
    return error as { code: string; message: string }
  }
  throw new Error('it was accepted')
}

describe('a key of an API', () => {
  test('is answered as it is', () => {
    const key = randomBytes(16).toString('hex')
    expect(checkApiKey('acme: apiKey', key)).toBe(key)
  })

  test.each([
    [
      'live_abc',
      'CONFIG_SECRET_SHORT',
      'acme: apiKey has 8 bytes, fewer than any key that providers issue; copy all of it',
    ],
    [
      'your-api-key',
      'CONFIG_SECRET_PLACEHOLDER',
      'acme: apiKey looks like a placeholder; use the key from the provider',
    ],
    [undefined, 'CONFIG_SECRET_MISSING', 'acme: apiKey is missing or empty; is its environment variable set?'],
  ])('%j is refused: %s', (key, code, text) => {
    const { code: found, message } = thrownBy(key)
    expect([found, message.startsWith(`${text} (see `)]).toEqual([code, true])
  })

  test('cannot be insisted on, as a secret can: it would not be sent', () => {
    expect(thrownBy({ value: 'live_abc', unchecked: true }).code).toBe('CONFIG_SECRET_MISSING')
  })

  test('of Mollie says so too, and nothing of signatures', () => {
    expect(() => mollie({ apiKey: 'live_abc' })).toThrow(
      /^mollie: apiKey has 8 bytes, fewer than any key that providers issue/,
    )
  })
})
