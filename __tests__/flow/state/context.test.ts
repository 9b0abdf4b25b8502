/** One id for a request and for every report about its delivery. */
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import Database from 'libsql'
import {
  createReceiver,
  memoryStore,
  RetryLater,
  type DeliveryInput,
  type ErrorDetails,
  type OutcomeReport,
} from 'express-payment-webhooks'
import { sqliteStore } from '../../../src/stores/sqlite.js'
import { allDoors } from '../../support/doors.js'
import { pass, withFakeTime } from '../../support/fake-time.js'
import { bodyOf, hmacProvider, signatureOf } from '../../support/hmac-provider.js'
import type { ShopOptions } from '../../support/open-shop.js'
import { shops } from '../../support/shops.js'

const SIGNED = { 'x-signature': signatureOf(bodyOf()) }

/** The ids that this process gives to requests without one. */
const OWN = /^[0-9a-f]{12}-[0-9a-z]+$/

afterEach(() => void jest.restoreAllMocks())

describe.each(allDoors)('through %s, the id of a request', (_name, door) => {
  const open = shops({ door })

  /** Delivers an event whose handler fails, and answers every id reported for it. */
  async function idsTold(options: ShopOptions, ...lines: string[]) {
    const handlers: string[] = []
    const shop = await open({
      handler(_event, { requestId }) {
        handlers.push(requestId)
        throw new Error('no')
      },
      ...options,
    })
    expect((await shop.deliver(bodyOf(), ...lines)).status).toBe(500)
    const [error, outcome] = [shop.errors[0]!.details.requestId, shop.outcomes[0]!.requestId]
    expect([handlers, outcome]).toEqual([[error], error])
    return error
  }

  test.each(['req-1', '0af7651916cd43dd8448eb211c80319c', 'a"b\\c,{}', `${'x'.repeat(127)}~`])(
    'is the one that its host gave it: %s',
    async (id) => {
      expect(await idsTold({}, `X-Request-Id: ${id}`)).toBe(id)
    },
  )

  test.each([
    ['nothing', []],
    ['an empty value', ['X-Request-Id: ']],
    ['129 characters', [`X-Request-Id: ${'x'.repeat(129)}`]],
    ['a blank inside', ['X-Request-Id: a b']],
    ['a tab inside', ['X-Request-Id: a\tb']],
    ['a letter that is no ASCII', ['X-Request-Id: caf\u00e9']],
    ['two values', ['X-Request-Id: a', 'X-Request-Id: b']],
  ])('is made where its sender wrote %s', async (_what, lines) => {
    expect(await idsTold({}, ...lines)).toMatch(OWN)
  })

  test('is read from the header that the option names, in any case', async () => {
    const options = { requestIdHeader: 'X-Amzn-Trace-Id' }
    expect(await idsTold(options, 'X-Request-Id: a', 'x-amzn-trace-id: Root=1-67891233-abc')).toBe(
      'Root=1-67891233-abc',
    )
    expect(await idsTold(options, 'X-Request-Id: a')).toMatch(OWN)
  })

  test('is made for every request where the option is null', async () => {
    expect(await idsTold({ requestIdHeader: null }, 'X-Request-Id: a')).toMatch(OWN)
  })

  test('is another one for each delivery, also of the same event', async () => {
    const shop = await open()
    for (let time = 0; time < 3; time++) await shop.deliver()
    const ids = shop.outcomes.map(({ requestId }) => requestId)
    expect(new Set(ids).size).toBe(3)
    expect(shop.outcomes.map(({ outcome }) => outcome)).toEqual(['handled', 'duplicate', 'duplicate'])
  })

  test('is told of what is refused before the flow and in it', async () => {
    const shop = await open()
    await shop.deliver(bodyOf(), 'X-Request-Id: compressed', 'Content-Encoding: gzip')
    await shop.post(bodyOf(), 'X-Request-Id: unsigned')
    await shop.deliver('{', 'X-Request-Id: unusable')
    await new Promise((resolve) => setImmediate(resolve))
    const told = [...shop.errors.map(({ details }) => details), ...shop.outcomes].map(({ requestId }) => requestId)
    expect(told).toEqual(Array(2).fill(['compressed', 'unsigned', 'unusable']).flat())
  })

  test('is in the line of the default log', async () => {
    const lines: { code: string; requestId: string }[] = []
    jest.spyOn(console, 'error').mockImplementation((line) => void lines.push(JSON.parse(String(line)) as never))
    const shop = await open({
      logsErrors: true,
      handler() {
        throw new Error('no')
      },
    })
    await shop.deliver(bodyOf(), 'X-Request-Id: req-1')
    expect(lines).toMatchObject([{ code: 'HANDLER_FAILED', requestId: 'req-1' }])
  })
})

test.each<[string, () => DeliveryInput['headers'], string | RegExp]>([
  ['an object', () => ({ ...SIGNED, 'X-Request-Id': 'req-1' }), 'req-1'],
  ['an object of lists', () => ({ ...SIGNED, 'X-Request-Id': ['req-1'] }), 'req-1'],
  ['Headers', () => new Headers({ ...SIGNED, 'X-Request-Id': 'req-1' }), 'req-1'],
  ['a Map', () => new Map(Object.entries({ ...SIGNED, 'X-Request-Id': 'req-1' })), 'req-1'],
  ['two values, of which none is the only one', () => ({ ...SIGNED, 'X-Request-Id': ['req-1', 'req-2'] }), OWN],
  ['nothing', () => SIGNED, OWN],
])('receive reads it from %s', async (_, headers, expected) => {
  const reports: OutcomeReport[] = []
  const onOutcome = (report: OutcomeReport) => void reports.push(report)
  const receiver = createReceiver(hmacProvider(), { store: memoryStore(), on: {}, onOutcome })
  await receiver.receive({ body: bodyOf(), headers: headers() })
  const requestId: unknown = typeof expected === 'string' ? expected : expect.stringMatching(expected)
  expect(reports).toMatchObject([{ outcome: 'unhandled', requestId }])
})

test.each(['', 'x request', 'x-request-id:', 'x\nid', 7, true, {}])('%p names no header', (requestIdHeader) => {
  const options = { store: memoryStore(), on: {}, requestIdHeader: requestIdHeader as never }
  expect(() => createReceiver(hmacProvider(), options)).toThrow(
    expect.objectContaining({
      code: 'CONFIG_OPTION_INVALID',
      message: expect.stringContaining('webhook options: requestIdHeader must be a header name, or null'),
    }),
  )
})

describe('a replay', () => {
  withFakeTime()

  test('has an id of its own: the request that brought the delivery is long answered', async () => {
    const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
    await store.init()
    await store.close()
    let isReady = false
    const handlers: string[] = []
    const details: ErrorDetails[] = []
    const reports: OutcomeReport[] = []
    const receiver = createReceiver(hmacProvider(), {
      store,
      on: {
        'payment.confirmed': (_event, { requestId }) => {
          handlers.push(requestId)
          if (!isReady) throw new RetryLater('not yet')
        },
      },
      onError: (_error, detail) => void details.push(detail),
      onOutcome: (report) => void reports.push(report),
    })
    const headers = { 'x-signature': signatureOf(bodyOf()), 'x-request-id': 'req-1' }
    for (let run = 0; run < 5; run++) await receiver.receive({ body: bodyOf(), headers })
    expect(details.at(-1)).toMatchObject({ outcome: 'kept', requestId: 'req-1' })
    isReady = true
    const [kept] = await store.listEvents({ state: 'failed' })
    await store.replay(kept!.key)
    await pass(3000)
    expect(reports.at(-1)).toMatchObject({ outcome: 'handled', requestId: handlers.at(-1) })
    expect([handlers.slice(0, 5), handlers[5]]).toEqual([Array(5).fill('req-1'), expect.stringMatching(OWN)])
    await receiver.close()
  })
})
