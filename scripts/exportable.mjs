/**
 * A shop's module can export the result of every public function, even if its tsconfig has `declaration: true`, as `tsc --init`
 * writes it. The compiler has to find a name for every inferred type in the subpath that the module imports.
 */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const ts = createRequire(import.meta.url)('typescript')

const OPTIONS = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  declaration: true,
}

/** Of several overloads, the compiler takes the last one. These calls use the others, and the usual ways to pass results on. */
const WRITTEN = {
  '/stores/postgres': [
    'declare const pool: { query(text: any, values?: any): any; connect(): Promise<{ query(text: any, values?: any): any; release(error?: any): void }> }',
    'export const transactional = m.postgresStore(pool, { transactional: true })',
    'export const plain = m.postgresStore(pool)',
    'export function inAnObject() {\n  return { store: m.postgresStore(pool, { transactional: true }) }\n}',
  ],
  '/stores/redis': [
    'export function answered() {\n  return m.redisStore({ sendCommand: async () => null })\n}',
    'export async function inAnObject() {\n  return { store: m.redisStore({ sendCommand: async () => null }) }\n}',
  ],
}

/** `cwd` has the packed package installed. Each subpath is compiled alone, so that names of one do not serve another. */
export async function checkExportable(check, { cwd, name, specifiers }) {
  await check(`what ${specifiers.length} entry points answer can be exported under declaration: true`, async () => {
    const { resolve } = createRequire(pathToFileURL(join(cwd, 'x.js')))
    const found = []
    let host
    for (const [index, specifier] of specifiers.entries()) {
      const module = await import(pathToFileURL(esmOf(resolve(specifier))))
      const file = join(cwd, `exported-${index}.mts`)
      await writeFile(file, moduleOf(specifier, module, WRITTEN[specifier.slice(name.length)] ?? []))
      host ??= cachingHost()
      const program = ts.createProgram([file], OPTIONS, host)
      program.emit(undefined, () => {}, undefined, true)
      const source = program.getSourceFile(file)
      const diagnostics = [...program.getSemanticDiagnostics(source), ...program.getDeclarationDiagnostics(source)]
      for (const { messageText, start } of diagnostics) {
        const line = source.text.split('\n')[source.getLineAndCharacterOfPosition(start).line]
        found.push(`${specifier}: ${line}\n  ${ts.flattenDiagnosticMessageText(messageText, '\n  ')}`)
      }
    }
    assert.deepEqual(found, [])
  })
}

function esmOf(path) {
  return path.replace('/dist/cjs/', '/dist/esm/')
}

function moduleOf(specifier, module, written) {
  const made = Object.entries(module).flatMap(([name, value]) => {
    if (typeof value !== 'function') return [`export const of_${name} = m.${name}`]
    const isClass = /^class\b/.test(Function.prototype.toString.call(value))
    return isClass
      ? [`export const of_${name} = new m.${name}(...(null! as ConstructorParameters<typeof m.${name}>))`]
      : [`export const of_${name} = m.${name}(...(null! as Parameters<typeof m.${name}>))`]
  })
  return [`import * as m from '${specifier}'`, ...made, ...written, ''].join('\n')
}

/** Reads the compiler's own files and those of the package once for all programs. */
function cachingHost() {
  const host = ts.createCompilerHost(OPTIONS)
  const { getSourceFile } = host
  const files = new Map()
  host.getSourceFile = (path, ...rest) => {
    if (!files.has(path)) files.set(path, getSourceFile.call(host, path, ...rest))
    return files.get(path)
  }
  return host
}
