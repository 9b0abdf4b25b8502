/** Output of the command other than its results. */
import { expect, test } from '@jest/globals'
import { note } from '../../src/cli/output.js'

const LONG = 'which store has it? '.repeat(8).trim()

test.each([
  [true, 'is broken between words on a terminal', 2],
  [false, 'stays in one piece for a program', 1],
])('isTTY %j: a long line %s', (isTTY, _what, lines) => {
  let written = ''
  note({ stderr: { isTTY, write: (text) => void (written += text) } }, LONG)
  expect(written.trimEnd().split('\n')).toHaveLength(lines)
  expect(written.trimEnd().replaceAll('\n', ' ')).toBe(LONG)
})
