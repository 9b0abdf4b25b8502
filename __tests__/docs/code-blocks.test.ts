import { describe, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { ALONE, blocksOf, compilerOptions, snippetsIn, typeFaults } from './snippets.js'

/** Everything is compiled as one program. */
const SLOW = 120_000

/** Checks that `tsc --init` turns on, as docs/README.md sets up types. */
function initialChecks(): Record<string, unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'tsc-init-'))
  try {
    execFileSync(process.execPath, [require.resolve('typescript/lib/tsc.js'), '--init'], { cwd: folder })
    const file = join(folder, 'tsconfig.json')
    const { config } = ts.readConfigFile(file, (path) => ts.sys.readFile(path)) as {
      config: { compilerOptions: Record<string, unknown> }
    }
    return Object.fromEntries(
      Object.entries(config.compilerOptions).filter(([name]) =>
        /^(strict|noUncheckedIndexed|exact|isolated)/.test(name),
      ),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('TypeScript blocks', () => {
  test('are compiled with every check of the settings that the pages set up', () => {
    const checks = initialChecks()
    expect(checks).toMatchObject({ strict: true, exactOptionalPropertyTypes: true })
    expect(compilerOptions()).toMatchObject(checks)
  })

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
