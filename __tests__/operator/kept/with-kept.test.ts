/** What fields name, and what kept bodies have, in one list. */
import { expect, test } from '@jest/globals'
import { foundWith, withKept } from '../../../src/operator/kept/with-kept.js'
import type { EventRecord } from '../../../src/store.js'

/** Created in the order of their keys. */
const record = (key: string) => ({ key, createdAt: `2026-11-28T10:00:0${key}.000Z` }) as EventRecord
const keysOf = (records: readonly EventRecord[]) => records.map(({ key }) => key)

test('a record that is found by a field and by its body is one found by its field', () => {
  const { named, inBody } = foundWith([record('1')], [record('2'), record('1')])
  expect([keysOf(named), keysOf(inBody)]).toEqual([['1'], ['2']])
})

test.each([
  [9, ['5', '4', '3', '2', '1']],
  [3, ['5', '2', '1']],
  [2, ['2', '1']],
  [1, ['2']],
])('of a list of %d, newest first, what kept bodies have is the last to be left out: %j', (limit, keys) => {
  const found = foundWith([record('5'), record('4'), record('3')], [record('2'), record('1')])
  expect(keysOf(withKept(found, limit))).toEqual(keys)
})
