/** Anything can be thrown, and every helper that reads a thrown value gets an answer. */
import { expect, test } from '@jest/globals'
import { ConfigurationError, DeliveryError, RetryLater, UnknownOrder } from '../../src/index.js'
import {
  isDeliveryError,
  isPaymentWebhookError,
  isRetryLater,
  isWorkRefused,
  messageOf,
  stackOf,
  withoutFields,
} from '../../src/lib/thrown.js'

test.each([
  [new DeliveryError('BUSY', 'no'), [true, true, false]],
  [new ConfigurationError('CONFIG_OPTION_INVALID', 'no'), [false, true, false]],
  [new RetryLater('not yet'), [false, false, true]],
  [new UnknownOrder('no such order'), [false, false, true]],
  [Object.assign(new Error('no'), { code: 'BUSY', afterSeconds: 5 }), [false, false, false]],
  [Object.assign(new Error('no'), { name: 'DeliveryError' }), [false, false, false]],
  [Object.assign(new Error('no'), { name: 'ConfigurationError' }), [false, false, false]],
  [Object.assign(new Error('no'), { name: 'RetryLater' }), [false, false, false]],
  [{ name: 'DeliveryError', code: 'BUSY' }, [false, false, false]],
  [undefined, [false, false, false]],
])('%p is known by its class: delivery error, error of the package, RetryLater', (thrown, is) => {
  expect([isDeliveryError, isPaymentWebhookError, isRetryLater].map((known) => known(thrown))).toEqual(is)
})

test.each<[unknown, string, string | RegExp]>([
  [new Error('no'), 'no', /^Error: no\n +at /],
  [Object.assign(new Error('no'), { stack: undefined }), 'no', 'no'],
  ['a text', 'a text', 'a text'],
  [undefined, 'undefined', 'undefined'],
  [Object.create(null), 'something that cannot be shown as text', 'something that cannot be shown as text'],
])('what was thrown is described: %p', (thrown, message, stack) => {
  expect(messageOf(thrown)).toBe(message)
  expect(stackOf(thrown)).toEqual(stack instanceof RegExp ? expect.stringMatching(stack) : stack)
})

test('of an error only its words are left', () => {
  const thrown = Object.assign(new TypeError('no', { cause: 'secret' }), { config: { authorization: 'secret' } })
  const bare = withoutFields(thrown)
  expect([bare.message, bare.stack, Object.keys(bare), bare.cause]).toEqual(['no', thrown.stack, [], undefined])
  expect(withoutFields('a text').message).toBe('a text')
})

test.each([
  [Object.assign(new Error('no'), { workRefused: true }), true],
  [{ workRefused: true }, true],
  [Object.assign(new Error('no'), { workRefused: 'yes' }), false],
  [new Error('no'), false],
  [null, false],
  [undefined, false],
])('of %p it is known whether the work was refused for good: %p', (thrown, is) => {
  expect(isWorkRefused(thrown)).toBe(is)
})

test('an object that throws whatever is asked of it is nothing of all that', () => {
  const { proxy, revoke } = Proxy.revocable(new Error('unseen'), {})
  revoke()
  const questions = [isDeliveryError, isPaymentWebhookError, isRetryLater, isWorkRefused, messageOf, stackOf]
  const text = 'something that cannot be shown as text'
  expect(questions.map((ask) => ask(proxy))).toEqual([false, false, false, false, text, text])
})
