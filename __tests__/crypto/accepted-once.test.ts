/** One content per id; the oldest ids make room for new ones. */
import { expect, test } from '@jest/globals'
import { AcceptedOnce } from '../../src/crypto/accepted-once.js'

test('an id is accepted with its first content again and again, and with no other', () => {
  const accepted = new AcceptedOnce()
  accepted.check('a', 'one')
  accepted.accept('a', 'two')
  accepted.accept('a', 'two')
  accepted.check('a', 'two')
  accepted.accept('b', 'one')
  for (const other of [() => accepted.check('a', 'one'), () => accepted.accept('a', 'one')]) {
    expect(other).toThrow(expect.objectContaining({ code: 'AUTH_MISMATCH' }))
  }
})

test('ten thousand ids are kept, those that came last', () => {
  const accepted = new AcceptedOnce()
  for (let at = 0; at < 10_000; at++) accepted.accept(String(at), 'one')
  accepted.accept('0', 'one')
  accepted.accept('10000', 'one')
  accepted.check('1', 'another')
  for (const kept of ['0', '2', '10000'])
    expect(() => accepted.check(kept, 'another')).toThrow('was received with another body')
})
