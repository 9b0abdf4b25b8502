/** Every error code and its outcome: one table for the flow and the doors. */
import { describe, expect, test } from '@jest/globals'
import { createReceiver, DeliveryError, memoryStore, type DeliveryCode, type Outcome } from '../../src/index.js'
import { bodyOf, hmacProvider } from '../support/hmac-provider.js'

/** For an authentic delivery to a shop without a durable store. */
const KINDS: Record<DeliveryCode, Outcome['kind']> = {
  AUTH_HEADER_MISSING: 'not_authentic',
  AUTH_HEADER_REPEATED: 'not_authentic',
  AUTH_HEADER_MALFORMED: 'not_authentic',
  AUTH_MISMATCH: 'not_authentic',
  AUTH_CLIENT_MISMATCH: 'not_authentic',
  AUTH_TIMESTAMP_MALFORMED: 'not_authentic',
  AUTH_TIMESTAMP_STALE: 'not_authentic',
  AUTH_SOURCE_REFUSED: 'not_authentic',
  AUTH_PROOF_MISSING: 'not_authentic',
  AUTH_PROOF_MALFORMED: 'not_authentic',
  AUTH_KEY_UNKNOWN: 'not_authentic',
  AUTH_TENANT_UNKNOWN: 'not_authentic',
  AUTH_UNPROVEN: 'not_authentic',
  TENANT_UNAVAILABLE: 'retry_later',
  AUTH_UNDECIDED: 'retry_later',
  BODY_EMPTY: 'unusable',
  JSON_NOT_UTF8: 'unusable',
  JSON_INVALID: 'unusable',
  JSON_TOO_DEEP: 'unusable',
  JSON_DUPLICATE_KEY: 'unusable',
  FORM_INVALID: 'unusable',
  FORM_DUPLICATE_FIELD: 'unusable',
  PAYLOAD_INVALID: 'unusable',
  PAYLOAD_LEGACY: 'unusable',
  SEVERAL_ITEMS: 'unusable',
  ID_CONFLICT: 'unusable',
  EVENT_INVALID: 'failed',
  ORDER_UNKNOWN: 'retry_later',
  READ_BACK_UNAVAILABLE: 'retry_later',
  READ_BACK_MISMATCH: 'retry_later',
  READ_BACK_BEHIND: 'retry_later',
  BUSY: 'retry_later',
  SHUTTING_DOWN: 'retry_later',
  STORE_UNAVAILABLE: 'retry_later',
  QUEUE_UNAVAILABLE: 'retry_later',
  METHOD_NOT_ALLOWED: 'method_not_allowed',
  BODY_TOO_LARGE: 'too_large',
  BODY_TIMEOUT: 'body_timeout',
  BODY_ABORTED: 'aborted',
  BODY_ENCODING_UNSUPPORTED: 'unsupported_encoding',
  RAW_BODY_CONSUMED: 'failed',
  DEADLINE_PASSED: 'retry_later',
  LEASE_LOST: 'retry_later',
  COMPLETE_FAILED: 'retry_later',
  HANDLER_RETRY_LATER: 'retry_later',
  RETRIES_EXHAUSTED: 'unusable',
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
  return createReceiver({ ...own, ...broken }, options).receive({ body, headers: own.sign(body).headers })
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
    // After a bug in the provider's own code is fixed, the delivery is replayed.
    const isKept = KINDS[code] === 'unusable' || code === 'EVENT_INVALID'
    const kind = isKept ? 'quarantined' : KINDS[code]
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

describe('a delivery about an order that nobody knows', () => {
  const interpret = throwing(new DeliveryError('ORDER_UNKNOWN', 'as the test says'))
  const durable = { ...memoryStore(), quarantine: () => {} }

  test.each([
    ['later', durable, 'retry_later'],
    ['keep', durable, 'quarantined'],
    ['keep', memoryStore(), 'retry_later'],
  ] as const)('of a provider that says %s', async (unknownOrder, store, kind) => {
    expect(await outcomeOf({ interpret, unknownOrder }, store)).toMatchObject({
      kind,
      error: { code: 'ORDER_UNKNOWN' },
    })
  })

  test('that proves nothing is kept by nobody', async () => {
    const unproven = { ...own.authentication, verify: () => false }
    const store = { ...memoryStore(), quarantine: throwing(new Error('kept')) }
    const broken = { interpret, unknownOrder: 'keep', authentication: unproven }
    expect(await outcomeOf(broken, store)).toMatchObject({ kind: 'retry_later' })
  })
})

test.each([
  ['with a durable store', { ...memoryStore(), quarantine: () => {} }],
  ['without one', memoryStore()],
])('a delivery whose format cannot write what is to be kept has an answer, %s', async (_, store) => {
  const authentication = { ...own.authentication, inBody: true, withoutProof: (content: unknown) => content }
  const format = { parse: () => ({}), write: throwing(new Error('a bug')) }
  const interpret = throwing(new DeliveryError('PAYLOAD_INVALID', 'as the test says'))
  expect(await outcomeOf({ authentication, format, interpret }, store)).toMatchObject({
    kind: 'failed',
    error: { code: 'INTERNAL', cause: { message: 'a bug' } },
  })
})

test('whatever goes wrong after it is known which event it is, is told with the event', async () => {
  const authentication = { ...own.authentication, inBody: true, withoutProof: (content: unknown) => content }
  const format = { parse: (body: Buffer) => JSON.parse(String(body)) as unknown, write: throwing(new Error('a bug')) }
  const store = { ...memoryStore(), claim: () => ({ state: 'conflict' as const }) }
  expect(await outcomeOf({ authentication, format }, store)).toMatchObject({
    kind: 'failed',
    error: { code: 'INTERNAL' },
    event: { id: 'hmac:evt_1', orderId: '1001' },
  })
})
