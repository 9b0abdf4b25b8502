/** Tests of the measure: it finds a delivery that blocks the event loop, and ignores one that only takes long. */
import { expect, test } from '@jest/globals'
import { setTimeout } from 'node:timers/promises'
import { responsively } from '../support/responsively.js'

/** Like a parser that looks again at all earlier text for every character. */
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
