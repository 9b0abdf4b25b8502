/** What the documents build step by step, built and run as they say. */
import { describe, expect, test } from '@jest/globals'
import * as kit from 'express-payment-webhooks'
import { providerConformance, storeConformance } from 'express-payment-webhooks/testing'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { compileFunction } from 'node:vm'
import ts from 'typescript'
import * as zod from 'zod'
import { root, snippetsIn } from './snippets.js'

const MODULES: Readonly<Record<string, unknown>> = { 'express-payment-webhooks': kit, zod }

/** What the block of a document that contains `declaration` exports. */
function exportsOf(file: string, declaration: string): Record<string, unknown> {
  const [snippet, ...others] = snippetsIn(file).filter(({ code }) => code.includes(declaration))
  if (snippet === undefined || others.length > 0) throw new Error(`${file}: ${declaration} is not in exactly one block`)
  const { outputText } = ts.transpileModule(snippet.code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  })
  const exported = {}
  compileFunction(outputText, ['require', 'exports'])((name: string) => MODULES[name], exported)
  return exported
}

describe('the provider of docs/add-a-provider.md', () => {
  type AcmePay = (options: { secret: string }) => kit.Provider
  const acmePay = exportsOf('docs/add-a-provider.md', 'export const acmePay')['acmePay'] as AcmePay
  const secret = randomBytes(32).toString('hex')
  const settled = { id: 'evt_2', status: 'settled', order: '1001', payment: 'pay_7', paid: '49.90', currency: 'eur' }

  providerConformance({
    test,
    create: () => acmePay({ secret }),
    payloads: {
      settled,
      seen: { ...settled, id: 'evt_1', status: 'seen' },
      dispute: { ...settled, id: 'evt_3', status: 'dispute' },
    },
  })

  test('interpret answers the documented event, and unrecognised for another status', () => {
    const provider = acmePay({ secret })
    expect(provider.interpret(settled)).toMatchObject({
      type: 'payment.confirmed',
      identity: ['evt_2'],
      received: { amount: '49.9', currency: 'EUR', basis: 'total' },
    })
    expect(provider.interpret({ ...settled, status: 'frozen' })).toMatchObject({ unrecognised: 'frozen' })
  })
})

describe('the store of docs/add-a-store.md', () => {
  type Change = (entry: unknown) => unknown
  type BackendStore = (backend: {
    now(): Promise<number>
    change(key: string, change: Change): Promise<void>
  }) => kit.Store
  const backendStore = exportsOf('docs/add-a-store.md', 'export function backendStore')['backendStore'] as BackendStore

  storeConformance({
    test,
    create() {
      const entries = new Map<string, unknown>()
      return backendStore({
        now: async () => Date.now(),
        async change(key, change) {
          const changed = change(entries.get(key))
          if (changed !== undefined) entries.set(key, changed)
        },
      })
    },
  })
})

describe('the first test of docs/testing.md', () => {
  const [, walk = ''] =
    /^## From an empty folder[^\n]*\n(.*?)^## /ms.exec(readFileSync(join(root, 'docs/testing.md'), 'utf8')) ?? []
  const [code = ''] = [...walk.matchAll(/^```js\n(.*?)^```$/gms)].map((match) => match[1]!)
  const transcript = [...walk.matchAll(/^```console\n(.*?)^```$/gms)].map((match) => match[1]!)

  test('has at most twelve lines', () => {
    const lines = code.split('\n').filter((line) => line.trim() !== '')
    expect(lines.length).toBeGreaterThan(5)
    expect(lines.length).toBeLessThanOrEqual(12)
  })

  test('installs what it imports', () => {
    const packages = [...code.matchAll(/from '([\w-]+)/g)].map((match) => match[1]!).filter((name) => name !== 'node')
    for (const name of [...packages, 'supertest']) expect(transcript[0]).toMatch(new RegExp(`npm install.* ${name}\\b`))
  })

  test('passes, and prints what the page shows', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'first-test-'))
    installSources(folder)
    writeFileSync(join(folder, 'shop.test.mjs'), code)
    const tsx = pathToFileURL(require.resolve('tsx')).href
    const runner = spawn(process.execPath, ['--import', tsx, '--test', '--test-reporter=spec'], {
      cwd: folder,
      env: { ...process.env, FORCE_COLOR: '0' },
    })
    const printed = withoutTimes(await text(runner.stdout))
    rmSync(folder, { recursive: true })
    const [command, ...shown] = withoutTimes(transcript[1] ?? '')
    expect(command).toBe('$ node --test')
    expect(printed).toEqual(shown)
  }, 60_000)
})

/** Line by line; how long something took is different each time. */
function withoutTimes(printed: string): string[] {
  return printed
    .trim()
    .replaceAll(/[\d.]+ms\b|(?<=duration_ms )[\d.]+/g, 'n')
    .split('\n')
}

/** As `npm install` would, from the sources instead of a published package. */
function installSources(folder: string): void {
  const modules = join(folder, 'node_modules')
  const installed = join(modules, 'express-payment-webhooks')
  mkdirSync(installed, { recursive: true })
  symlinkSync(join(root, 'node_modules/express'), join(modules, 'express'))
  symlinkSync(join(root, 'src'), join(installed, 'src'))
  const exports = { '.': './src/index.ts', './testing': './src/testing/index.ts' }
  writeFileSync(join(installed, 'package.json'), JSON.stringify({ type: 'module', exports }))
}
