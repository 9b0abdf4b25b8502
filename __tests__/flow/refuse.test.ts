/** What every code comes to, and what the sender is answered. */
import { describe, expect, test } from '@jest/globals'
import { answerTo, DeliveryError, memoryStore, receive, type DeliveryCode, type Outcome } from '../../src/index.js'
import { bodyOf, hmacProvider } from '../support/hmac-provider.js'

const text = (status: number, body: string, headers: Record<string, string> = {}) => ({
  status,
  headers: { ...headers, 'content-type': 'text/plain', 'content-length': String(body.length) },
  body,
})

const ANSWERS: Record<Outcome['kind'], ReturnType<typeof text>> = {
  handled: text(200, ''),
  unhandled: text(200, ''),
  duplicate: text(200, ''),
  quarantined: text(200, ''),
  method_not_allowed: text(405, '', { allow: 'POST', connection: 'close' }),
  body_timeout: text(408, 'body timeout', { connection: 'close' }),
  too_large: text(413, 'too large', { connection: 'close' }),
  unsupported_encoding: text(415, 'unsupported content encoding', { connection: 'close' }),
  aborted: text(400, 'incomplete', { connection: 'close' }),
  not_authentic: text(401, 'not authentic'),
  unusable: text(400, 'unusable'),
  retry_later: text(503, 'retry later', { 'retry-after': '5' }),
  failed: text(500, 'failed'),
}

/** Of an authentic delivery to a shop without a durable store. */
const KINDS: Record<DeliveryCode, Outcome['kind']> = {
  AUTH_HEADER_MISSING: 'not_authentic',
  AUTH_HEADER_REPEATED: 'not_authentic',
  AUTH_HEADER_MALFORMED: 'not_authentic',
  AUTH_MISMATCH: 'not_authentic',
  AUTH_CLIENT_MISMATCH: 'not_authentic',
  AUTH_TIMESTAMP_MALFORMED: 'not_authentic',
  AUTH_TIMESTAMP_STALE: 'not_authentic',
  AUTH_SOURCE_REFUSED: 'not_authentic',
  AUTH_UNPROVEN: 'not_authentic',
  BODY_EMPTY: 'unusable',
  JSON_NOT_UTF8: 'unusable',
  JSON_INVALID: 'unusable',
  JSON_TOO_DEEP: 'unusable',
  JSON_DUPLICATE_KEY: 'unusable',
  PAYLOAD_INVALID: 'unusable',
  PAYLOAD_LEGACY: 'unusable',
  ID_CONFLICT: 'unusable',
  ORDER_UNKNOWN: 'retry_later',
  READ_BACK_UNAVAILABLE: 'retry_later',
  READ_BACK_MISMATCH: 'retry_later',
  READ_BACK_BEHIND: 'retry_later',
  BUSY: 'retry_later',
  SHUTTING_DOWN: 'retry_later',
  STORE_UNAVAILABLE: 'retry_later',
  METHOD_NOT_ALLOWED: 'failed',
  BODY_TOO_LARGE: 'failed',
  BODY_TIMEOUT: 'failed',
  BODY_ABORTED: 'failed',
  BODY_ENCODING_UNSUPPORTED: 'failed',
  RAW_BODY_CONSUMED: 'failed',
  DEADLINE_PASSED: 'failed',
  LEASE_LOST: 'failed',
  COMPLETE_FAILED: 'failed',
  HANDLER_RETRY_LATER: 'failed',
  RETRIES_EXHAUSTED: 'failed',
  HANDLER_FAILED: 'failed',
  INTERNAL: 'failed',
}
const CODES = Object.keys(KINDS) as DeliveryCode[]

const own = hmacProvider()

const throwing = (thrown: unknown) => () => {
  throw thrown
}

async function outcomeOf(broken: object, store = memoryStore()): Promise<Outcome> {
  const body = Buffer.from(bodyOf())
  const options = { store, on: {}, onError: () => {} }
  return receive({ ...own, ...broken }, { body, headers: own.authentication.sign(body) }, options)
}

describe.each(CODES)('%s', (code) => {
  const error = new DeliveryError(code, 'as the test says')
  const interpret = throwing(error)
  const authentication = { ...own.authentication, verify: throwing(error) }

  test('of an authentic delivery', async () => {
    expect(await outcomeOf({ interpret })).toMatchObject({ kind: KINDS[code], error, event: null })
  })

  test('of an authentic delivery, where it can be kept', async () => {
    const store = { ...memoryStore(), quarantine: () => {} }
    const kind = KINDS[code] === 'unusable' ? 'quarantined' : KINDS[code]
    expect(await outcomeOf({ interpret }, store)).toMatchObject({ kind, error })
  })

  test('of one that proves nothing, which nobody keeps', async () => {
    const store = { ...memoryStore(), quarantine: throwing(new Error('kept')) }
    const unproven = { ...own.authentication, verify: () => false }
    expect(await outcomeOf({ authentication: unproven, interpret }, store)).toMatchObject({ kind: KINDS[code], error })
  })

  test('of one that is not', async () => {
    const store = { ...memoryStore(), quarantine: throwing(new Error('kept')) }
    const kind = KINDS[code] === 'retry_later' ? 'retry_later' : 'not_authentic'
    expect(await outcomeOf({ authentication }, store)).toMatchObject({ kind, error })
  })
})

const error = new DeliveryError('BUSY', 'as the test says')

test.each(Object.entries(ANSWERS))('%s is answered so', (kind, answer) => {
  expect(answerTo({ kind, event: null, error } as Outcome, own)).toEqual(answer)
})

test('a process that is closing asks for another connection, which finds another process', () => {
  const closing = new DeliveryError('SHUTTING_DOWN', 'as the test says')
  expect(answerTo({ kind: 'retry_later', event: null, error: closing }, own)).toEqual(
    text(503, 'retry later', { connection: 'close', 'retry-after': '5' }),
  )
})

test('a handler that says when to come back is asked then', () => {
  const outcome: Outcome = { kind: 'retry_later', event: null, error, retryAfterSeconds: 90 }
  expect(answerTo(outcome, own)).toEqual(text(503, 'retry later', { 'retry-after': '90' }))
})

test.each([new Error('a bug'), 'a text', undefined])(
  'what else a provider throws (%p) is its own fault',
  async (thrown) => {
    expect(await outcomeOf({ interpret: throwing(thrown) })).toMatchObject({
      kind: 'failed',
      error: { code: 'INTERNAL', message: 'the provider or the store threw something unexpected', cause: thrown },
      event: null,
    })
  },
)
