/** The forms in which hosts pass bodies and headers: each becomes one delivery, or a message that names the fix. */
import { describe, expect, test } from '@jest/globals'
import { runInNewContext } from 'node:vm'
import { createReceiver, memoryStore } from 'express-payment-webhooks'
import { headersOf, onlyValue, toDelivery } from '../src/delivery.js'
import { bodyOf, hmacProvider, signatureOf } from './support/hmac-provider.js'

const TEXT = bodyOf({ order_id: 'Café/1001 🧨' })
const BYTES = Buffer.from(TEXT)
const SIGNATURE = signatureOf(TEXT)

const receiver = () => createReceiver(hmacProvider(), { store: memoryStore(), on: {}, onError: () => {} })

/** The same bytes as a view into a larger buffer, which holds other bytes around them. */
function view(): Uint8Array {
  const larger = new Uint8Array(BYTES.length + 10).fill(120)
  larger.set(BYTES, 5)
  return larger.subarray(5, 5 + BYTES.length)
}

const arrayBuffer = () => Uint8Array.from(BYTES).buffer
const BODIES: [string, () => Uint8Array | ArrayBuffer | string][] = [
  ['a Buffer', () => BYTES],
  ['a text', () => TEXT],
  ['a Uint8Array', () => Uint8Array.from(BYTES)],
  ['a view into a larger buffer', view],
  ['a DataView', () => new DataView(arrayBuffer()) as never],
  ['an ArrayBuffer', arrayBuffer],
  ['an ArrayBuffer of another realm', () => elsewhere('new Uint8Array(bytes).buffer')],
  ['a Uint8Array of another realm', () => elsewhere('new Uint8Array(bytes)')],
  ['what a Response reads', () => arrayBuffer()],
]

/** Test runners, and bundlers for the edge, give code separate globals. */
const elsewhere = (code: string) => runInNewContext(code, { bytes: [...BYTES] }) as Uint8Array

describe('a body', () => {
  test.each(BODIES)('as %s is verified', async (_, body) => {
    const outcome = await receiver().receive({ body: body(), headers: { 'x-signature': SIGNATURE } })
    expect([outcome.kind, outcome.event?.orderId]).toEqual(['unhandled', 'Café/1001 🧨'])
  })

  test.each([{}, { parsed: true }, null, undefined, 42, true, [], new Blob([TEXT]), Promise.resolve(TEXT)])(
    'that was parsed, or is not there, is refused with the fix: %p',
    async (body) => {
      await expect(receiver().receive({ body: body as never, headers: { 'x-signature': SIGNATURE } })).rejects.toThrow(
        new TypeError('receive: body must be the exact bytes received, as a Buffer, Uint8Array, ArrayBuffer or text'),
      )
    },
  )

  test('that is spoiled is not authentic, in whatever form', async () => {
    for (const body of [`${TEXT} `, Uint8Array.from(BYTES.subarray(1)), arrayBuffer().slice(1)])
      expect((await receiver().receive({ body, headers: { 'x-signature': SIGNATURE } })).kind).toBe('not_authentic')
  })
})

describe('headers', () => {
  const PAIRS: [string, string][] = [
    ['Content-Type', 'application/json'],
    ['X-Signature', SIGNATURE],
  ]

  test.each<[string, () => Parameters<typeof toDelivery>[0]['headers']]>([
    ['an object', () => Object.fromEntries(PAIRS)],
    ['an object without a prototype', () => Object.assign(Object.create(null) as object, Object.fromEntries(PAIRS))],
    ['an object of lists', () => Object.fromEntries(PAIRS.map(([name, value]) => [name, [value]]))],
    ['Headers', () => new Headers(PAIRS)],
    ['a Map', () => new Map(PAIRS)],
    ['a Map of another realm', () => runInNewContext('new Map(pairs)', { pairs: PAIRS }) as Map<string, string>],
    ['a list of pairs', () => PAIRS],
    ['an iterator of pairs', () => PAIRS.values()],
    ['an object with a header that is not there', () => ({ ...Object.fromEntries(PAIRS), other: undefined })],
    ['an object with a header that is null', () => ({ ...Object.fromEntries(PAIRS), other: null as never })],
  ])('as %s are read, in any case of their names', async (_, headers) => {
    expect((await receiver().receive({ body: BYTES, headers: headers() })).kind).toBe('unhandled')
  })

  test.each<[string, unknown]>([
    ['a text', `X-Signature: ${SIGNATURE}`],
    ['nothing', undefined],
    ['null', null],
    ['names and values in turn', PAIRS.flat()],
    ['a list with a hole', [PAIRS[0], undefined]],
  ])('that are %s are refused with the fix', async (_, headers) => {
    await expect(receiver().receive({ body: BYTES, headers: headers as never })).rejects.toThrow(
      new TypeError('receive: headers must be an object, Headers, a Map, or a list of pairs'),
    )
  })

  test('that were sent twice are a list, and the signature is refused then', async () => {
    const twice = [...PAIRS, ['x-signature', SIGNATURE]] as [string, string][]
    const outcome = await receiver().receive({ body: BYTES, headers: twice })
    expect([outcome.kind, outcome.error?.code]).toEqual(['not_authentic', 'AUTH_HEADER_REPEATED'])
  })

  test('are texts when they came once and lists when they came several times, by lower-case names', () => {
    const expected = { a: '1', b: ['2', '3', '4'], c: '5' }
    expect({
      ...toDelivery({ body: '', headers: { A: ['1'], b: ['2', '3'], B: '4', C: '5', d: [] } }).headers,
    }).toEqual(expected)
    expect({ ...headersOf(['A', '1', 'b', '2', 'B', '3', 'C', '5', 'b', '4']) }).toEqual(expected)
  })

  test.each([
    ['text', 'text'],
    [['one'], 'one'],
    [['one', 'two'], undefined],
    [[], undefined],
    [undefined, undefined],
  ])('of which one is %p have the one value %p', (value, only) => {
    expect(onlyValue({ name: value }, 'name')).toBe(only)
  })

  test('have no names but those that were sent', () => {
    const { headers } = toDelivery({ body: '', headers: [['constructor', 'x']] })
    expect([headers['constructor'], headers['toString'], headers['__proto__']]).toEqual(['x', undefined, undefined])
    expect(headersOf(['__proto__', 'x'])['__proto__']).toBe('x')
  })
})
