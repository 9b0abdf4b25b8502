/** Other places are only a hint: if there are more than ten, the message gives their number. */
import { expect, test } from '@jest/globals'
import { listOf } from '../../../src/cli/store/elsewhere.js'

const places = (count: number) => Array.from({ length: count }, (_, at) => `place ${at}`)

test('ten places are listed, and of more the rest is counted', () => {
  expect(listOf(places(10)).split('\n')).toHaveLength(10)
  expect(listOf(places(13)).split('\n').slice(9)).toEqual(['  place 9', '  and 3 more'])
})
