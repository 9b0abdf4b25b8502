/** Timestamps: their formats, their places, and the exact tolerance. */
import { describe, expect, test } from '@jest/globals'
import { createHmac } from 'node:crypto'
import type { TimestampOptions } from 'express-payment-webhooks'
import { signature } from '../../src/crypto/signature.js'
import { BODY, codeOf, delivery, SECRET } from '../support/scheme-deliveries.js'

const NOW = 1_750_000_000_900

const mac = (text: string) => createHmac('sha256', SECRET).update(text).digest('hex')

/** A valid signature over any text in the place of the time, so that only the time decides. */
function saysOf(timestamp: TimestampOptions, time: string | readonly string[] | undefined, now = NOW): string {
  const { entry, header } = timestamp
  const scheme = signature({
    header: 'x-sig',
    secret: SECRET,
    timestamp,
    message: ({ timestamp: stamp, body }) => [stamp, '.', body],
    now: () => now,
    ...(entry !== undefined && { separator: ',', prefix: 'v1=' }),
  })
  const times = [time ?? []].flat()
  const signed = mac(`${times[0] ?? ''}.${BODY}`)
  const headers =
    header === undefined
      ? { 'x-sig': [...times.map((one) => `${entry}${one}`), `v1=${signed}`].join(',') }
      : { 'x-sig': signed, ...(time !== undefined && { [header]: time }) }
  return codeOf(() => scheme.verify(delivery(headers)))
}

const inHeader = (more: Partial<TimestampOptions> = {}) => ({ header: 'x-time', toleranceSeconds: 300, ...more })
const inEntry = (more: Partial<TimestampOptions> = {}) => ({ entry: 't=', toleranceSeconds: 300, ...more })

describe.each([
  ['in a header of its own', inHeader()],
  ['as an entry of the signature', inEntry()],
])('a time stamp %s', (_, options) => {
  test.each([
    [-300, 'accepted'],
    [
      -301,
      "AUTH_TIMESTAMP_STALE: the time stamp is 301 s old, and at most 300 s are allowed: an old delivery was sent again, the sender's retries repeat the first time stamp, or one of the two clocks is wrong",
    ],
    [0, 'accepted'],
    [300, 'accepted'],
    [
      301,
      'AUTH_TIMESTAMP_STALE: the time stamp is 301 s ahead, and at most 300 s are allowed: one of the two clocks is wrong',
    ],
  ])('%i s away from the clock: %s', (seconds, says) => {
    expect(saysOf(options, String(1_750_000_000 + seconds))).toContain(says)
  })

  test.each([
    '175000000',
    '17500000000',
    '1750000000.0',
    '+1750000000',
    ' 1750000000',
    '1.75e9',
    '0x684E8B80',
    'now',
    '',
  ])('%p is none', (time) => {
    expect(saysOf(options, time)).toContain('AUTH_TIMESTAMP_MALFORMED: the time stamp is not a Unix time in seconds')
  })
})

describe('where it stands', () => {
  test('a header has to be there, once', () => {
    expect(saysOf(inHeader(), undefined)).toContain('AUTH_HEADER_MISSING: the x-time header is missing')
    expect(saysOf(inHeader(), ['1750000000', '1750000000'])).toContain('AUTH_HEADER_REPEATED')
  })

  test('an entry has to be there, once', () => {
    expect(saysOf(inEntry(), undefined)).toContain('AUTH_TIMESTAMP_MALFORMED')
    expect(saysOf(inEntry(), ['1750000000', '1750000001'])).toContain('the x-sig header has more than one time stamp')
  })
})

describe('how it is written', () => {
  test.each<[TimestampOptions['unit'], string, string]>([
    ['ms', '1750000000900', 'accepted'],
    ['ms', '1749999700000', 'accepted'],
    ['ms', '1749999699999', 'AUTH_TIMESTAMP_STALE'],
    ['ms', '1750000000', 'AUTH_TIMESTAMP_MALFORMED: the time stamp is not a Unix time in milliseconds'],
    ['iso', '2025-06-15T15:06:40Z', 'accepted'],
    ['iso', '2025-06-15T15:06:40.123456789Z', 'accepted'],
    ['iso', '2025-06-15T15:01:40Z', 'accepted'],
    ['iso', '2025-06-15T15:01:39Z', 'AUTH_TIMESTAMP_STALE'],
    ['iso', '2025-06-15T15:11:41Z', 'AUTH_TIMESTAMP_STALE'],
    ['iso', '2025-06-15T15:06:40+00:00', 'AUTH_TIMESTAMP_MALFORMED: the time stamp is not a time in ISO 8601 and UTC'],
    ['iso', '2025-06-15T15:06:40', 'AUTH_TIMESTAMP_MALFORMED'],
    ['iso', '2025-06-15 15:06:40Z', 'AUTH_TIMESTAMP_MALFORMED'],
    ['iso', '2025-13-15T15:06:40Z', 'AUTH_TIMESTAMP_MALFORMED'],
    ['iso', 'Sun, 15 Jun 2025 15:06:40 GMT', 'AUTH_TIMESTAMP_MALFORMED'],
    ['iso', '1750000000', 'AUTH_TIMESTAMP_MALFORMED'],
  ])('in %s: %s is %s', (unit, time, says) => {
    expect(saysOf(inHeader({ unit: unit! }), time)).toContain(says)
  })

  test.each<[TimestampOptions['unit'], string]>([
    ['s', '1750000000'],
    ['ms', '1750000000900'],
    ['iso', '2025-06-15T15:06:40Z'],
  ])('for tests, in %s: %s', (unit, time) => {
    const timestamp = inHeader({ unit: unit! })
    const scheme = signature({ header: 'x-sig', secret: SECRET, timestamp, now: () => NOW })
    expect(scheme.sign(Buffer.from(BODY))['x-time']).toBe(time)
  })
})

describe('how far it may be off', () => {
  const at = (seconds: number) => String(1_750_000_000 + seconds)

  test('into the future by a measure of its own', () => {
    const options = inHeader({ aheadSeconds: 10 })
    expect(saysOf(options, at(10))).toBe('accepted')
    expect(saysOf(options, at(11))).toContain(
      'AUTH_TIMESTAMP_STALE: the time stamp is 11 s ahead, and at most 10 s are allowed',
    )
    expect(saysOf(options, at(-300))).toBe('accepted')
  })

  test('not at all, or without a limit', () => {
    expect(saysOf(inHeader({ toleranceSeconds: 0 }), at(0))).toBe('accepted')
    expect(saysOf(inHeader({ toleranceSeconds: 0 }), at(-1))).toContain('STALE')
    const retried = inHeader({ toleranceSeconds: null })
    for (const seconds of [-1_000_000, 1_000_000]) expect(saysOf(retried, at(seconds))).toBe('accepted')
    // A limit for future times only; some libraries have no such limit.
    expect(saysOf(inHeader({ aheadSeconds: null }), at(1_000_000))).toBe('accepted')
    expect(saysOf(inHeader({ aheadSeconds: null }), at(-301))).toContain('STALE')
    expect(saysOf(inHeader({ toleranceSeconds: null, aheadSeconds: 60 }), at(61))).toContain('STALE')
  })

  test('is not told of a forgery: the signature is looked at first', () => {
    const scheme = signature({ header: 'x-sig', secret: SECRET, timestamp: inHeader(), now: () => NOW })
    const forged = delivery({ 'x-sig': mac('another'), 'x-time': '1740000000' })
    expect(codeOf(() => scheme.verify(forged))).toContain('AUTH_MISMATCH')
  })
})

describe('options that cannot be meant', () => {
  test.each<[object, string]>([
    [{ toleranceSeconds: 300 }, 'timestamp must name either its header or its entry'],
    [{ header: 'x-time', entry: 't=', toleranceSeconds: 300 }, 'timestamp must name either its header or its entry'],
    [{ entry: 't=', toleranceSeconds: 300 }, 'timestamp.entry requires separator'],
    [{ header: 'x-time' }, 'timestamp.toleranceSeconds must be a whole number of seconds, or null for no limit'],
    [{ header: 'x-time', toleranceSeconds: -1 }, 'timestamp.toleranceSeconds must be'],
    [{ header: 'x-time', toleranceSeconds: 0.5 }, 'timestamp.toleranceSeconds must be'],
    [{ header: 'x-time', toleranceSeconds: '300' }, 'timestamp.toleranceSeconds must be'],
    [{ header: 'x-time', toleranceSeconds: 300, aheadSeconds: -1 }, 'timestamp.aheadSeconds must be'],
    [{ header: 'x-time', toleranceSeconds: 300, unit: 'm' }, "timestamp.unit must be 's', 'ms' or 'iso'"],
    [{ header: 'x time', toleranceSeconds: 300 }, 'is not a header name'],
  ])('%j', (timestamp, message) => {
    expect(() => signature({ header: 'x-sig', secret: SECRET, timestamp: timestamp as TimestampOptions })).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_INVALID', message: expect.stringContaining(message) }),
    )
  })
})
