/** The line on standard error if a shop has no `onError`, and the limit of such lines. */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { DeliveryError, type ErrorDetails } from '../../../src/index.js'
import { logError } from '../../../src/flow/reporting/log-error.js'

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
  account: '',
  requestId: 'request-1',
  outcome: 'failed',
  event: null,
  body: null,
  explanation: null,
  ...rest,
})

test('says everything that is known, and nothing that is not', () => {
  const event = { type: 'refund.confirmed', id: 'acme-pay:1', orderId: null, paymentIds: ['pay_1', 'ch_1'] }
  const cause = new TypeError('no such column')
  logError(
    new DeliveryError('HANDLER_FAILED', 'it threw', { cause }),
    details({ event: event as never, explanation: 'because' }),
  )
  logError(new DeliveryError('HANDLER_FAILED', 'it threw'), details())
  const known = {
    level: 'error',
    package: 'express-payment-webhooks',
    provider: 'acme-pay',
    outcome: 'failed',
    requestId: 'request-1',
  }
  expect(lines).toEqual([
    {
      ...known,
      code: 'HANDLER_FAILED',
      message: 'it threw',
      see: 'node_modules/express-payment-webhooks/docs/errors.md#handler_failed',
      explanation: 'because',
      eventType: 'refund.confirmed',
      eventId: 'acme-pay:1',
      orderId: null,
      paymentIds: ['pay_1', 'ch_1'],
      cause: cause.stack,
    },
    {
      ...known,
      code: 'HANDLER_FAILED',
      message: 'it threw',
      see: 'node_modules/express-payment-webhooks/docs/errors.md#handler_failed',
    },
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
