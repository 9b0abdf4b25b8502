/** CityPay's callbacks prove nothing and are read back: for every callback and answer, only an order's content has effects. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  answerTo,
  cityPay,
  cityPayReadBack,
  createReceiver,
  memoryStore,
  type WebhookEvent,
} from 'express-payment-webhooks'
import { fixture } from '../support/fixtures.js'
import { anything, pathsOf, replaced } from '../support/mutations.js'
import { startServer, type RunningServer } from '../support/start-server.js'

type ReadBack = NonNullable<Parameters<typeof cityPay>[0]['readBack']>

const ORDER = '100187'
const TOKEN = '100187482913'
const SENDER = '203.0.113.7'
const CALLBACK = fixture('city-pay', 'order_confirmed')
/** Reports nothing that a read-back might not contain yet. */
const CREATED = fixture('city-pay', 'order_created')
const ANSWER = JSON.parse(fixture('city-pay', 'api_order_confirmed').toString()) as { data: Order }

/** The fields of an answer that this test uses; each of them may be anything. */
interface Order {
  readonly id: unknown
  readonly token: unknown
  readonly amountFiat: unknown
  readonly currency: unknown
  readonly status: unknown
  readonly transactions: readonly { readonly amountFiat: unknown }[] | null | undefined
}

/** Takes one callback through a receiver of its own; answers the status and every event that reached a handler. */
async function deliver(body: Buffer, readBack: ReadBack, options: { allowedIps?: string[]; timeoutMs?: number } = {}) {
  const { timeoutMs = 10_000, ...rest } = options
  const provider = cityPay({ orderToken: (id) => (id === ORDER ? TOKEN : null), readBack, ...rest })
  const events: WebhookEvent[] = []
  const receiver = createReceiver(provider, {
    store: memoryStore(),
    on: {},
    onUnhandled: (event) => void events.push(event),
    onError: () => {},
    timeoutMs,
  })
  const outcome = await receiver.receive({ body, headers: {}, ip: SENDER })
  return { status: answerTo(outcome, provider).status, events }
}

describe('whatever the callback,', () => {
  /** The only possible event: the documented answer about the order whose token the shop stored. */
  const CONFIRMED = {
    type: 'payment.confirmed',
    orderId: ORDER,
    paymentId: '28761',
    expected: { amount: '50', currency: 'USD' },
    received: { amount: '50', currency: 'USD' },
  }

  async function expectNothingElse(body: Buffer): Promise<void> {
    const asked: string[] = []
    const { status, events } = await deliver(body, async (token) => {
      asked.push(token)
      return ANSWER
    })
    expect([200, 400, 401, 503]).toContain(status)
    expect(events).toMatchObject(status === 200 ? [CONFIRMED] : [])
    expect(asked).toEqual(asked.map(() => TOKEN))
  }

  test('the documented one becomes the event the others are compared with', async () => {
    const { status, events } = await deliver(CALLBACK, async () => ANSWER)
    expect(status).toBe(200)
    expect(events).toMatchObject([CONFIRMED])
  })

  test('any bytes and any JSON come to a planned answer, and to no other event', async () => {
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
    )
    await fc.assert(fc.asyncProperty(body, expectNothingElse), { numRuns: 500 })
  })

  test('a genuine one in which one value is anything comes to a planned answer, and to no other event', async () => {
    const payload = JSON.parse(CALLBACK.toString()) as object
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pathsOf(payload)), anything, (path, value) =>
        expectNothingElse(Buffer.from(JSON.stringify(replaced(payload, path, value)))),
      ),
      { numRuns: 600 },
    )
  })

  test('a deposit in which one value is anything acts only from an allowed address', async () => {
    const payload = JSON.parse(fixture('city-pay', 'deposit_confirmed').toString()) as object
    const unread: ReadBack = () => Promise.reject(new Error('a deposit cannot be read back'))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pathsOf(payload)), anything, async (path, value) => {
        const body = Buffer.from(JSON.stringify(replaced(payload, path, value)))
        const vouched = await deliver(body, unread, { allowedIps: [SENDER] })
        expect([200, 400]).toContain(vouched.status)
        expect(vouched.events).toHaveLength(vouched.status === 200 ? 1 : 0)
        const unproven = await deliver(body, unread)
        expect([400, 401]).toContain(unproven.status)
        expect(unproven.events).toEqual([])
      }),
      { numRuns: 400 },
    )
  })
})

describe('whatever the order read answers,', () => {
  const TYPES: Readonly<Record<string, string>> = {
    UNDERPAID: 'payment.partially_paid',
    PAID_UNCONFIRMED: 'payment.detected',
    OVERPAID: 'payment.detected',
    CONFIRMED: 'payment.confirmed',
    CANCELED: 'payment.canceled',
    CANCELLED: 'payment.canceled',
    EXPIRED: 'payment.expired',
  }

  const inProgress = ({ transactions }: Order) =>
    (transactions ?? []).every(({ amountFiat }) => Number(partOf(amountFiat, 'base')) === 0)
      ? 'payment.pending'
      : 'payment.partially_paid'

  /** The answer in each form that `readBack` may return. */
  const forms = fc.constantFrom<(answer: unknown) => unknown>(
    (answer) => answer,
    (answer) => JSON.stringify(answer),
    (answer) => Buffer.from(JSON.stringify(answer)),
  )

  /** Answers the event, or undefined if the answer was rejected. */
  async function expectWhatItSays(answer: unknown, raw: unknown): Promise<WebhookEvent | undefined> {
    const { status, events } = await deliver(CREATED, async () => raw)
    if (status !== 200) {
      expect(status).toBe(503)
      expect(events).toEqual([])
      return undefined
    }
    const { data, message } = answer as { data: Order; message: Order }
    const said = data ?? message
    expect(String(said.token)).toBe(TOKEN)
    const code = String(partOf(said.status, 'code'))
      .trim()
      .toUpperCase()
      .replace(/[^A-Z0-9]+/g, '_')
    const [event] = events
    expect(events).toHaveLength(1)
    const type = code === 'IN_PROGRESS' ? inProgress(said) : TYPES[code]
    if (type === undefined) {
      expect(event!.type).toMatch(/^city-pay\./)
      return event
    }
    const currency = String(partOf(said.currency, 'abbreviation')).toUpperCase()
    expect(event).toMatchObject({ type, orderId: ORDER, paymentId: String(said.id) })
    expect(event!.expected!.currency).toBe(currency)
    expectAmount(event!.expected!.amount, said.amountFiat)
    const [transaction] = said.transactions ?? []
    if (transaction === undefined) {
      expect(event!.received).toBeNull()
      return event
    }
    expect(event!.received!.currency).toBe(currency)
    const named = ['base', 'total'].map((name) => partOf(transaction.amountFiat, name)).filter(isAmount)
    expect(named.map(Number)).toContain(Number(event!.received!.amount))
    return event
  }

  test('a genuine answer in which one value is anything is believed as it stands, or answered 503', async () => {
    let believed = 0
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pathsOf(ANSWER)), anything, forms, async (path, value, form) => {
        const answer = replaced(ANSWER, path, value)
        if ((await expectWhatItSays(answer, form(answer))) !== undefined) believed++
      }),
      { numRuns: 1500 },
    )
    expect(believed).toBeGreaterThan(0)
  })

  test('another status with another amount is believed as it stands', async () => {
    const status = fc.oneof(
      fc.constantFrom('IN_PROGRESS', ...Object.keys(TYPES), 'In-progress', 'Paid/Unconfirmed'),
      fc.string(),
    )
    const amount = fc
      .bigInt({ min: 0n, max: 10n ** 12n })
      .map((cents) => `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`)
    await fc.assert(
      fc.asyncProperty(status, amount, amount, forms, async (code, price, paid, form) => {
        const [transaction] = ANSWER.data.transactions!
        const data = {
          ...ANSWER.data,
          status: code,
          amountFiat: price,
          transactions: [{ ...transaction, amountFiat: { base: paid, total: price } }],
        }
        const event = await expectWhatItSays({ data }, form({ data }))
        if (event?.type.startsWith('payment.')) expectAmount(event.received!.amount, paid)
        else expect(Object.keys(TYPES)).not.toContain(code)
      }),
      { numRuns: 300 },
    )
  })

  test('another order is answered 503', async () => {
    await fc.assert(
      fc.asyncProperty(anything, forms, async (token, form) => {
        fc.pre(token !== TOKEN)
        const answer = replaced(ANSWER, ['data', 'token'], token)
        expect(await deliver(CALLBACK, async () => form(answer))).toEqual({ status: 503, events: [] })
      }),
    )
  })

  test('any other value, text or bytes are answered 503', async () => {
    const raw = fc.oneof(fc.anything(), fc.json(), fc.string(), fc.uint8Array({ maxLength: 200 }))
    await fc.assert(
      fc.asyncProperty(raw, async (answer) => {
        expect(await deliver(CALLBACK, async () => answer)).toEqual({ status: 503, events: [] })
      }),
      { numRuns: 500 },
    )
  })

  test('a genuine answer cut short, or with a byte changed to one that is no JSON, is answered 503', async () => {
    const genuine = Buffer.from(JSON.stringify(ANSWER))
    await fc.assert(
      fc.asyncProperty(fc.nat(genuine.length - 1), fc.constantFrom(0x00, 0x80, 0xff), async (at, byte) => {
        const spoiled = Buffer.from(genuine)
        spoiled[at] = byte
        for (const answer of [genuine.subarray(0, at), spoiled])
          expect(await deliver(CALLBACK, async () => answer)).toEqual({ status: 503, events: [] })
      }),
    )
  })

  test('a failure of any kind is answered 503', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), fc.boolean(), async (reason, atOnce) => {
        const failing: ReadBack = atOnce
          ? () => {
              throw reason
            }
          : () => Promise.reject(reason)
        expect(await deliver(CALLBACK, failing)).toEqual({ status: 503, events: [] })
      }),
    )
  })

  test('nothing at all is answered 503 at the deadline, also where the signal is ignored', async () => {
    const silent: ReadBack = () => new Promise(() => {})
    expect(await deliver(CALLBACK, silent, { timeoutMs: 100 })).toEqual({ status: 503, events: [] })
  })
})

describe('whatever HTTP answer the public order read gives,', () => {
  let server: RunningServer
  let answer: { status: number; headers: Record<string, string>; body: Buffer }
  beforeAll(async () => {
    server = await startServer((_req, res) => {
      res.writeHead(answer.status, answer.headers).end(answer.body)
    })
  })
  afterAll(() => server.close())

  test('any but a 200 with the order is answered 503', async () => {
    const genuine = Buffer.from(JSON.stringify(ANSWER))
    const readBack = cityPayReadBack(`http://127.0.0.1:${server.port}`)
    answer = { status: 200, headers: {}, body: genuine }
    expect(await deliver(CALLBACK, readBack)).toMatchObject({ status: 200, events: [{ type: 'payment.confirmed' }] })

    const status = fc.constantFrom(200, 201, 204, 301, 302, 304, 400, 401, 404, 429, 500, 503)
    const headers = fc.constantFrom<Record<string, string>>(
      {},
      { 'content-type': 'text/html' },
      { 'content-encoding': 'gzip' },
      { location: 'http://127.0.0.1:1/' },
      { 'content-length': '5' },
    )
    const body = fc.oneof(
      fc.constant(genuine),
      fc.constant(Buffer.from('<html>')),
      fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
    )
    await fc.assert(
      fc.asyncProperty(status, headers, body, async (code, fields, bytes) => {
        const whole = !('content-encoding' in fields) && !('content-length' in fields)
        fc.pre(code !== 200 || bytes !== genuine || !whole)
        answer = { status: code, headers: fields, body: bytes }
        expect(await deliver(CALLBACK, readBack, { timeoutMs: 2000 })).toEqual({ status: 503, events: [] })
      }),
      { numRuns: 200 },
    )
  }, 30_000)
})

/** A field of an object, or the value itself if the answer omits the object. */
function partOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : value
}

function isAmount(said: unknown): said is string | number {
  return typeof said === 'string' || typeof said === 'number'
}

function expectAmount(found: string, said: unknown): void {
  expect(isAmount(said)).toBe(true)
  expect(Number(found) - Number(said)).toBe(0)
}
