/** Every fault that was once found has tests for the right behaviour: with the input that showed it, and with a related one. */
import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FOUND_FAULTS } from './support/found-faults.js'

const textOf = (file: string) => readFileSync(join(__dirname, file.endsWith('.ts') ? file : `${file}.test.ts`), 'utf8')

test.each(FOUND_FAULTS)('$fault: is stated, and so is a relative', ({ stated, relative }) => {
  expect(stated).not.toEqual(relative)
  for (const [file, name] of [stated, relative]) {
    // The name of a test, of a suite, or of a row of either: text, not a comment.
    const lines = textOf(file)
      .split('\n')
      .filter((line) => !/^\s*(?:\/\/|\*|\/\*)/.test(line))
    const isThere = lines.some((line) => line.includes(name) && /['"`]/.test(line))
    expect({ file, name, isThere }).toEqual({ file, name, isThere: true })
  }
})

test('no fault is listed twice', () => {
  const faults = FOUND_FAULTS.map(({ fault }) => fault)
  expect(faults).toEqual([...new Set(faults)])
})
