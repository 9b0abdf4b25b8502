/**
 * Rules for the sources and tests as texts. `.dependency-cruiser.mjs` holds the rules for imports, which `npm run lint` checks.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const SRC = join(__dirname, '..', 'src')

const filesBelow = (folder: string, ending: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(ending))

const sources = filesBelow(SRC, '.ts')
const read = (file: string) => readFileSync(join(SRC, file), 'utf8')

describe('sources', () => {
  test('were found at all', () => {
    expect(sources.length).toBeGreaterThan(100)
  })

  test('take types of Express and nothing else: it is never loaded, but by the suite that delivers through it', () => {
    const others = sources.filter((file) => file !== join('testing', 'conformance', 'express-door.ts'))
    const imports = others.flatMap((file) =>
      [...read(file).matchAll(/^.*\b(?:from|import|require)\b[ (]*'express'.*$/gm)].map(([line]) => [file, line]),
    )
    expect(imports.length).toBeGreaterThan(0)
    expect(imports.filter(([, line]) => !line!.startsWith('import type ') && !line!.startsWith(' * '))).toEqual([])
  })

  test('are handed out by index, which does nothing else', () => {
    const code = read('index.ts')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('/**'))
      .join('\n')
    expect(code.replace(/^export (type )?\{[^}]*\} from '[^']+'$/gm, '').trim()).toBe('')
  })

  test('are plain ASCII, so that no letter only looks like another', () => {
    for (const file of sources) expect([file, /[^\x20-\x7e\n]/.exec(read(file))?.[0]]).toEqual([file, undefined])
  })
})

describe('tests', () => {
  /** Suites about the whole package, which belong to no single source. */
  const ACROSS = ['hostile', 'faults', 'docs']

  /** Suites of one part that cover several of its sources at once. */
  const OF_SEVERAL = [
    'architecture',
    'flow/simulation',
    'found-faults',
    'orders/actions',
    'orders/findings',
    'orders/keeping',
    'orders/lifecycle',
    'orders/properties',
    'orders/reference',
    'orders/rules',
    'projects',
    'providers/conformance',
    'providers/instants',
    'providers/names-itself',
    'providers/options',
    'providers/vectors',
    'stores/operations',
    'stores/operations.embedded',
    'stores/operations.transactional',
    'stores/query-plans',
    'stores/times',
    'stores/upgrade',
  ]

  /**
   * The folder of one provider, or of one check of the doctor, counts as one source: `adyen/options` tests an aspect of its
   * index.
   */
  const isAspectOfFolder = (name: string) =>
    /^(providers\/[\w-]+|cli\/\w+)\/[\w.-]+$/.test(name) && existsSync(join(SRC, name.split('/').slice(0, 2).join('/')))

  test('carry the name and the path of the source they state, and may add an aspect: receive.doors.test.ts', () => {
    const names = filesBelow(__dirname, '.test.ts')
      .filter((file) => !ACROSS.includes(file.split(/[\\/]/)[0]!))
      .map((file) => file.replace(/\.test\.ts$/, '').replaceAll('\\', '/'))
      .filter((name) => !isAspectOfFolder(name))
    const stray = names.filter((name) => !existsSync(join(SRC, `${name.replace(/\.[\w-]+$/, '')}.ts`)))
    expect(stray.sort()).toEqual(OF_SEVERAL)
  })
})
