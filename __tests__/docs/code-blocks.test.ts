import { describe, expect, test } from '@jest/globals'
import { ALONE, blocksOf, snippetsIn, typeFaults } from './snippets.js'

/** Everything is compiled as one program. */
const SLOW = 120_000

describe('TypeScript blocks', () => {
  test(
    'of README, docs and doc comments compile against the sources',
    () => {
      const sources = ['README.md', 'docs', 'src'].map(snippetsIn)
      for (const snippets of sources) expect(snippets).not.toHaveLength(0)
      expect(typeFaults(sources.flat())).toEqual([])
    },
    SLOW,
  )

  test(
    'of the README compile as they stand, in a shop that has nothing else',
    () => expect(typeFaults(snippetsIn('README.md'), ALONE)).toEqual([]),
    SLOW,
  )

  test(
    'that do not compile are named with file and line',
    () => {
      const text = [
        '# A page',
        '',
        '```ts',
        "import { coinsPh } from 'express-payment-webhooks'",
        '',
        "coinsPh({ tokn: 'x' })",
        '```',
        '',
      ].join('\n')
      expect(typeFaults(blocksOf('docs/a-page.md', text))).toEqual([
        expect.stringMatching(/^docs\/a-page\.md:6: .*tokn/),
      ])
    },
    SLOW,
  )

  test(
    'may import a block of their page by the name that is its first line',
    () => {
      const block = (...lines: string[]) => ['```ts', ...lines, '```', '']
      const page = (imported: string) =>
        [
          ...block('// shop.ts', 'export const port = 3000'),
          ...block('// shop.ts', "export const port = 'the one of another engine'"),
          ...block(`import { ${imported} } from './shop.js'`, `export const next: number = ${imported}`),
        ].join('\n')
      expect(typeFaults(blocksOf('docs/a-page.md', page('port')))).toEqual([])
      expect(typeFaults(blocksOf('docs/a-page.md', page('prot')))).toEqual([
        expect.stringMatching(/^docs\/a-page\.md:12: .*prot/),
      ])
    },
    SLOW,
  )

  test('without an end are an error, and not left out', () => {
    expect(() => blocksOf('docs/a-page.md', '# A page\n\n```ts\nawait 1\n')).toThrow('docs/a-page.md:3')
  })
})
