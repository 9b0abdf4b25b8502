/**
 * docs/testing.md, "Jest with TypeScript": code that Jest runs also compiles without errors under the settings of `tsc --init`.
 */
import { afterAll, expect, test } from '@jest/globals'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { installSources } from './install-sources.js'
import { codeOf } from './runs/run.js'
import { root } from './snippets.js'

const folder = mkdtempSync(join(tmpdir(), 'jest-with-typescript-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** As TypeScript 6 and 7 write it, with the types that the page names; the types of Jest are in a file here. */
const INIT: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ESNext,
  types: ['node'],
  declaration: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  strict: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  noUncheckedSideEffectImports: true,
  moduleDetection: ts.ModuleDetectionKind.Force,
  skipLibCheck: true,
  noEmit: true,
}

const JEST = `
import jest from '@jest/globals'
declare global {
  const test: typeof jest.test
  const expect: typeof jest.expect
}
`

/** The codes of the compiler's errors about the files of the page. */
function faultsIn(type: string, more: ts.CompilerOptions = {}): number[] {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }))
  const options = { ...INIT, ...more, typeRoots: [join(folder, 'node_modules/@types')] }
  const files = ['shop.ts', 'shop.test.ts', 'jest.d.ts'].map((name) => join(folder, name))
  const program = ts.createProgram(files, options)
  return files.flatMap((file) => {
    const source = program.getSourceFile(file)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ code }) => code,
    )
  })
}

test('compiles as the page has it, and without the type of the package only under another setting', () => {
  const [typeSet = ''] = codeOf('docs/testing.md > Jest with TypeScript').split('\n')
  const type = /^\$ npm pkg set type=(\w+)$/.exec(typeSet)?.[1]
  installSources(folder)
  mkdirSync(join(folder, 'node_modules/@jest'))
  symlinkSync(join(root, 'node_modules/@jest/globals'), join(folder, 'node_modules/@jest/globals'))
  mkdirSync(join(folder, 'node_modules/@types'))
  for (const name of readdirSync(join(root, 'node_modules/@types'))) {
    symlinkSync(join(root, 'node_modules/@types', name), join(folder, 'node_modules/@types', name))
  }
  writeFileSync(join(folder, 'shop.ts'), codeOf('docs/testing.md > Your app, and your runner (2)'))
  writeFileSync(join(folder, 'shop.test.ts'), codeOf('docs/testing.md > Your app, and your runner (3)'))
  writeFileSync(join(folder, 'jest.d.ts'), JEST)
  expect(faultsIn(type!)).toEqual([])
  expect(faultsIn('commonjs')).toEqual(expect.arrayContaining([1295, 1287]))
  expect(faultsIn('commonjs', { verbatimModuleSyntax: false })).toEqual([])
}, 120_000)
