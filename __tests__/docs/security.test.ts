/** The pages about security name existing tests for every promise and every threat. */
import { describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './snippets.js'

const text = readFileSync(join(root, 'docs/security.md'), 'utf8')
const [, threats = ''] = text.split('## Threats, step by step')
const rows = threats
  .split('## Residual risks')[0]!
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| threat'))
  .map((line) => line.split('|').map((cell) => cell.trim()))

describe('docs/security.md', () => {
  test('lists threats for every step', () => {
    expect(rows.length).toBeGreaterThan(40)
  })

  test.each(rows.map((cells) => [cells[1]!, cells[3]!] as const))('%s: is shown by tests', (_threat, shownBy) => {
    const links = [...shownBy.matchAll(/\]\(\.\.\/([^)]+)\)([A-Z0-9 ]*)/g)]
    expect(links).not.toHaveLength(0)
    for (const [, file, ids = ''] of links) {
      const source = readFileSync(join(root, file!), 'utf8')
      const missing = ids.split(' ').filter((id) => id !== '' && !new RegExp(`\\b${id}\\b`).test(source))
      expect({ file, missing }).toEqual({ file, missing: [] })
    }
  })
})

describe('the five promises about proof', () => {
  const tests = readFileSync(join(root, '__tests__/hostile/promises.test.ts'), 'utf8')
  /** Their numbers, in the words of the tests that state them. */
  const stated = [...tests.matchAll(/describe\('(T\d) ([^']+)'/g)].map(([, id, words]) => ({ id: id!, words: words! }))

  test('are five, each with tests', () => {
    expect(stated.map(({ id }) => id)).toEqual(['T1', 'T2', 'T3', 'T4', 'T5'])
  })

  test.each(['SECURITY.md', 'docs/security.md', 'README.md'])(
    '%s says each of them once, and names its test',
    (page) => {
      const [, promises = ''] = readFileSync(join(root, page), 'utf8').split(
        page === 'README.md' ? 'each with its test in' : '## Promises\n',
      )
      const [section = ''] = promises.split('\n## ')
      const named = [...section.matchAll(/\b(T[1-5])\b(?! to T5| are the tests)/g)].map(([, id]) => id)
      expect(new Set(named)).toEqual(new Set(stated.map(({ id }) => id)))
      expect(section).toContain('hostile/promises.test.ts')
      // Words that are essential to a promise, from the names of its tests.
      for (const words of [
        'reaches no handler',
        'writes nothing',
        'in a request chooses',
        'received bytes',
        'only what was read back',
      ]) {
        expect(section.replace(/\s+/g, ' ')).toContain(words)
      }
    },
  )
})
