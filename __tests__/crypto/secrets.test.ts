/** Secrets that stop an application, and secrets that do not. */
import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { checkSecrets, isPlaceholder } from '../../src/crypto/secrets.js'

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
    ...['your-account-value-0001', 'my_account_value_here', 'Insert the value from the dashboard'],
    ...['thepassword', 'thetoppassword', 'webhooksecretkey', 'api key goeshere', 'api key goes here'],
    ...['<two\nlines of something>', '$WEBHOOK_SECRET', '${{ secrets.webhook_secret }}', '<secret-1>'],
    // Placeholders after the prefix of some providers' secrets.
    ...['whsec_changeme_changeme', 'whsec_...............', 'whsec_<your-secret>', 'whsec_xxxxxxxxxxxxxxxxxxxxxxxx'],
    ...['whsec_your_secret_here_please', 'sk_test_your_key_goes_here', 'key_live_................'],
    ...['your_secret_here_12345', 'my webhook secret 2024'],
    ...[`"${GOOD}"`, `'${GOOD}'`],
    // Text that Kubernetes, Helm and people leave in place of a variable's value.
    ...['$(STRIPE_WEBHOOK_SECRET)', '{{ .Values.secret }}', '$STRIPE_WEBHOOK_SECRET_2', 'STRIPE_WEBHOOK_SECRET'],
    ...['COINBAR_SECRET_KEY', 'process.env.STRIPE_SECRET', 'REPLACE_WITH_SECRET', 'whsec_replace_with_yours'],
    // Typed by hand, not random.
    ...['1234567890123456', '0123456789abcdef', 'whsec_1234567890abcdef'],
    ...['abcabcabcabcabcabcabc', 'qwertyqwertyqwerty', 'asdfasdfasdfasdf', 'abababababababab', '0000000000000001'],
  ])('%p', (secret) => {
    expect(faultOf(secret)).toMatchObject({
      code: 'CONFIG_SECRET_PLACEHOLDER',
      message: expect.stringContaining(
        'token looks like a placeholder, or has quotes around it; use the value from the provider, or if it is the real secret, skip the check',
      ),
    })
  })
})

describe('what only looks a little like that is one', () => {
  test.each([
    GOOD,
    'undefined-9f8a7b6c5d4e3f2a',
    '9f8a7b6c5d4e3f2a-undefined',
    'secret-9f8a7b6c5d4e3f2a',
    '9f8a7b6c5d4e3f2a-secret',
    '9f8a7b6c-changeme-5d4e3f2a',
    'test-9f8a7b6c5d4e3f2a',
    '9f8a7b6c5d4e3f2atest1',
    'test_1_9f8a7b6c5d4e3f2a',
    '<9f8a7b6c5d4e3f2a1',
    '<9f8a7b6c5d4e3f2a1>',
    '{9f8a7b6c-5d4e-3f2a-1b0c}',
    '$9f8a7b6c5d4e3f2a1',
    'aaaa1bbbb2cccc3dddd4',
    '9f8a7b6c5d4e3f2a1>',
    '9f8a<7b6c5d4e3f2a1>',
    '<9f8a7b6c5d4e>3f2a1',
    '9f8a-your-7b6c5d4e3f2a',
    'my_9f8a7b6c5d4e3f2a1b',
    'Insert 9f8a7b6c5d4e3f2a',
    'mystery9f8a7b6c5d4e3f',
    'password9f8a7b6c5d4e3f2akey',
    'whsec_9f8a7b6c5d4e3f2a',
    'sk_test_9f8a7b6c5d4e3f2a',
    `"${GOOD}`,
  ])('%p', (secret) => {
    expect(checkSecrets('token', secret)).toEqual([secret])
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

describe('a secret that is insisted on', () => {
  const insisted = (value: unknown) => ({ value, unchecked: true }) as never

  test.each(['<the secret of your account>', 'changeme', 'short', 'aaaaaaaaaaaaaaaaaaaaaaa', 'é'])(
    '%p is taken as it is',
    (value) => {
      expect(checkSecrets('token', insisted(value))).toEqual([value])
      expect(checkSecrets('token', [GOOD, insisted(value)])).toEqual([GOOD, value])
    },
  )

  test.each([undefined, '', 7, null, {}])('%p is none all the same', (value) => {
    expect(() => checkSecrets('token', insisted(value))).toThrow('token is missing or empty')
  })

  test('has no white space around it all the same, which no sender signs with', () => {
    expect(() => checkSecrets('token', insisted(`${GOOD}\n`))).toThrow('surrounding whitespace')
  })

  test('is insisted on by unchecked: true alone', () => {
    for (const unchecked of [false, 'true', 1, undefined]) {
      expect(() => checkSecrets('token', { value: GOOD, unchecked } as never)).toThrow('token is missing or empty')
    }
  })

  test('is what the message of a refusal says to do', () => {
    expect(faultOf('changeme').message).toContain('{ value: ..., unchecked: true }')
    expect(faultOf('Lw0xR5mB').message).toContain('{ value: ..., unchecked: true }')
  })
})

test('secrets made by chance are taken, in every way they are written', () => {
  for (let made = 0; made < 1000; made++) {
    for (const secret of [
      randomBytes(16).toString('hex'),
      randomBytes(24).toString('base64'),
      randomBytes(24).toString('base64url'),
      randomUUID(),
      `<${randomBytes(24).toString('hex')}>`,
      `whsec_${randomBytes(24).toString('base64')}`,
    ]) {
      expect(checkSecrets('token', secret)).toEqual([secret])
    }
  }
})

test('a word that stands for a value is told apart from a value that has no length of its own', () => {
  for (const value of ['undefined', 'null', '<token>', 'changeme', '${ORDER_TOKEN}'])
    expect(isPlaceholder(value)).toBe(true)
  // Tokens of an order are often short, with only a few digits.
  for (const value of ['730914458201', '111222333444', 'tok_1']) expect(isPlaceholder(value)).toBe(false)
})
