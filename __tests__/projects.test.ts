/** The projects of jest.config.mjs: together they contain every test file exactly once, and unit tests need only Node. */
import { beforeAll, describe, expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'

const root = join(__dirname, '..')
const runner = join(root, 'node_modules/jest/bin/jest.js')

async function ask(...args: string[]): Promise<any> {
  const { stdout } = await promisify(execFile)(process.execPath, [runner, ...args], { cwd: root, maxBuffer: 2 ** 24 })
  return JSON.parse(stdout.slice(stdout.search(/^[[{]/m)))
}

/** Below a folder, as paths from the root; installed and built files do not count. */
function testFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return /^(\.|node_modules$|dist$)/.test(entry.name) ? [] : testFiles(path)
    return entry.name.endsWith('.test.ts') ? [path] : []
  })
}

/** The file itself, and every file of the repository that it loads, except types. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const to of importsOf(file)) {
    if (!to.startsWith('.')) continue
    const stem = join(dirname(file), to.replace(/\.js$/, ''))
    const found = [`${stem}.ts`, `${stem}.tsx`].find((path) => existsSync(join(root, path)))
    if (found !== undefined && !found.startsWith('src/')) loadedBy(found, seen)
  }
  return seen
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/^(?:import|export) (?!type )[^'"]*?(?:from )?'([^']+)'/gm)].map(([, to]) => to!)
}

describe('the projects of the tests', () => {
  let configs: { displayName: { name: string }; testMatch: string[] }[]
  const projects = new Map<string, string[]>()
  beforeAll(async () => {
    configs = (await ask('--showConfig')).configs
    const names = configs.map(({ displayName }) => displayName.name)
    const lists = await Promise.all(names.map((name) => ask('--listTests', '--json', '--selectProjects', name)))
    names.forEach((name, at) =>
      projects.set(
        name,
        (lists[at] as string[]).map((path) => relative(root, path)),
      ),
    )
  }, 60_000)

  test('have every test file once', () => {
    expect([...projects.values()].flat().sort()).toEqual(testFiles('.').sort())
  })

  test('name no file and no folder that is not there', () => {
    const files = testFiles('.')
    // These stars are the only wildcards of a pattern.
    const expression = (pattern: string) => {
      const path = pattern.replace(/^!/, '').replaceAll('**/', '(.+/)?').replaceAll('*', '[^/]*')
      return new RegExp(`^${path}$`)
    }
    const patterns = configs.flatMap(({ testMatch }) => testMatch)
    expect(patterns.length).toBeGreaterThan(20)
    expect(patterns.filter((pattern) => !files.some((file) => expression(pattern).test(file)))).toEqual([])
  })

  test('have unit tests that need no server, no program and no other process', () => {
    const unit = projects.get('unit')!
    expect(unit.length).toBeGreaterThan(30)
    const reasons = unit.flatMap((file) =>
      [...loadedBy(file)].flatMap((loaded) =>
        importsOf(loaded)
          .filter((to) =>
            /^(node:child_process|node:worker_threads|pg|ioredis|redis|playwright-core)$|\/needs\.js$/.test(to),
          )
          .map((to) => `${file} loads ${loaded}, which needs ${to}`),
      ),
    )
    expect(reasons).toEqual([])
  })
})
