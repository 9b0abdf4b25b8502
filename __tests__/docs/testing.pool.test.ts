/** docs/testing.md, "A shop with a Postgres pool": the test passes on the real runners, and the run ends by itself. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { describeWith, POSTGRES } from '../support/needs.js'
import { DATABASE_URL } from '../support/services.js'
import { installSources } from './install-sources.js'
import { codeOf } from './runs/run.js'
import { root } from './snippets.js'

const SECTION = 'docs/testing.md > A shop with a Postgres pool'
const page = readFileSync(join(root, 'docs/testing.md'), 'utf8')
const schema = `testing_${randomUUID().replaceAll('-', '').slice(0, 12)}`
const folder = mkdtempSync(join(tmpdir(), 'shop-with-a-pool-'))

/** The shop of docs/orders.md, with the app that the page imports. */
const SHOP = `
import express from 'express'
import { paymentWebhook } from 'express-payment-webhooks'
import { stripe } from 'express-payment-webhooks/providers/stripe'
${codeOf('docs/orders.md > Orders in Postgres (2)')}
const webhook = paymentWebhook(stripe({ secret: process.env.STRIPE_WEBHOOK_SECRET }), { store, on: updates as never })
export const app = express().use('/webhooks/stripe', webhook)
`

/** The page has the lines for node:test in its table and in the section about node:test. */
function forNodeTest(code: string): string {
  const [imports, ending] = ["import test, { after } from 'node:test'", 'after(() => orders.pool.end())']
  expect(page).toContain(`\`${ending}\`, with \`${imports}\``)
  const changed = code
    .replace('afterAll(() => orders.pool.end())', ending)
    .replace("expect(order?.status).toBe('confirmed')", "assert.equal(order?.status, 'confirmed')")
  return `${imports}\nimport assert from 'node:assert/strict'\n${changed}`
}

async function run(args: readonly string[]): Promise<{ code: unknown; printed: string }> {
  const started = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, FORCE_COLOR: '0' },
    timeout: 50_000,
  })
  const [out, err, [code]] = await Promise.all([text(started.stdout), text(started.stderr), once(started, 'exit')])
  return { code, printed: out + err }
}

describeWith(POSTGRES, 'the test of a shop with a Postgres pool', () => {
  const admin = new pg.Client({ connectionString: DATABASE_URL })
  beforeAll(async () => {
    await admin.connect()
    await admin.query(`CREATE SCHEMA ${schema}`)
    installSources(folder, ['express', 'pg', 'supertest'])
    const [place, ...others] = codeOf(SECTION).split("'postgres://postgres@127.0.0.1:5432/shop_test'")
    expect(others).toHaveLength(1)
    const url = new URL(DATABASE_URL)
    url.searchParams.set('options', `-c search_path=${schema}`)
    const files = {
      'package.json': JSON.stringify({ type: 'module' }),
      'secrets-for-tests.js': `${codeOf('docs/testing.md > Your app, and your runner')}\n${place}${JSON.stringify(url.href)}`,
      'postgres-orders.ts': codeOf('docs/orders.md > Orders in Postgres'),
      'shop.ts': SHOP,
      'shop.test.ts': codeOf(`${SECTION} (2)`),
      'node.test.ts': forNodeTest(codeOf(`${SECTION} (2)`)),
    }
    for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), code)
  })
  afterAll(async () => {
    await admin.query(`DROP SCHEMA ${schema} CASCADE`)
    await admin.end()
    rmSync(folder, { recursive: true })
  })

  // The second run finds the rows of the first.
  test.each(['first', 'second'])(
    'ends by itself under node:test, in the %s run',
    async () => {
      const tsx = pathToFileURL(require.resolve('tsx')).href
      const { code, printed } = await run([
        '--import',
        tsx,
        '--import',
        './secrets-for-tests.js',
        '--test',
        'node.test.ts',
      ])
      expect(printed).toMatch(/^(#|ℹ) pass 1$/m)
      expect(code).toBe(0)
    },
    60_000,
  )

  test('ends by itself under Jest', async () => {
    mkdirSync(join(folder, 'node_modules/@swc'), { recursive: true })
    for (const name of ['@swc/core', '@swc/jest'])
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
    const config = {
      ...(JSON.parse(codeOf('docs/testing.md > Jest with TypeScript (2)')) as object),
      extensionsToTreatAsEsm: ['.ts'],
      testMatch: ['**/shop.test.ts'],
      cacheDirectory: join(folder, 'cache'),
    }
    writeFileSync(join(folder, 'jest.config.json'), JSON.stringify(config))
    const jest = join(root, 'node_modules/jest/bin/jest.js')
    const { code, printed } = await run(['--experimental-vm-modules', jest, '--watchman=false'])
    expect(printed).toMatch(/^Tests: +1 passed, 1 total$/m)
    expect(printed).not.toContain('did not exit')
    expect(code).toBe(0)
  }, 90_000)
})
