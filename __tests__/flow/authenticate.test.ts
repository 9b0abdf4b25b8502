/** What a provider's verification comes to: proven, unproven, or nobody gets in. */
import { describe, expect, test } from '@jest/globals'
import { authenticate } from '../../src/flow/authenticate.js'
import { hmacProvider } from '../support/hmac-provider.js'

const provider = hmacProvider({ name: 'acme' })

describe('a verification', () => {
  const delivery = { body: Buffer.from('{}'), headers: {} }
  const verifying = (answer: unknown) => ({
    ...provider,
    authentication: { ...provider.authentication, verify: () => answer as boolean },
  })

  test.each([
    [true, true],
    [false, false],
    ['yes', false],
    [undefined, false],
  ])('that answers %p proves what was sent: %p', (answer, proven) => {
    expect(authenticate(verifying(answer), delivery)).toEqual({ body: delivery.body, proven })
  })

  test.each([
    ['resolves', () => Promise.resolve(true)],
    ['rejects', () => Promise.reject(new Error('forged'))],
  ])('that %s later lets nobody in', (_, answer) => {
    expect(() => authenticate(verifying(answer()), delivery)).toThrow(
      new TypeError('acme: authentication.verify() answered a promise; it must decide synchronously'),
    )
  })
})
