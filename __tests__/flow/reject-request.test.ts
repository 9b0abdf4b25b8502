/** Requests that never reach the flow: their method is not POST, or their body could not be read. */
import { describe, expect, test } from '@jest/globals'
import {
  DeliveryError,
  memoryStore,
  type DeliveryCode,
  type OutcomeReport,
  type PaymentWebhookError,
} from '../../src/index.js'
import { DeliveryContext } from '../../src/flow/state/context.js'
import { receiverState } from '../../src/flow/state/receiver.js'
import { checkMethod, rejectRequest } from '../../src/flow/reject-request.js'
import { resolveOptions } from '../../src/resolve-options.js'
import { hmacProvider } from '../support/hmac-provider.js'

function rejected(thrown: unknown, onOutcome: (report: OutcomeReport) => unknown = () => {}) {
  const told: PaymentWebhookError[] = []
  const onError = (error: PaymentWebhookError) => void told.push(error)
  const provider = hmacProvider()
  const options = resolveOptions(provider, { store: memoryStore(), on: {}, onError, onOutcome })
  const state = receiverState(provider, options)
  return { outcome: rejectRequest(state, new DeliveryContext(state), thrown), told }
}

describe('a request that could not be read', () => {
  test.each<[DeliveryCode, string]>([
    ['METHOD_NOT_ALLOWED', 'method_not_allowed'],
    ['BODY_TIMEOUT', 'body_timeout'],
    ['BODY_TOO_LARGE', 'too_large'],
    ['BODY_ENCODING_UNSUPPORTED', 'unsupported_encoding'],
    ['BODY_ABORTED', 'aborted'],
    ['RAW_BODY_CONSUMED', 'failed'],
  ])('because of %s is %s, and reported', (code, kind) => {
    const error = new DeliveryError(code, 'as the test says')
    const { outcome, told } = rejected(error)
    expect(outcome).toEqual({ kind, error, event: null })
    expect(told).toEqual([error])
  })

  test('because of a fault of ours says what it was', () => {
    const cause = new TypeError('a bug')
    expect(rejected(cause).outcome).toMatchObject({
      kind: 'failed',
      error: { code: 'INTERNAL', message: 'the request could not be read', cause },
    })
  })

  test('is told with the time it took', () => {
    const reports: OutcomeReport[] = []
    const before = performance.now()
    rejected(new DeliveryError('BODY_ABORTED', 'no'), (report) => reports.push(report))
    expect(reports).toMatchObject([{ outcome: 'aborted', code: 'BODY_ABORTED' }])
    expect(reports[0]!.durationMs).toBeGreaterThanOrEqual(0)
    expect(reports[0]!.durationMs).toBeLessThanOrEqual(performance.now() - before)
  })

  test.each(['GET', 'PUT', undefined])('by its method: %p', (method) => {
    expect(() => checkMethod(method)).toThrow(
      expect.objectContaining({ code: 'METHOD_NOT_ALLOWED', message: 'callbacks are POST requests' }),
    )
    expect(() => checkMethod('POST')).not.toThrow()
  })
})
