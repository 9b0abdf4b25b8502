/** Shops with a queue, as in the docs: pg-boss with a transactional Postgres store, and BullMQ with a Redis store. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Queue, Worker } from 'bullmq'
import express from 'express'
import { cryptoGateway, memoryStore, paymentWebhook } from 'express-payment-webhooks'
import { bullmqQueue } from 'express-payment-webhooks/queues/bullmq'
import { pgBossQueue } from 'express-payment-webhooks/queues/pg-boss'
import { postgresStore } from 'express-payment-webhooks/stores/postgres'
import { redisStore } from 'express-payment-webhooks/stores/redis'
import { startWorkers } from 'express-payment-webhooks/workers'
import { Redis } from 'ioredis'
import pg from 'pg'
import PgBoss from 'pg-boss'
import { SECRET } from './payloads.mjs'

const DATABASE_URL = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test'

const ENGINES = {
  /** The machine's own cost: a handler that does nothing, and a store without a server. */
  none: async () => ({ store: memoryStore(), end() {} }),
  async 'pg-boss'({ name }) {
    const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 30 })
    const boss = new PgBoss({ connectionString: DATABASE_URL, schema: name, maintenanceIntervalSeconds: 30 })
    boss.on('error', (error) => console.error('pg-boss:', error.message))
    await boss.start()
    return {
      queue: pgBossQueue(boss),
      store: postgresStore(pool, { table: `${name}.payment_webhook_events`, transactional: true }),
      async end() {
        await boss.stop({ graceful: false })
        await pool.end()
      },
    }
  },
  async bullmq({ name, redisUrl }) {
    const client = new Redis(redisUrl, { enableOfflineQueue: false })
    await once(client, 'ready')
    const sendCommand = (command, ...args) => client.call(command, ...args)
    return {
      queue: bullmqQueue({ Queue, Worker, connection: { url: redisUrl }, name, prefix: name }),
      store: redisStore({ sendCommand, prefix: name }),
      end: () => client.quit(),
    }
  },
}

export async function openShop(setup, { onPaid }) {
  const { queue, store, end } = await ENGINES[setup.engine](setup)
  const webhook = paymentWebhook(cryptoGateway({ secret: SECRET }), {
    store,
    ...(queue !== undefined && { queue }),
    on: { 'transaction.confirmed': onPaid },
  })
  await Promise.all([queue?.init(), store.init?.()])
  return {
    queue,
    async listen() {
      const server = createServer(express().post('/hook', webhook)).listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server.address().port
    },
    work: (options) => startWorkers([webhook], options),
    async close() {
      await webhook.close()
      await queue?.close()
      await store.close?.()
      await end()
    },
  }
}

export async function removeShop({ engine, name, redisUrl }) {
  if (engine === 'pg-boss') {
    const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 1 })
    await pool.query(`DROP SCHEMA IF EXISTS ${name} CASCADE`)
    await pool.end()
    return
  }
  if (engine === 'none') return
  const client = new Redis(redisUrl)
  for (const match of [`{${name}}:*`, `${name}:*`])
    for await (const keys of client.scanStream({ match, count: 5000 }))
      if (keys.length > 0) await client.unlink(...keys)
  await client.quit()
}
