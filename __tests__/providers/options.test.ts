/** The options of a provider, and its answers to the sender: one case per provider. */
import { describe, expect, test } from '@jest/globals'
import { cityPay, coinbarPay, coinsPh, cryptoGateway } from '../../src/index.js'

const SECRET = 'cbpay-test-secret-0f1e2d3c4b5a6978'
const RETIRED = 'cbpay-test-secret-before-9c8b7a6f'

const PROVIDERS = [
  {
    name: 'coinsPh',
    make: (more: object) => coinsPh({ token: SECRET, retired: RETIRED, ...more }),
    secret: 'token',
    answer: { contentType: 'text/plain', body: 'OK' },
  },
  {
    name: 'cryptoGateway',
    make: (more: object) => cryptoGateway({ secret: SECRET, retired: RETIRED, mode: 'body', now: Date.now, ...more }),
    secret: 'secret',
    answer: { contentType: 'application/json', body: '{"success":true}' },
  },
  {
    name: 'coinbarPay',
    make: (more: object) =>
      coinbarPay({ clientId: 'scid-4f9a71', secretKey: SECRET, retired: RETIRED, headers: {}, ...more }),
    secret: 'secretKey',
    answer: { contentType: 'application/json', body: '{"code":"OK"}' },
  },
  {
    name: 'cityPay',
    make: (more: object) =>
      cityPay({ orderToken: () => null, readBack: async () => ({}), allowedIps: ['192.0.2.1'], ...more }),
    secret: null,
    answer: { contentType: 'text/plain', body: '' },
  },
] as const

describe.each(PROVIDERS)('$name', ({ name, make, secret, answer }) => {
  test('takes all its options, and answers what its sheet says', () => {
    expect(make({}).answers).toEqual({ accepted: { status: 200, ...answer }, notAuthentic: 401, later: 503 })
  })

  test('names an option that does not exist', () => {
    expect(() => make({ colour: 'red' })).toThrow(`${name}: unknown option "colour"`)
  })

  if (secret !== null) {
    test('names the secret that is missing', () => {
      expect(() => make({ [secret]: '' })).toThrow(`${secret} is missing`)
    })
  }
})

describe('coinbarPay', () => {
  const make = (more: object) => () => coinbarPay({ clientId: 'scid-4f9a71', secretKey: SECRET, ...more })

  test.each([undefined, null, 7, '', ' client-1', 'client-1\n', 'undefined', 'null', '<client id>', 'your-client-id'])(
    'a client id of %p cannot be meant',
    (clientId) => {
      expect(make({ clientId })).toThrow(
        expect.objectContaining({
          code: 'CONFIG_OPTION_INVALID',
          message: expect.stringMatching(/^coinbarPay: clientId is missing, a placeholder/),
        }),
      )
    },
  )

  test('names a header option that does not exist', () => {
    expect(make({ headers: { client: 'x-client' } })).toThrow('coinbarPay: headers: unknown option "client"')
  })
})
