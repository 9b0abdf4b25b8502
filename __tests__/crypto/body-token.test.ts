/** Tokens inside the body: they are compared with the token that the shop stored for the payment, and prove nothing else. */
import { describe, expect, test } from '@jest/globals'
import { DeliveryError } from 'express-payment-webhooks'
import { bodyToken, type BodyTokenOptions } from '../../src/crypto/body-token.js'
import { delivery } from '../support/scheme-deliveries.js'

const TOKEN = 'Q4wLc9ZtHv-6xKbMj2Ny'

const schemeWith = (expected: BodyTokenOptions['expected']) => bodyToken({ field: 'token', expected })

const says = async (content: unknown, expected: BodyTokenOptions['expected']): Promise<string> => {
  try {
    return String(await schemeWith(expected).verify(delivery({}), content))
  } catch (error) {
    return `${error instanceof DeliveryError ? error.code : (error as Error).name}: ${(error as Error).message}`
  }
}

const RIGHT = { order: '1001', token: TOKEN }

describe.each<[string, (stored: unknown) => BodyTokenOptions['expected']]>([
  ['looked up at once', (stored) => () => stored as string],
  ['looked up in a database', (stored) => async () => stored as string],
])('a token %s', (_, lookUp) => {
  test('that fits lets the delivery in, and proves nothing of what it says', async () => {
    expect(await says(RIGHT, lookUp(TOKEN))).toBe('false')
  })

  test('that is one of several lets the delivery in', async () => {
    expect(await says(RIGHT, lookUp([`${TOKEN}2`, TOKEN]))).toBe('false')
    expect(await says(RIGHT, lookUp([`${TOKEN}2`, `${TOKEN}3`]))).toContain('AUTH_MISMATCH')
    expect(await says(RIGHT, lookUp([]))).toContain('ORDER_UNKNOWN')
  })

  test('that does not is refused, and not shown', async () => {
    const refusal = await says(RIGHT, lookUp(`${TOKEN}2`))
    expect(refusal).toBe(
      'AUTH_MISMATCH: the token in the body is not the one stored for this payment. If the provider sent it, store the one that the payment was opened with',
    )
    expect(await says({ ...RIGHT, token: TOKEN.toLowerCase() }, lookUp(TOKEN))).toContain('AUTH_MISMATCH')
  })

  test.each([null, undefined, ''])(
    'of a payment that the shop does not know (%p) is asked for again',
    async (stored) => {
      expect(await says(RIGHT, lookUp(stored))).toBe('ORDER_UNKNOWN: expected() found no such payment (yet)')
    },
  )

  test.each(['undefined', 'null', '<token>', '[object Object]', 7, {}, [[TOKEN]], [TOKEN, ''], [TOKEN, 'null']])(
    'that the shop stored by mistake lets nobody in: %p',
    async (stored) => {
      const sent = { ...RIGHT, token: String(stored) }
      expect(await says(sent, lookUp(stored))).toBe(
        'TypeError: bodyToken: expected() returned a value that is not a token',
      )
    },
  )
})

test.each([undefined, null, [], 'text', {}, { token: '' }, { token: 7 }, { token: [TOKEN] }, { token: { $ne: '' } }])(
  'a body without one is refused, and nothing is looked up: %p',
  async (content) => {
    const refusal = await says(content, () => {
      throw new Error('looked up')
    })
    expect(refusal).toBe('AUTH_PROOF_MISSING: the body has no token')
  },
)

test('the look-up sees the content, and no more', async () => {
  const seen: unknown[] = []
  await says(RIGHT, (...args) => {
    seen.push(...args)
    return TOKEN
  })
  expect(seen).toEqual([RIGHT])
})

test('a payload brings its own token, and nobody else gets to see it', () => {
  const scheme = schemeWith(() => TOKEN)
  expect(scheme.sign(RIGHT)).toBe(RIGHT)
  expect(scheme.withoutProof(RIGHT)).toEqual({ order: '1001', token: '' })
  expect(scheme.withoutProof(null)).toEqual({ token: '' })
})

test.each<[object, string]>([
  [{ field: '' }, 'bodyToken: field must be the name of the field'],
  [{ field: 7 }, 'bodyToken: field must be the name of the field'],
  [{ expected: TOKEN }, 'bodyToken: expected must be a function that returns a token'],
  [{ token: TOKEN }, 'bodyToken: unknown option "token"'],
])('options that cannot be meant: %j', (options, message) => {
  expect(() => bodyToken({ field: 'token', expected: () => TOKEN, ...options })).toThrow(message)
})
