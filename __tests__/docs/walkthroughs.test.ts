/** Step-by-step tutorials of the documents, built and run as described. */
import { describe, expect, test } from '@jest/globals'
import * as kit from 'express-payment-webhooks'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { providerConformance, sample, storeConformance } from 'express-payment-webhooks/testing'
import Database from 'libsql'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { compileFunction } from 'node:vm'
import ts from 'typescript'
import * as zod from 'zod'
import { writeCursor } from '../../src/reconcile/cursor.js'
import { installSources } from './install-sources.js'
import { root, snippetsIn } from './snippets.js'

const MODULES: Readonly<Record<string, unknown>> = { 'express-payment-webhooks': kit, zod }

/** The exports of the block of a document that contains `declaration`. */
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
      refunded: { ...settled, id: 'evt_3', status: 'refunded', refund: { id: 're_1', amount: '20.00' } },
      dispute: { ...settled, id: 'evt_4', status: 'dispute' },
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
    const refunded = { ...settled, status: 'refunded' }
    expect(provider.interpret({ ...refunded, refund: { id: 're_1', amount: '20.00' } })).toMatchObject({
      type: 'refund.confirmed',
      refund: { id: 're_1', amount: '20', currency: 'EUR', basis: 'refund' },
    })
    expect(provider.interpret(refunded)).toMatchObject({ unrecognised: 'refunded' })
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

describe('the process of its own of docs/reconcile.md', () => {
  const [snippet] = snippetsIn('docs/reconcile.md').filter(({ code }) => code.includes('db.close()'))
  const secret = `whsec_${randomBytes(24).toString('base64')}`
  const HOUR = 60 * 60_000

  /** Replaces Stripe's API and the shop's orders. */
  const around = (events: readonly object[]) => `
    const list = { object: 'list', data: ${JSON.stringify(events)}, has_more: false }
    globalThis.fetch = async () => Response.json(list)
    globalThis.orders = { recordPaid: async (orderId, { amount }) => console.log('paid', orderId, amount) }
  `

  /** As if the last run had ended an hour ago. */
  async function prepare(folder: string): Promise<void> {
    const db = new Database(join(folder, 'payments.db'))
    const store = sqliteStore(db)
    await store.init()
    const reached = Date.now() - HOUR
    await writeCursor(store, stripe({ secret }), {
      begins: reached,
      reached,
      ranAt: reached,
    })
    await store.close()
    db.close()
  }

  test('handles what was missed, once, says so, and ends by itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reconcile-once-'))
    installSources(folder)
    await prepare(folder)
    const created = Math.floor((Date.now() - HOUR / 2) / 1000)
    writeFileSync(join(folder, 'around.mjs'), around([sample('stripe', 'payment.confirmed', { created })]))
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
    writeFileSync(join(folder, 'reconcile-once.ts'), snippet!.code)
    const tsx = pathToFileURL(require.resolve('tsx')).href
    const run = async () => {
      const started = spawn(process.execPath, ['--import', tsx, '--import', './around.mjs', 'reconcile-once.ts'], {
        cwd: folder,
        env: {
          ...process.env,
          STRIPE_WEBHOOK_SECRET: secret,
          STRIPE_API_KEY: `sk_live_${randomBytes(20).toString('hex')}`,
        },
      })
      const [printed, said, [code]] = await Promise.all([
        text(started.stdout),
        text(started.stderr),
        once(started, 'exit'),
      ])
      return { lines: printed.trim().split('\n'), said, code: code as unknown }
    }
    const figures = (known: number, recovered: number) => JSON.stringify({ listed: 1, known, recovered, failed: 0 })
    expect(await run()).toEqual({ lines: ['paid ORDER-1001 49.9', figures(0, 1)], said: '', code: 0 })
    await prepare(folder)
    expect(await run()).toEqual({ lines: [figures(1, 0)], said: '', code: 0 })
    rmSync(folder, { recursive: true })
  }, 60_000)
})

/** Line by line; durations differ each time. */
function withoutTimes(printed: string): string[] {
  return printed
    .trim()
    .replaceAll(/[\d.]+ms\b|(?<=duration_ms )[\d.]+/g, 'n')
    .split('\n')
}
