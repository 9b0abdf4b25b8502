/** docs/security.md names tests that exist, for every threat it lists. */
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
