/** src/providers/binance-pay: signed with a private key that only Binance has, with numbers that no float can hold. */
import { afterEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createHmac } from 'node:crypto'
import { toDecimal, type Provider } from 'express-payment-webhooks'
import { binancePay } from 'express-payment-webhooks/providers/binance-pay'
import { binancePayTestKeys } from 'express-payment-webhooks/testing'
import { samples, types } from '../../../src/testing/samples/binance-pay.js'
import { eventOf, receiverOf } from '../../support/deliver.js'
import { deliveriesTo, oneByteOf } from '../../support/generated.js'
import { anything, pathsOf, replaced } from '../../support/mutations.js'
import { describeExamples, describeVectors, payloadOf, vectorsOf, type Vector } from '../../support/provider-suite.js'
import { startServer, type RunningServer } from '../../support/start-server.js'

const { 'binance-pay': vectors } = vectorsOf<{
  'binance-pay': {
    public_keys: Record<string, string>
    cases: (Vector & { known_keys: string[]; now_ms: number })[]
  }
}>('binance-pay')

const signing = () => binancePay({ keys: {}, testKeys: binancePayTestKeys() }) as Provider
const provider = signing()
const body = payloadOf('binance-pay', 'pay_success.json')

const keysOf = (serials: readonly string[]) =>
  Object.fromEntries(serials.map((serial) => [serial, vectors.public_keys[serial]!]))

// Binance documents no tolerance, so a duplicate from six minutes ago is accepted: it is the same event.
describeVectors(
  vectors.cases,
  ({ known_keys, now_ms }) => binancePay({ keys: keysOf(known_keys), now: () => now_ms }),
  { 'six minutes old': true },
)

describeExamples('binance-pay', signing)

test.each(Object.entries(samples))('the sample %s is what it stands for', async (name, payload) => {
  expect((await eventOf(provider, JSON.stringify(payload))).type).toBe(types[name as keyof typeof types])
})

describe('what is said', () => {
  test('ids of twenty digits stay as they were written, with bizIdStr or without', async () => {
    const text = body.toString()
    const without = text.replace('"bizIdStr":"31740582916607384425",', '')
    expect(without).not.toBe(text)
    const ids = [await eventOf(provider, text), await eventOf(provider, without)].map(({ id, paymentId }) => [
      id,
      paymentId,
    ])
    expect(ids).toEqual([
      ['binance-pay:PAY:31740582916607384425:PAY_SUCCESS', '31740582916607384425'],
      ['binance-pay:PAY:31740582916607384425:PAY_SUCCESS', '31740582916607384425'],
    ])
  })

  test.each([
    ['0.88000000', '0.88'],
    ['139.25000000', '139.25'],
    ['12345678901234567.12345678', '12345678901234567.12345678'],
    ['0.100000000000000001', '0.100000000000000001'],
  ])('an amount written %s is exactly %s', async (written, amount) => {
    const text = body.toString().replaceAll('139.25000000', written)
    expect((await eventOf(provider, text)).received).toEqual({ amount, currency: 'USDT', basis: 'total' })
  })

  test('what the payer gave stands beside it where it was another coin', async () => {
    const text = body
      .toString()
      .replace('{\\"currency\\":\\"USDT\\",\\"amount\\":139.25000000', '{\\"currency\\":\\"BNB\\",\\"amount\\":0.21')
    expect(await eventOf(provider, text)).toMatchObject({
      received: { amount: '139.25', currency: 'USDT' },
      original: { amount: '0.21', currency: 'BNB' },
    })
    expect((await eventOf(provider, body)).original).toBeNull()
  })

  test('two refunds of one order are two, by their own ids, although bizId is the same', async () => {
    const first = payloadOf('binance-pay', 'pay_refund.json').toString()
    const second = first.replaceAll('40952718836614507', '40952718836614508')
    const receiver = receiverOf(provider)
    const kinds: string[] = []
    for (const text of [first, second, first]) kinds.push((await receiver.deliver(text)).kind)
    expect(kinds).toEqual(['unhandled', 'unhandled', 'duplicate'])
    expect(receiver.events.map(({ refund }) => refund?.id)).toEqual(['40952718836614507', '40952718836614508'])
  })

  test('a repeat with another nonce and time is the same event', async () => {
    const receiver = receiverOf(provider)
    const kinds: string[] = []
    for (const nonce of ['a'.repeat(32), 'b'.repeat(32)]) {
      kinds.push((await receiver.deliver(body, provider.sign(body, { 'binancepay-nonce': nonce }).headers)).kind)
    }
    expect(kinds).toEqual(['unhandled', 'duplicate'])
  })

  test.each([
    ['PAY_REFUND', 'REFUND_SUCCESS', '{"totalFee":1,"currency":"USDT"}'],
    ['PAY', 'PAY_SUCCESS', '{"currency":"USDT"}'],
    ['PAY', 'PAY_SUCCESS', 'no JSON'],
    ['PAY', 'PAY_SUCCESS', ''],
  ])('%s %s with the data %s is kept for the operator', async (bizType, bizStatus, data) => {
    const { kind } = await receiverOf(provider).deliver(JSON.stringify({ bizType, bizStatus, bizIdStr: '1', data }))
    expect(kind).toBe('unusable')
  })
})

test('the sender is answered in its own words', () => {
  const accepted = {
    status: 200,
    contentType: 'application/json',
    body: '{"returnCode":"SUCCESS","returnMessage":null}',
  }
  expect(provider.answers).toEqual({ accepted, notAuthentic: 401, later: 503 })
})

describe('keys by the API', () => {
  const servers: RunningServer[] = []
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
  })
  const [API_KEY, API_SECRET] = ['k7f3c9e1b5a2d8064e', 's1b9d7c5f3a1e0826b4d']

  async function shop(serials: readonly string[], status = 200) {
    const asked: { url: string; body: string; headers: Record<string, unknown> }[] = []
    const server = await startServer((req, res) => {
      let sent = ''
      req
        .on('data', (chunk: Buffer) => (sent += chunk.toString()))
        .on('end', () => {
          asked.push({ url: `${req.method} ${req.url}`, body: sent, headers: req.headers })
          const data = serials.map((certSerial) => ({ certSerial, certPublic: vectors.public_keys[certSerial] }))
          res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ status: 'SUCCESS', data }))
        })
    })
    servers.push(server)
    const apiUrl = `http://127.0.0.1:${server.port}`
    const receiver = receiverOf(binancePay({ apiKey: API_KEY, apiSecret: API_SECRET, apiUrl }) as Provider)
    const deliver = ({ raw_body, headers }: Vector) =>
      receiver.deliver(
        raw_body,
        Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      )
    return { deliver, asked }
  }

  const [genuine] = vectors.cases
  const [KNOWN, OTHER] = Object.keys(vectors.public_keys)

  test('one signed request fetches the key of the serial that is named, once', async () => {
    const { deliver, asked } = await shop([OTHER!, KNOWN!])
    expect(await deliver(genuine!)).toMatchObject({ kind: 'unhandled' })
    expect(await deliver(genuine!)).toMatchObject({ kind: 'duplicate' })
    expect(asked.map(({ url }) => url)).toEqual(['POST /binancepay/openapi/certificates'])
    const { headers, body: sent } = asked[0]!
    const text = `${String(headers['binancepay-timestamp'])}\n${String(headers['binancepay-nonce'])}\n${sent}\n`
    const digest = createHmac('sha512', API_SECRET).update(text).digest('hex').toUpperCase()
    expect(headers).toMatchObject({ 'binancepay-certificate-sn': API_KEY, 'binancepay-signature': digest })
    expect(String(headers['binancepay-nonce'])).toMatch(/^.{32}$/)
  })

  test('a serial that Binance does not have is refused, and not asked for with every forgery', async () => {
    const { deliver, asked } = await shop([OTHER!])
    for (let at = 0; at < 3; at++) expect(await deliver(genuine!)).toMatchObject({ kind: 'not_authentic' })
    expect(asked).toHaveLength(1)
  })

  test.each([400, 401, 429, 500, 503])(
    'an API that answers %d says nothing about the delivery: later',
    async (status) => {
      const { deliver } = await shop([KNOWN!], status)
      expect(await deliver(genuine!)).toMatchObject({ kind: 'retry_later' })
    },
  )
})

describe('options', () => {
  const { NODE_ENV } = process.env
  afterEach(() => {
    process.env.NODE_ENV = NODE_ENV
  })

  test.each([
    [{}, /apiKey is missing/],
    [{ apiKey: 'k7f3c9e1b5a2d8064e' }, /apiSecret is missing/],
    [{ keys: {} }, /at least one serial/],
    [{ keys: { a: 'no key' } }, /public key in PEM/],
    [{ keys: keysOf(Object.keys(vectors.public_keys)), apiKey: 'k7f3c9e1b5a2d8064e' }, /and not both/],
    [{ keys: keysOf(Object.keys(vectors.public_keys)), toleranceSeconds: -1 }, /toleranceSeconds/],
    [{ key: 'x' }, /unknown option "key"/],
  ])('%j are refused', (options, message) => {
    expect(() => binancePay(options as never)).toThrow(message)
  })

  test('keys for tests are refused where NODE_ENV is production', () => {
    process.env.NODE_ENV = 'production'
    expect(signing).toThrow(/testKeys are for tests/)
  })

  test.each([
    [300, -299_000, 'unhandled'],
    [300, -301_000, 'not_authentic'],
    [null, -9_000_000_000, 'unhandled'],
  ])('with a tolerance of %p seconds, %d ms off: %s', async (toleranceSeconds, offset, kind) => {
    const now = 1795766604000
    const options = { keys: {}, testKeys: binancePayTestKeys() }
    const { headers } = binancePay({ ...options, now: () => now + offset }).sign(body)
    const receiver = receiverOf(binancePay({ ...options, toleranceSeconds, now: () => now }) as Provider)
    expect(await receiver.deliver(body, headers)).toMatchObject({ kind })
  })
})

describe('generated', () => {
  const { headers } = provider.sign(body)

  test('another byte of the body is refused: 401 (5,000 cases)', async () => {
    const deliver = deliveriesTo(provider)
    await fc.assert(
      fc.asyncProperty(oneByteOf(body), async (changed) => {
        expect(await deliver(changed, headers)).toEqual({ status: 401, events: [] })
      }),
      { numRuns: 5000 },
    )
  })

  test.each(['binancepay-nonce', 'binancepay-timestamp', 'binancepay-signature', 'binancepay-certificate-sn'])(
    'another letter of %s is refused: 401 (1,000 cases)',
    async (name) => {
      const deliver = deliveriesTo(provider)
      const changed = oneByteOf(Buffer.from(headers[name]!)).map((bytes) => bytes.toString('latin1'))
      await fc.assert(
        fc.asyncProperty(changed, async (text) => {
          expect(await deliver(body, { ...headers, [name]: text })).toEqual({ status: 401, events: [] })
        }),
        { numRuns: 1000 },
      )
    },
  )

  test('a signed notification that says anything in one place is an event, or kept: 200 or 400 (1,500 cases)', async () => {
    const payloads = Object.values(samples).map((one) => ({ ...one, data: JSON.parse(one.data) as object }))
    const places = payloads.flatMap((payload) => pathsOf(payload).map((path) => ({ payload, path })))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), anything, async ({ payload, path }, value) => {
        const said = replaced(payload, path, value) as { data: unknown }
        const sent = provider.sign({ ...said, data: JSON.stringify(said.data) })
        const { status, events } = await deliveriesTo(provider)(sent.body, sent.headers)
        expect([200, 400]).toContain(status)
        expect(events).toHaveLength(status === 200 ? 1 : 0)
        for (const { received } of events) {
          if (received === null) continue
          const { totalFee } = said.data as { totalFee: unknown }
          // A number is read exactly as written, because JSON has no negative zero and no largest integer.
          expect(received.amount).toBe(toDecimal(typeof totalFee === 'number' ? JSON.stringify(totalFee) : totalFee))
        }
      }),
      { numRuns: 1500 },
    )
  })
})
