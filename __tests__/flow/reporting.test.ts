/** What is told to the shop, and what the shop's own reporting may do to a payment: nothing. */
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import diagnosticsChannel from 'node:diagnostics_channel'
import {
  ConfigurationError,
  DeliveryError,
  memoryStore,
  RetryLater,
  UnknownOrder,
  type DeliveryCode,
  type OutcomeReport,
  type PaymentWebhookError,
  type Store,
} from '../../src/index.js'
import { Deadline } from '../../src/flow/deadline.js'
import { healthOf } from '../../src/flow/health.js'
import { quarantineKey } from '../../src/flow/quarantine.js'
import { readWebBody } from '../../src/flow/read-web-body.js'
import { isDeliveryError, isPaymentWebhookError, isRetryLater } from '../../src/flow/recognise.js'
import { refuseWhenClosing } from '../../src/flow/shut-down.js'
import { checkMethod, turnAway } from '../../src/flow/turn-away.js'
import { createReceiver } from '../../src/receiver.js'
import { hmacProvider } from '../support/hmac-provider.js'

afterEach(() => void jest.restoreAllMocks())

function open(
  options: { onError?: () => unknown; onOutcome?: (report: OutcomeReport) => unknown; store?: Store } = {},
) {
  const told: PaymentWebhookError[] = []
  const onError = (error: PaymentWebhookError) => void told.push(error)
  const receiver = createReceiver(hmacProvider(), { store: memoryStore(), on: {}, onError, ...options })
  return { receiver, told }
}

const turnedAway = (receiver: ReturnType<typeof open>['receiver'], thrown: unknown) =>
  turnAway(receiver, new Deadline(1000), thrown)

describe('a request that could not be read', () => {
  test.each<[DeliveryCode, string]>([
    ['METHOD_NOT_ALLOWED', 'method_not_allowed'],
    ['BODY_TIMEOUT', 'body_timeout'],
    ['BODY_TOO_LARGE', 'too_large'],
    ['BODY_ENCODING_UNSUPPORTED', 'unsupported_encoding'],
    ['BODY_ABORTED', 'aborted'],
    ['RAW_BODY_CONSUMED', 'failed'],
  ])('because of %s is %s, and reported', (code, kind) => {
    const { receiver, told } = open()
    const error = new DeliveryError(code, 'as the test says')
    expect(turnedAway(receiver, error)).toEqual({ kind, error, event: null })
    expect(told).toEqual([error])
  })

  test('because of a fault of ours says what it was', () => {
    const cause = new TypeError('a bug')
    expect(turnedAway(open().receiver, cause)).toMatchObject({
      kind: 'failed',
      error: { code: 'INTERNAL', message: 'the request could not be read', cause },
    })
  })

  test('is told with the time it took', () => {
    const reports: OutcomeReport[] = []
    const before = performance.now()
    turnedAway(open({ onOutcome: (report) => reports.push(report) }).receiver, new DeliveryError('BODY_ABORTED', 'no'))
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

describe('reporting that fails itself', () => {
  const fails = (how: 'throws' | 'rejects') => () => {
    if (how === 'throws') throw new Error('no disk')
    return Promise.reject(new Error('no disk'))
  }

  test.each(['throws', 'rejects'] as const)('is a warning: onError and onOutcome that %s', async (how) => {
    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { receiver } = open({ onError: fails(how), onOutcome: fails(how) })
    expect(turnedAway(receiver, new DeliveryError('BODY_ABORTED', 'no')).kind).toBe('aborted')
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
    turnedAway(open().receiver, new DeliveryError('BODY_ABORTED', 'no'))
    diagnosticsChannel.unsubscribe('express-payment-webhooks:outcome', listener)
    expect(listener).toHaveBeenCalledTimes(1)
    expect(warnings).not.toHaveBeenCalled()
  })

  test('is no warning where it does not', async () => {
    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    turnedAway(open({ onOutcome: async () => {} }).receiver, new DeliveryError('BODY_ABORTED', 'no'))
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings).not.toHaveBeenCalled()
  })
})

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

test('health asks the store for something that changes nothing', async () => {
  const extend = jest.fn<Store['extend']>(() => false)
  const { receiver } = open({ store: { ...memoryStore(), extend } })
  expect(await healthOf(receiver)).toMatchObject({ ok: true, store: 'ok', error: null })
  expect(extend.mock.calls).toEqual([['health-check', 'nobody', 1]])
})

test('health says which call failed', async () => {
  const extend = () => Promise.reject(new Error('no'))
  const { receiver } = open({ store: { ...memoryStore(), extend } })
  expect(await healthOf(receiver)).toMatchObject({ ok: false, error: { message: "the store's extend failed" } })
})

test('a receiver that is closing says so', () => {
  const { receiver } = open()
  expect(() => refuseWhenClosing(receiver)).not.toThrow()
  receiver.closing.abort()
  expect(() => refuseWhenClosing(receiver)).toThrow(
    expect.objectContaining({
      code: 'SHUTTING_DOWN',
      message: 'this process is shutting down; the next delivery will find another',
    }),
  )
})

test('what is kept is known by provider, account and bytes, and is no event', () => {
  const body = Buffer.from('{}')
  const keys = [
    quarantineKey({ ...hmacProvider(), account: 'a' }, body),
    quarantineKey({ ...hmacProvider(), account: 'b' }, body),
    quarantineKey({ ...hmacProvider({ name: 'other' }), account: 'a' }, body),
    quarantineKey({ ...hmacProvider(), account: 'a' }, Buffer.from('{ }')),
    createHash('sha256').update(body).digest('base64url'),
  ]
  expect(new Set(keys).size).toBe(keys.length)
})

test.each([
  ['0123456789', true],
  ['01234567890', false],
])('a body of the web of which no length was said: %p is within its limit: %p', async (text, isWithin) => {
  const chunks = [text.slice(0, 5), text.slice(5)].map((part) => new TextEncoder().encode(part))
  const body = new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift()
      if (chunk === undefined) controller.close()
      else controller.enqueue(chunk)
    },
  })
  const request = new Request('http://shop.example/', { method: 'POST', body, duplex: 'half' } as RequestInit)
  const deadline = new Deadline(1000)
  const reading = Promise.resolve(readWebBody(request, 10, deadline)).finally(() => deadline.met())
  if (isWithin) expect(String(await reading)).toBe(text)
  else await expect(reading).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
})
