/** The memory of `forward`: it is bounded, and keeps entries that are listed again. */
import { expect, test } from '@jest/globals'
import { Seen } from '../../../src/cli/forward/seen.js'

test('forgets the oldest, and none that was seen again', () => {
  const seen = new Seen(2)
  for (const mark of ['a', 'b', 'a', 'c']) seen.add(mark)
  expect(['a', 'b', 'c'].map((mark) => seen.has(mark))).toEqual([true, false, true])
})
