/** The line on standard error where a shop has no onError of its own, and how many there may be. */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { DeliveryError, type ErrorDetails } from '../../../src/index.js'
import { messageOf, stackOf } from '../../../src/lib/thrown.js'
import { explained, mayExplain } from '../../../src/flow/reporting/explain.js'
import { logError } from '../../../src/flow/reporting/log-error.js'
import type { Receiver } from '../../../src/flow/receiver.js'

const lines: Record<string, unknown>[] = []
beforeEach(() => {
  jest.useFakeTimers()
  lines.length = 0
  jest.spyOn(console, 'error').mockImplementation((line) => void lines.push(JSON.parse(String(line)) as never))
})
afterEach(() => {
  jest.useRealTimers()
  jest.restoreAllMocks()
})

const details = (rest: Partial<ErrorDetails> = {}): ErrorDetails => ({
  provider: 'acme-pay',
  outcome: 'failed',
  event: null,
  body: null,
  explanation: null,
  ...rest,
})

test('says everything that is known, and nothing that is not', () => {
  const event = { id: 'acme-pay:1', orderId: '1001' } as ErrorDetails['event']
  const cause = new TypeError('no such column')
  logError(new DeliveryError('HANDLER_FAILED', 'it threw', { cause }), details({ event, explanation: 'because' }))
  logError(new DeliveryError('HANDLER_FAILED', 'it threw'), details())
  const known = { level: 'error', package: 'express-payment-webhooks', provider: 'acme-pay', outcome: 'failed' }
  expect(lines).toEqual([
    {
      ...known,
      code: 'HANDLER_FAILED',
      message: 'it threw',
      explanation: 'because',
      eventId: 'acme-pay:1',
      orderId: '1001',
      cause: cause.stack,
    },
    { ...known, code: 'HANDLER_FAILED', message: 'it threw' },
  ])
})

test('ten lines of one code in a minute, and then how many were left out', () => {
  const log = (code: 'AUTH_MISMATCH' | 'BUSY', times: number) => {
    for (let time = 0; time < times; time++) logError(new DeliveryError(code, 'no'), details())
  }
  log('AUTH_MISMATCH', 13)
  log('BUSY', 1)
  expect(lines.map(({ code }) => code)).toEqual([...Array(10).fill('AUTH_MISMATCH'), 'BUSY'])
  jest.advanceTimersByTime(59_999)
  log('AUTH_MISMATCH', 1)
  expect(lines).toHaveLength(11)
  jest.advanceTimersByTime(1)
  log('AUTH_MISMATCH', 11)
  expect(lines).toHaveLength(21)
  expect(lines[11]).toMatchObject({ code: 'AUTH_MISMATCH', suppressed: 4 })
  expect(lines.filter((line) => 'suppressed' in line)).toHaveLength(1)
  jest.advanceTimersByTime(60_000)
  log('AUTH_MISMATCH', 1)
  expect(lines[21]).toMatchObject({ suppressed: 1 })
})

test('ten explanations a minute for one receiver', () => {
  const [one, other] = [{}, {}] as [Receiver, Receiver]
  const asked = (receiver: Receiver, times: number) => Array.from({ length: times }, () => mayExplain(receiver))
  expect(asked(one, 12)).toEqual([...Array<boolean>(10).fill(true), false, false])
  expect(asked(other, 1)).toEqual([true])
  jest.advanceTimersByTime(59_999)
  expect(asked(one, 1)).toEqual([false])
  jest.advanceTimersByTime(1)
  expect(asked(one, 11)).toEqual([...Array<boolean>(10).fill(true), false])
})

test('an explanation that throws explains nothing', () => {
  expect(explained(() => 'because')).toBe('because')
  expect(
    explained(() => {
      throw new Error('a bug')
    }),
  ).toBeNull()
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
