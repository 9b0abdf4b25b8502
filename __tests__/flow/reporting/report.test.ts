/** Reports to the shop. The shop's own reporting code can do nothing to a payment. */
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import diagnosticsChannel from 'node:diagnostics_channel'
import {
  coinsPh,
  DeliveryError,
  memoryStore,
  paymentWebhook,
  type OutcomeReport,
  type PaymentWebhookError,
} from '../../../src/index.js'
import { report } from '../../../src/flow/reporting/report.js'
import { DeliveryContext } from '../../../src/flow/state/context.js'
import { receiverState } from '../../../src/flow/state/receiver.js'
import { resolveOptions } from '../../../src/resolve-options.js'
import { sample, signedRequest } from '../../../src/testing/index.js'
import { hmacProvider } from '../../support/hmac-provider.js'

afterEach(() => void jest.restoreAllMocks())

/** Reports a disconnected sender to a shop with these options. */
function tell(options: { onError?: () => unknown; onOutcome?: (report: OutcomeReport) => unknown } = {}) {
  const told: PaymentWebhookError[] = []
  const onError = (error: PaymentWebhookError) => void told.push(error)
  const provider = hmacProvider()
  const state = receiverState(provider, resolveOptions(provider, { store: memoryStore(), on: {}, onError, ...options }))
  const context = new DeliveryContext(state)
  report(state, context, { kind: 'aborted', error: new DeliveryError('BODY_ABORTED', 'no'), event: null })
  context.deadline.clear()
  return told
}

describe('reporting that fails itself', () => {
  const fails = (how: 'throws' | 'rejects') => () => {
    if (how === 'throws') throw new Error('no disk')
    return Promise.reject(new Error('no disk'))
  }

  test.each(['throws', 'rejects'] as const)('is a warning: onError and onOutcome that %s', async (how) => {
    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    expect(() => tell({ onError: fails(how), onOutcome: fails(how) })).not.toThrow()
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings.mock.calls).toEqual([
      ['onError threw: no disk', 'PaymentWebhookWarning'],
      ['onOutcome threw: no disk', 'PaymentWebhookWarning'],
    ])
  })

  test('is no warning where there is none, beside a subscriber of the channel', () => {
    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const listener = jest.fn()
    diagnosticsChannel.subscribe('express-payment-webhooks:outcome', listener)
    expect(tell()).toMatchObject([{ code: 'BODY_ABORTED' }])
    diagnosticsChannel.unsubscribe('express-payment-webhooks:outcome', listener)
    expect(listener).toHaveBeenCalledTimes(1)
    expect(warnings).not.toHaveBeenCalled()
  })

  test('is no warning where it does not', async () => {
    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    tell({ onOutcome: async () => {} })
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings).not.toHaveBeenCalled()
  })
})

describe('the outcome channel', () => {
  test('gives every subscriber one report per delivery', async () => {
    const reports: unknown[] = []
    const listener = (report: unknown) => void reports.push(report)
    diagnosticsChannel.subscribe('express-payment-webhooks:outcome', listener)
    const provider = coinsPh({ token: 'mtk_test_4f1d9a7c2b6e8035' })
    const webhook = paymentWebhook(provider, { store: memoryStore(), on: { 'payment.confirmed': () => {} } })
    const deliver = () => webhook.receive(signedRequest(provider, sample('coins-ph', 'payment.confirmed')))
    await deliver()
    await deliver()
    diagnosticsChannel.unsubscribe('express-payment-webhooks:outcome', listener)
    await deliver()
    expect(reports).toMatchObject([
      { provider: 'coins-ph', outcome: 'handled', eventType: 'payment.confirmed', attempt: 1 },
      { provider: 'coins-ph', outcome: 'duplicate' },
    ])
  })
})
