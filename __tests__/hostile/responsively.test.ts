/** The measure itself: a delivery that keeps the event loop to itself is found, and one that only takes its time is not. */
import { expect, test } from '@jest/globals'
import { setTimeout } from 'node:timers/promises'
import { responsively } from '../support/responsively.js'

/** As a parser does that looks at everything before once more for every character. */
async function quadratic(length: number): Promise<string> {
  const text = '['.repeat(length)
  let seen = 0
  for (let end = 0; end < length; end++) for (let at = 0; at <= end; at++) seen += text.charCodeAt(at)
  return `${seen}`
}

test('work that grows with the square of its input is found', async () => {
  await expect(responsively(() => quadratic(32 * 1024))).rejects.toThrow('toBeLessThan')
})

test('waiting is no work', async () => {
  expect(await responsively(() => setTimeout(300, 'answered'))).toBe('answered')
})
