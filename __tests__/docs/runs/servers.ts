/** The blocks that need a Redis or a Postgres at the default address of their clients. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect } from '@jest/globals'
import express, { type RequestHandler } from 'express'
import { Redis, type Cluster } from 'ioredis'
import Database from 'libsql'
import pg from 'pg'
import { createClient } from 'redis'
import { paymentWebhook, type DurableStore, type PaymentWebhook, type Receiver } from 'express-payment-webhooks'
import { openOrder, orderUpdates, type OrderPayment, type OrderUpdates } from 'express-payment-webhooks/orders'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { postgresStore } from 'express-payment-webhooks/stores/postgres'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { deliver, sample, sampleAbout } from 'express-payment-webhooks/testing'
import { RedisServer } from '../../support/redis-server.js'
import { PostgresServer } from '../../support/postgres-server.js'
import { CERTIFICATE } from '../../support/self-signed.js'
import { TcpProxy } from '../../support/tcp-proxy.js'
import { DATABASE_URL } from '../../support/services.js'
import { claimRequest } from '../../support/claim-request.js'
import { PRISMA_MODULES, PRISMA_TABLES } from '../prisma.js'
import { runBlock } from '../run-block.js'
import { newScene, openPayment, payTwice, providers } from '../scene.js'
import { codeOf, notRun, ranBy, type Runs } from './run.js'
import { shipmentStatements } from './shipments.js'

/** Claims, completes and asks again. It leaves nothing in the server, which others may use. */
async function isAStore(store: DurableStore<unknown>): Promise<void> {
  const id = randomUUID()
  const claim = claimRequest({ key: id, provider: 'docs', leaseMs: 900, retainMs: 900 })
  await store.init()
  expect(await store.claim({ ...claim, token: 'a' })).toMatchObject({ state: 'claimed' })
  expect(await store.complete(id, 'a')).toBe(true)
  expect(await store.claim({ ...claim, token: 'b' })).toMatchObject({ state: 'done' })
  await setTimeout(claim.retainMs + 100)
  await store.prune()
  await store.close()
}

/**
 * The blocks connect to Redis at its default address. That Redis may have no persistence and would be refused, so a proxy leads
 * to a server of this test.
 */
async function withRedis(run: (network: TcpProxy, url: string) => Promise<void>): Promise<void> {
  const server = new RedisServer()
  await server.start()
  const network = await TcpProxy.before(server.url, 6379)
  try {
    await run(network, network.through(server.url))
  } finally {
    await network.close()
    await server.remove()
  }
}

/** Deliveries continue meanwhile, so that the connection is written to. */
async function recoversFromSilence(store: DurableStore, network: TcpProxy): Promise<void> {
  network.silence()
  const isBack = async () => {
    const answer = await Promise.race([store.extend('nothing', 'nobody', 1), setTimeout(100, 'silent')])
    return answer === false
  }
  while (!(await isBack().catch(() => false))) await setTimeout(50)
}

/** The path from which the pages read the file of a certificate authority. */
const withCertificate = { 'node:fs': { readFileSync: () => CERTIFICATE } }

/** Two nodes; one has the keys of the default prefix. Both addresses are in the environment. */
async function withCluster(run: (holder: RedisServer) => Promise<void>): Promise<void> {
  const nodes = [new RedisServer({ cluster: true }), new RedisServer({ cluster: true })] as const
  await Promise.all(nodes.map((node) => node.start()))
  try {
    await RedisServer.join(nodes)
    process.env.REDIS_NODES = nodes.map(({ url }) => url).join(' ')
    const asked = new Redis(nodes[0].url)
    const slot = Number(await asked.cluster('KEYSLOT', 'payment-webhooks'))
    asked.disconnect()
    // Slots up to 8191 belong to the first node.
    await run(nodes[slot < 8192 ? 0 : 1])
  } finally {
    delete process.env.REDIS_NODES
    await Promise.all(nodes.map((node) => node.remove()))
  }
}

/** The node with the keys is killed and restarted; events handled before are still recorded. */
async function outlives(store: DurableStore, holder: RedisServer): Promise<void> {
  const claim = claimRequest({ key: randomUUID(), provider: 'docs', leaseMs: 900, retainMs: 60_000 })
  await store.init()
  expect(await store.claim({ ...claim, token: 'a' })).toMatchObject({ state: 'claimed' })
  expect(await store.complete(claim.key, 'a')).toBe(true)
  await holder.kill()
  await expect(store.claim({ ...claim, token: 'b' })).rejects.toThrow()
  await holder.start()
  const again = () => Promise.resolve(store.claim({ ...claim, token: 'b' })).catch(() => null)
  let result = await again()
  for (let attempt = 0; result === null && attempt < 200; attempt++) {
    await setTimeout(50)
    result = await again()
  }
  expect(result).toMatchObject({ state: 'done' })
  await store.close()
}

export const REDIS_RUNS: Runs = {
  'docs/deploy.md > Redis over TLS': async ({ code }) => {
    const server = new RedisServer({ tls: true })
    await server.start()
    const before = process.env.REDIS_URL
    process.env.REDIS_URL = server.secureUrl
    try {
      const { store, client } = await runBlock(code, { results: ['store', 'client'], modules: withCertificate })
      await isAStore(store as DurableStore)
      ;(client as Redis).disconnect()
    } finally {
      if (before === undefined) delete process.env.REDIS_URL
      else process.env.REDIS_URL = before
      await server.remove()
    }
  },
  'docs/deploy.md > Redis Cluster': ({ code }) =>
    withCluster(async (holder) => {
      const { store, cluster } = await runBlock(code, { results: ['store', 'cluster'] })
      await outlives(store as DurableStore, holder)
      ;(cluster as Cluster).disconnect()
    }),
  'docs/deploy.md > Redis Cluster (2)': ({ code }) =>
    withCluster(async (holder) => {
      const { store, cluster } = await runBlock(code, { results: ['store', 'cluster'] })
      await outlives(store as DurableStore, holder)
      ;(cluster as { destroy(): void }).destroy()
    }),
  'docs/stores.md > Redis': ({ code }) =>
    withRedis(async (network) => {
      class Here extends Redis {
        constructor(options: object) {
          super(network.port, { ...options })
        }
      }
      const { store, client } = await runBlock(code, {
        results: ['store', 'client'],
        modules: { ioredis: { Redis: Here } },
      })
      await recoversFromSilence(store as DurableStore, network)
      await isAStore(store as DurableStore)
      ;(client as Redis).disconnect()
    }),
  'docs/stores.md > Redis (2)': ({ code }) =>
    withRedis(async (network, url) => {
      const here = (options: object) => createClient({ ...options, url })
      const { store, client, watch } = await runBlock(code, {
        results: ['store', 'client', 'watch'],
        globals: { setTimeout: globalThis.setTimeout, clearTimeout },
        modules: { redis: { createClient: here } },
      })
      await recoversFromSilence(store as DurableStore, network)
      await isAStore(store as DurableStore)
      clearInterval(watch as NodeJS.Timeout)
      ;(client as { destroy(): void }).destroy()
    }),
  'docs/stores.md > Redis (3)': notRun(
    'settings of Redis; __tests__/stores/internal/redis-safety.test.ts changes each of them',
  ),
}

/** Runs in a separate schema, which `new Pool()` gets from the environment. */
async function inASchema(run: (pool: pg.Pool) => Promise<void>): Promise<void> {
  const schema = `docs_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const { hostname, port, username, password, pathname } = new URL(DATABASE_URL)
  Object.assign(process.env, {
    PGHOST: hostname,
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: pathname.slice(1),
    PGOPTIONS: `-c search_path=${schema}`,
  })
  const pool = new pg.Pool()
  try {
    await pool.query(`CREATE SCHEMA ${schema}`)
    await run(pool)
  } finally {
    await pool.query(`DROP SCHEMA ${schema} CASCADE`)
    await pool.end()
  }
}

/** `pg`, with pools that are closed after the block. */
function pgWithPools() {
  const pools: pg.Pool[] = []
  class Pool extends pg.Pool {
    constructor(options?: pg.PoolConfig) {
      super(options)
      pools.push(this)
    }
  }
  return { modules: { pg: { ...pg, Pool } }, end: () => Promise.all(pools.map((pool) => pool.end())) }
}

export const POSTGRES_RUNS: Runs = {
  'docs/deploy.md > Postgres over TLS': async ({ code }) => {
    const server = new PostgresServer()
    server.create()
    server.offerTls()
    server.start()
    const before = process.env.DATABASE_URL
    process.env.DATABASE_URL = server.url
    const { modules, end } = pgWithPools()
    try {
      const { store, pool } = await runBlock(code, {
        modules: { ...modules, ...withCertificate },
        results: ['store', 'pool'],
      })
      await isAStore(store as DurableStore)
      const { rows } = await (pool as pg.Pool).query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
      expect(rows).toEqual([{ ssl: true }])
    } finally {
      if (before === undefined) delete process.env.DATABASE_URL
      else process.env.DATABASE_URL = before
      await end()
      server.remove()
    }
  },
  'docs/deploy.md > PgBouncer': ranBy('__tests__/faults/pgbouncer.test.ts', 'transaction pooling'),
  'docs/stores.md > Looking inside': ({ code }) =>
    inASchema(async (pool) => {
      const kept = postgresStore(pool)
      await kept.init()
      const about = { provider: 'coins-ph', eventId: 'coins-ph:invoice.fully_paid:7be2d840:1500:1500', message: 'why' }
      await kept.quarantine({
        key: 'k'.repeat(43),
        code: 'ID_CONFLICT',
        account: '',
        orderId: null,
        body: Buffer.from('{}'),
        headers: {},
        ...about,
      })
      const printed: unknown[][] = []
      const { modules, end } = pgWithPools()
      const console = { log: (...line: unknown[]) => void printed.push(line) }
      const { store } = await runBlock(code, { globals: { console }, modules, results: ['store'] })
      expect(printed).toEqual([
        ['k'.repeat(43), about.eventId, 'ID_CONFLICT', 'why'],
        ['quarantined', 1],
      ])
      await (store as DurableStore).close()
      await kept.close()
      await end()
    }),

  'docs/recipes.md > Prisma (2)': ({ code }) =>
    inASchema(async (pool) => {
      await pool.query(PRISMA_TABLES)
      const { modules, end } = pgWithPools()
      const before = process.env.DATABASE_URL
      process.env.DATABASE_URL = `${DATABASE_URL}?options=${encodeURIComponent(process.env.PGOPTIONS!)}`
      try {
        const { webhook } = await runBlock(code, { modules: { ...modules, ...PRISMA_MODULES } })
        const app = express().use('/hook', webhook as RequestHandler)
        const order = async () => (await pool.query<{ status: string }>('SELECT status FROM "Order"')).rows
        const notes = async () => (await pool.query('SELECT key FROM "HandledEvent"')).rowCount
        const arrives = () => deliver(app, providers['coins-ph'], sample('coins-ph', 'payment.confirmed')).to('/hook')
        expect((await arrives()).status).toBe(503)
        expect(await notes()).toBe(0)
        await pool.query(`INSERT INTO "Order" VALUES ('ORDER-1001', 'open')`)
        await payTwice(app, 'coins-ph', '/hook')
        expect([await order(), await notes()]).toEqual([[{ status: 'paid' }], 1])
        // As if the process had ended before the event was recorded: the later status of the order stays.
        await pool.query(`DELETE FROM payment_webhook_events; UPDATE "Order" SET status = 'shipped'`)
        expect((await arrives()).status).toBe(200)
        expect([await order(), await notes()]).toEqual([[{ status: 'shipped' }], 1])
        await (webhook as PaymentWebhook).close()
      } finally {
        if (before === undefined) delete process.env.DATABASE_URL
        else process.env.DATABASE_URL = before
        await end()
      }
    }),

  /** Events kept in SQLite run again from there. An event handled there runs once more with Postgres, and changes nothing. */
  'docs/stores.md > Moving to another store': ({ code }) =>
    inASchema(async (pool) => {
      const before = process.cwd()
      const folder = mkdtempSync(path.join(os.tmpdir(), 'docs_moving_'))
      process.chdir(folder)
      const { globals, orders, app, shipped } = newScene()
      const provider = providers['coins-ph']
      orders.payments.set('ORDER-1001', openPayment())
      const settles = orderUpdates({
        find: (event) => orders.paymentOf(event.orderId),
        save: (order, { firstConfirmed: ship }) => orders.saveIfVersion(order, order.version - 1, { ship }),
      })
      const ran: string[] = []
      const updates: OrderUpdates = {
        ...settles,
        'payment.confirmed': async (event, context) => {
          await settles['payment.confirmed'](event, context)
          ran.push(String(event.orderId))
        },
      }
      const sqlite = new Database('payments.db')
      const old = sqliteStore(sqlite)
      const paid = sample('coins-ph', 'payment.confirmed')
      const unknown = sampleAbout('ORDER-7', 'coins-ph', 'payment.confirmed')
      const one = paymentWebhook(provider, { store: old, on: updates, onError: () => {} })
      const left = express().use('/hook', one)
      expect((await deliver(left, provider, paid).to('/hook')).status).toBe(200)
      expect((await deliver(left, provider, unknown).to('/hook')).status).toBe(503)
      await one.close()

      const { modules, end } = pgWithPools()
      const given = { globals: { ...globals, updates }, modules, results: ['leaving'] }
      const { leaving } = await runBlock(code, given)
      try {
        expect((await deliver(app, provider, paid).to('/webhooks/coins-ph')).status).toBe(200)
        expect([ran, shipped]).toEqual([['ORDER-1001', 'ORDER-1001'], ['ORDER-1001']])
        orders.payments.set('ORDER-7', { ...openPayment(), orderId: 'ORDER-7' })
        const [kept] = await old.listEvents({ orderId: 'ORDER-7' })
        expect(kept).toMatchObject({ state: 'failed' })
        const moved = postgresStore(pool)
        expect(await moved.listEvents({ orderId: 'ORDER-7' })).toEqual([])
        await moved.close()
        await old.replay(kept!.key)
        while ((await old.countEvents()).done < 2) await setTimeout(50)
        expect(shipped).toEqual(['ORDER-1001', 'ORDER-7'])
        expect(await old.countEvents()).toMatchObject({ failed: 0, quarantined: 0 })
      } finally {
        await (leaving as Receiver).close()
        await old.close()
        sqlite.close()
        await end()
        process.chdir(before)
        rmSync(folder, { recursive: true })
      }
    }),

  'docs/orders.md > Orders in Postgres': ranBy(
    '__tests__/docs/runs/servers.ts',
    "codeOf('docs/orders.md > Orders in Postgres')",
  ),
  /** In the transaction of the delivery, and without one; a refund finds its order by the learned name. */
  'docs/orders.md > Orders in Postgres (2)': ({ code }) =>
    inASchema(async (pool) => {
      const { modules, end } = pgWithPools()
      try {
        const load = () => runBlock(codeOf('docs/orders.md > Orders in Postgres'), { modules })
        const processes = await Promise.all(Array.from({ length: 8 }, load))
        const [orders = {}] = processes
        // All make the tables of a new database at the same time.
        await Promise.all(processes.map((one) => one.prepare()))
        const { updates, store } = await runBlock(code, {
          modules: { './postgres-orders.js': orders },
          results: ['updates', 'store'],
        })
        const { app } = newScene()
        const provider = stripe({ secret: `whsec_${randomUUID().replaceAll('-', '')}` })
        const on = updates as OrderUpdates
        app.use('/hook', paymentWebhook(provider, { store: store as DurableStore, on, onError: () => {} }))
        const payments = [{ provider: 'stripe', paymentId: null }]
        const opened = (orderId: string, amount: string, expiresAt: Date | null = null) =>
          openOrder({ orderId, expected: { amount, currency: 'EUR' }, payments, expiresAt })
        await orders.open(opened('ORDER-8', '49.9'))
        await expect(orders.open(opened('ORDER-8', '49.9'))).rejects.toThrow('duplicate key')
        await orders.open(opened('ORDER-9', '59.9'))
        await orders.open(opened('ORDER-10', '5', new Date(Date.now() - 1000)))
        const send = async (payload: object) => (await deliver(app, provider, payload as never).to('/hook')).status
        const paid = sampleAbout('ORDER-8', 'stripe', 'payment.confirmed')
        const refund = sampleAbout('ORDER-8', 'stripe', 'refund.confirmed', { data: { object: { amount: 500 } } })
        const foreign = sampleAbout('ORDER-11', 'stripe', 'refund.confirmed')
        for (const payload of [paid, paid, refund]) expect(await send(payload)).toBe(200)
        expect(await send(foreign)).toBe(503)
        expect(await send(sampleAbout('ORDER-9', 'stripe', 'payment.confirmed'))).toBe(200)
        expect(await orders.paymentOf('ORDER-8')).toMatchObject({ status: 'partially_refunded', refunded: '5' })
        expect(await orders.inReview()).toMatchObject([{ orderId: 'ORDER-9', reasons: ['paid_short'] }])
        expect((await pool.query('SELECT * FROM shipments')).rows).toEqual([{ order_id: 'ORDER-8', shipped_at: null }])
        await orders.open(opened('ORDER-1001', '49.9'))
        const [toPack, ship, toDecide] = shipmentStatements()
        const refused = { order_id: 'ORDER-8', status: 'partially_refunded' }
        expect((await pool.query(toPack)).rows).toEqual([])
        expect(await send(sampleAbout('ORDER-1001', 'stripe', 'payment.confirmed'))).toBe(200)
        expect((await pool.query(toPack)).rows).toEqual([{ order_id: 'ORDER-1001' }])
        for (const rowCount of [1, 0]) expect(await pool.query(ship)).toMatchObject({ rowCount })
        expect([(await pool.query(toPack)).rows, (await pool.query(toDecide)).rows]).toEqual([[], [refused]])
        expect(await on.expireOverdue()).toBe(1)
        expect(await orders.paymentOf('ORDER-10')).toMatchObject({ status: 'expired' })
        const saved = (await orders.paymentOf('ORDER-8')) as OrderPayment
        expect(await orders.saveIfVersion(saved, saved.version - 1)).toBe(false)
        // All of it or nothing: if a name cannot be written, the order is rolled back with it.
        const broken = [{ provider: null as never, paymentId: 'pi_1' }]
        const next = { ...saved, version: saved.version + 1 }
        await expect(orders.saveIfVersion(next, saved.version, { learned: broken })).rejects.toThrow('null value')
        expect(await orders.paymentOf('ORDER-8')).toEqual(saved)
        await (store as DurableStore).close()
      } finally {
        await end()
      }
    }),

  'docs/stores.md > Postgres': ({ code }) =>
    inASchema(async (pool) => {
      await pool.query('CREATE TABLE orders (id TEXT PRIMARY KEY, paid BOOLEAN NOT NULL DEFAULT false)')
      await pool.query("INSERT INTO orders (id) VALUES ('ORDER-1001')")
      const { modules, end } = pgWithPools()
      const { globals, app } = newScene()
      await runBlock(code, { globals, modules })
      await payTwice(app, 'coins-ph')
      expect((await pool.query('SELECT paid FROM orders')).rows).toEqual([{ paid: true }])
      await end()
    }),
}
