/** Misspelt names get a suggestion, and names close to nothing get none. */
import { expect, test } from '@jest/globals'
import { didYouMean, nearest } from '../../src/lib/did-you-mean.js'

const NAMES = ['secret', 'retired', 'now', 'state']

test.each([
  ['secrte', 'secret'],
  ['SECRET', 'secret'],
  ['nwo', undefined],
  ['no', 'now'],
  ['sate', 'state'],
  ['foo', undefined],
  ['', undefined],
])('%j is meant as %j', (name, meant) => expect(nearest(name, NAMES)).toBe(meant))

test('a name that is near none is answered with all there are', () => {
  expect(didYouMean('foo', NAMES)).toBe(' Known: secret, retired, now, state.')
})
