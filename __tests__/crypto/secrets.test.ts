/** Which secrets stop an application, and which do not. */
import { describe, expect, test } from '@jest/globals'
import { checkRetired, checkSecrets } from '../../src/crypto/secrets.js'

const GOOD = 'k9Qz3vT7-Lw0xR5mB'

const faultOf = (secret: unknown, option = 'token') => {
  try {
    checkSecrets(option, secret as string)
  } catch (error) {
    return error as Error & { code: string }
  }
  throw new Error('it was accepted')
}

test.each([undefined, '', 42, null, {}])('%p is no secret', (secret) => {
  expect(faultOf(secret)).toMatchObject({
    code: 'CONFIG_SECRET_MISSING',
    message: expect.stringContaining('token is missing or empty; is its environment variable set?'),
  })
})

test('a list has at least one secret, and the one at fault is named by its place', () => {
  expect(faultOf([])).toMatchObject({
    code: 'CONFIG_SECRET_MISSING',
    message: expect.stringContaining('token is an empty list; give at least one secret'),
  })
  expect(faultOf([GOOD, '']).message).toContain('token[1] is missing')
  expect(faultOf([''], 'retired').message).toContain('retired is missing')
})

test.each([` ${GOOD}`, `${GOOD}\n`, `\ufeff${GOOD}`, '   '])('%p has white space around it', (secret) => {
  expect(faultOf(secret)).toMatchObject({
    code: 'CONFIG_SECRET_WHITESPACE',
    message: expect.stringContaining('token has surrounding whitespace or a byte order mark; remove it'),
  })
})

describe('what templates and unset variables leave behind is no secret', () => {
  test.each([
    ...['undefined', 'NULL', 'nan', 'None', 'true', 'False', '[object Object]'],
    ...['xxxxxxxxxxxxxxxxxxxxxxxx', 'a', '********************'],
    ...['secret', 'webhook_secret', 'your-webhook-secret-key', 'MY SECRET TOKEN HERE', 'api.key', 'signing-api-key'],
    ...['your_very_secret_key', 'insert-your-secret-token-here', 'the_api_password_value', 'private-key-goes-here'],
    ...['changeme', 'change_me_please_in_production', 'replace-this-with-a-secret', 'Replace it before going live'],
    ...['test', 'testing-123', 'example_1', 'Password123456789012', 'todo', 'placeholder 0000000000'],
    ...[
      '<the secret of your account>',
      '{{ env.WEBHOOK_SECRET }}',
      '${WEBHOOK_SECRET}',
      '%WEBHOOK_SECRET%',
      '[secret]',
    ],
    ...['your-account-value-0001', 'my_9f8a7b6c5d4e3f2a1b', 'Insert 9f8a7b6c5d4e3f2a'],
    ...['thepassword', 'thetoppassword', 'webhooksecretkey', 'api key goeshere', 'api key goes here'],
    '<two\nlines of something>',
  ])('%p', (secret) => {
    expect(faultOf(secret)).toMatchObject({
      code: 'CONFIG_SECRET_PLACEHOLDER',
      message: expect.stringContaining('token is a placeholder, not a secret; use the value from the provider'),
    })
  })
})

describe('what only looks a little like that is one', () => {
  test.each([
    GOOD,
    'undefined-9f8a7b6c5d4e3f2a',
    '9f8a7b6c5d4e3f2a-undefined',
    'aaaaaaaaaaaaaaab',
    'baaaaaaaaaaaaaaa',
    'secret-9f8a7b6c5d4e3f2a',
    '9f8a7b6c5d4e3f2a-secret',
    '9f8a7b6c-changeme-5d4e3f2a',
    'test-9f8a7b6c5d4e3f2a',
    '9f8a7b6c5d4e3f2atest1',
    'test_1_9f8a7b6c5d4e3f2a',
    '<9f8a7b6c5d4e3f2a1',
    '9f8a7b6c5d4e3f2a1>',
    '9f8a<7b6c5d4e3f2a1>',
    '<9f8a7b6c5d4e>3f2a1',
    '9f8a-your-7b6c5d4e3f2a',
    'mystery9f8a7b6c5d4e3f',
    'password9f8a7b6c5d4e3f2akey',
  ])('%p', (secret) => {
    expect(checkSecrets('token', secret)).toEqual([Buffer.from(secret)])
  })
})

test('a secret is as long as its bytes: 16 are enough, 15 are not', () => {
  expect(checkSecrets('token', 'k9Qz3vT7-Lw0xR5m')).toHaveLength(1)
  expect(checkSecrets('token', 'k9Qz3vT7-Lw0xRé')).toHaveLength(1)
  expect(faultOf('k9Qz3vT7-Lw0xR5')).toMatchObject({
    code: 'CONFIG_SECRET_SHORT',
    message: expect.stringContaining('token has 15 bytes; fewer than 16 can be guessed from one signature'),
  })
})

test('no message has the secret in it', () => {
  for (const secret of [` ${GOOD}`, 'changeme_9f8a7b6c', 'Lw0xR5mB']) {
    expect(faultOf(secret).message).not.toContain(secret.trim())
  }
})

test('retired secrets are checked as others are, and not needed', () => {
  expect(checkRetired(undefined)).toEqual([])
  expect(checkRetired([GOOD])).toEqual([Buffer.from(GOOD)])
  expect(() => checkRetired('')).toThrow('retired is missing')
  expect(() => checkRetired([])).toThrow('retired is an empty list')
})
