/** The path of docs/queues.md, typed exactly as on the page: saved, started, sent a sample twice, and stopped. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { describeWith, POSTGRES, REDIS_SERVER } from '../support/needs.js'
import { RedisServer } from '../support/redis-server.js'
import { DATABASE_URL } from '../support/services.js'
import { allBlocks } from './blocks.js'
import { installSources } from './install-sources.js'

jest.setTimeout(120_000)

const blocks = allBlocks().filter(({ name }) => name.startsWith('docs/queues.md'))

/** The one block of the page that has this text. */
function blockWith(text: string): string {
  const [block, ...others] = blocks.filter(({ code }) => code.includes(text))
  if (block === undefined || others.length > 0) throw new Error(`${text} is not in exactly one block`)
  return block.code
}

const [, create = ''] = /-c '(CREATE TABLE [^']+)'/.exec(blockWith("'CREATE TABLE"))!
const shown = blockWith('the worker waits for jobs\nthe shop listens')

describeWith([POSTGRES, REDIS_SERVER], 'the path of docs/queues.md', () => {
  const redis = new RedisServer()
  const server = new pg.Pool({ connectionString: DATABASE_URL, max: 1 })
  const database = `docs_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const databaseUrl = Object.assign(new URL(DATABASE_URL), { pathname: database }).href

  beforeAll(async () => {
    await redis.start()
    await server.query(`CREATE DATABASE ${database}`)
    await inDatabase(create)
  })
  afterAll(async () => {
    await server.query(`DROP DATABASE ${database} WITH (FORCE)`)
    await server.end()
    await redis.remove()
  })

  async function inDatabase(statement: string): Promise<object[]> {
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    const { rows } = await client.query<object>(statement)
    await client.end()
    return rows
  }

  test.each(['pg-boss', 'bullmq'] as const)('with %s ships once what was sent twice, and ends', async (engine) => {
    await inDatabase('TRUNCATE paid_orders; DROP TABLE IF EXISTS payment_webhook_events')
    const folder = mkdtempSync(join(tmpdir(), 'queues-page-'))
    const port = String(await freePort())
    installSources(folder, ['express', 'pg', 'tsx', ...(engine === 'pg-boss' ? ['pg-boss'] : ['bullmq', 'ioredis'])])
    const files = {
      'package.json': '{ "type": "module" }',
      'payments.ts': blockWith(engine === 'pg-boss' ? 'Payments wait in pg-boss' : 'payments.ts: the same for BullMQ'),
      'shop.ts': blockWith('// shop.ts').replace('3000', port),
      'worker.ts': blockWith('// worker.ts'),
    }
    for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), code)

    const until = (line: string) => `until grep -q '${line}' printed; do sleep 0.1; done`
    const typed = blockWith('node --import tsx worker.ts')
      .replace('3000', port)
      // A busy machine takes longer than a reader's machine.
      .replace('sleep 4', until('the shop listens'))
      .replace('sleep 2', until('ORDER-1001 is paid'))
      // The exit codes of both are checked: `wait` with both ids answers only the exit code of the second.
      .replace('wait $worker $shop', 'wait $worker && wait $shop && echo both ended')
    const script = `exec >printed\n${typed}`
    const env = { ...process.env, DATABASE_URL: databaseUrl, REDIS_URL: redis.url, COINS_PH_TOKEN: randomUUID() }
    const { stderr } = await promisify(execFile)('bash', ['-e', '-c', script], { cwd: folder, env, timeout: 60_000 })
    const printed = linesOf(readFileSync(join(folder, 'printed'), 'utf8').replaceAll(`:${port}/`, ':3000/'))
    expect(printed).toEqual(expect.arrayContaining(linesOf(shown)))
    expect(printed.filter((line) => line.startsWith('ORDER-1001'))).toHaveLength(1)
    expect(printed.at(-1)).toBe('both ended')
    expect(stderr).toMatch(/^its ids are those of every such sample[^\n]*\n$/)
    expect(await inDatabase('SELECT order_id FROM paid_orders')).toEqual([{ order_id: 'ORDER-1001' }])
    rmSync(folder, { recursive: true })
  })

  test('with orders ships once what was paid and sent twice', async () => {
    await inDatabase('DROP TABLE IF EXISTS payment_webhook_events')
    const folder = mkdtempSync(join(tmpdir(), 'queues-orders-'))
    const port = String(await freePort())
    installSources(folder, ['express', 'pg', 'tsx', 'pg-boss', 'supertest'])
    const ordersModule = allBlocks().find(({ name }) => name === 'docs/orders.md > Orders in Postgres')!.code
    const files = {
      'package.json': '{ "type": "module" }',
      'postgres-orders.ts': ordersModule,
      'open-order.ts': OPEN_ORDER,
      'payments.ts': blockWith('payments.ts: each event of Stripe'),
      'shop.ts': blockWith('// shop.ts').replace('3000', port).replace('coins-ph', 'stripe'),
      'worker.ts': blockWith('// worker.ts'),
    }
    for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), code)
    const script = `exec >printed
      node --import tsx open-order.ts
      node --import tsx worker.ts & worker=$!
      node --import tsx shop.ts & shop=$!
      for line in 'the worker waits' 'the shop listens'; do until grep -q "$line" printed; do sleep 0.1; done; done
      npx express-payment-webhooks send stripe payment.confirmed --order ORDER-7 --twice \\
        --url http://127.0.0.1:${port}/webhooks/stripe
      sleep 1; kill $worker $shop; wait $worker && wait $shop && echo both ended`
    const secret = `whsec_${randomUUID().replaceAll('-', '')}`
    const env = { ...process.env, DATABASE_URL: databaseUrl, STRIPE_WEBHOOK_SECRET: secret }
    await promisify(execFile)('bash', ['-e', '-c', script], { cwd: folder, env, timeout: 60_000 })
    expect(readFileSync(join(folder, 'printed'), 'utf8')).toMatch(/\nboth ended\n$/)
    expect(await inDatabase('SELECT order_id, shipped_at FROM shipments')).toEqual([
      { order_id: 'ORDER-7', shipped_at: null },
    ])
    expect(await inDatabase("SELECT payment ->> 'status' AS status FROM orders")).toEqual([{ status: 'confirmed' }])

    writeFileSync(join(folder, 'shop.ts'), files['shop.ts'].split('const server')[0]!)
    const tested = allBlocks().find(({ name }) => name === 'docs/queues.md > Test it')!.code
    writeFileSync(join(folder, 'queue.test.ts'), tested)
    const args = ['--import', 'tsx', '--test', '--test-reporter=tap', 'queue.test.ts']
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env, timeout: 60_000 })
    expect(stdout).toMatch(/^# pass 1$/m)
    rmSync(folder, { recursive: true })
  })
})

/** Orders that are opened beforehand, by the module of docs/orders.md. */
const OPEN_ORDER = `
import { openOrder } from 'express-payment-webhooks/orders'
import * as orders from './postgres-orders.js'

await orders.prepare()
const payments = [{ provider: 'stripe', paymentId: null }]
await orders.open(openOrder({ orderId: 'ORDER-7', expected: { amount: '49.9', currency: 'EUR' }, payments }))
await orders.pool.end()
`

/** Without empty lines; durations differ each time, and so does the width of the table. */
function linesOf(printed: string): string[] {
  return printed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/\d+ ms/, 'n ms').replaceAll(/ +/g, ' '))
}

async function freePort(): Promise<number> {
  const listening = createServer().listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo
  listening.close()
  return port
}
