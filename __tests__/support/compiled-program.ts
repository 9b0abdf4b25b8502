/**
 * Programs for child processes, compiled to one file. Such a process starts in a third of the processor time that it takes
 * through tsx, and the suites with servers start hundreds.
 */
import { buildSync } from 'esbuild'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Below node_modules, because the programs import packages. */
const FOLDER = path.join(__dirname, '../../node_modules/.cache/test-programs')

const compiled = new Map<string, string>()

/** @param source the absolute path of a program in TypeScript. Returns the path of the compiled program. */
export function compiledProgram(source: string): string {
  const known = compiled.get(source)
  if (known !== undefined) return known
  const { outputFiles } = buildSync({
    entryPoints: [source],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    write: false,
  })
  const { contents } = outputFiles[0]!
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 16)
  const target = path.join(FOLDER, `${path.basename(source, '.ts')}-${hash}.mjs`)
  if (!existsSync(target)) {
    mkdirSync(FOLDER, { recursive: true })
    // Other test files may compile the same program at the same time.
    const draft = `${target}.${randomUUID()}`
    writeFileSync(draft, contents)
    renameSync(draft, target)
  }
  compiled.set(source, target)
  return target
}
