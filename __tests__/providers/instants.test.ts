/** Times as providers write them: read alike on every machine, or not at all. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { count, instant } from '../../src/payload.js'

const read = (value: unknown) => instant.parse(value)

describe.each(['UTC', 'Asia/Manila', 'America/New_York'])('on a machine in %s', (zone) => {
  const before = process.env['TZ']
  beforeAll(() => void (process.env['TZ'] = zone))
  afterAll(() => {
    if (before === undefined) delete process.env['TZ']
    else process.env['TZ'] = before
  })

  test.each<[unknown, string]>([
    ['2024-06-05T12:41:24Z', '2024-06-05T12:41:24.000Z'],
    ['2024-06-30T12:41:24Z', '2024-06-30T12:41:24.000Z'],
    ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59.000Z'],
    ['2024-06-05T12:41:24.123Z', '2024-06-05T12:41:24.123Z'],
    ['2024-06-05T12:41:24.123456Z', '2024-06-05T12:41:24.123Z'],
    ['2024-06-05t12:41:24z', '2024-06-05T12:41:24.000Z'],
    ['2024-06-05T12:41Z', '2024-06-05T12:41:00.000Z'],
    ['2024-06-05T12:41:24+08:00', '2024-06-05T04:41:24.000Z'],
    ['2024-06-05T12:41:24 -0330', '2024-06-05T16:11:24.000Z'],
    ['2024-06-05 12:41:24+02', '2024-06-05T10:41:24.000Z'],
    // Without a zone, UTC.
    ['2024-06-05 12:41:24', '2024-06-05T12:41:24.000Z'],
    ['2024-06-05T12:41', '2024-06-05T12:41:00.000Z'],
    ['2024-06-05', '2024-06-05T00:00:00.000Z'],
    ['2024-06-05T24:00:00Z', '2024-06-06T00:00:00.000Z'],
    [1717591284, '2024-06-05T12:41:24.000Z'],
    ['1717591284', '2024-06-05T12:41:24.000Z'],
    [1717591284123, '2024-06-05T12:41:24.123Z'],
    [{ $date: '2024-06-05T12:41:24Z' }, '2024-06-05T12:41:24.000Z'],
  ])('%p is read', (value, time) => {
    expect(read(value)).toBe(time)
  })

  test.each([
    ...['2024-06-05 9:05', '2024-06-05  12:41', '2024-06-05 (x)', '2024-06-05T12:41:24 PST', '2024-06-05T12'],
    ...['2024-02-30T12:00:00Z', '2023-02-29', '2024-04-31 12:00', '2024-13-01T12:00:00Z', '2024-00-10', '2024-06-00'],
    ...['2024-06-05T25:00:00Z', '2024-06-05T12:60:00Z', '2024-06-05T12:41:24+99:00', '12024-06-05', 'tomorrow', ''],
    ...[171759128, 17175912840, null, undefined, true, {}, { $date: null }, []],
  ])('%p is no time', (value) => {
    expect(read(value)).toBeNull()
  })
})

test.each<[unknown, number | null]>([
  [12, 12],
  ['12', 12],
  [0, 0],
  ['', null],
  ['1e3', null],
  ['-1', null],
  ['9'.repeat(16), null],
  [1.5, null],
  [true, null],
])('a count of %p is %p', (value, number) => {
  expect(count.parse(value)).toBe(number)
})
