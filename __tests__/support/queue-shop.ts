/** The shops of the page about queues, with effects in Postgres that show every run. */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { coinsPh } from '../../src/index.js'
import { sample, signedRequest } from '../../src/testing/index.js'
import { startWorkers } from '../../src/workers/index.js'
import { openPayments as openByBullmq } from '../../examples/recipes/payments-by-bullmq.js'
import { openPayments as openByPgBoss } from '../../examples/recipes/payments-by-pg-boss.js'

export interface QueueShopSetup {
  readonly engine: 'pg-boss' | 'bullmq'
  /** A separate database for the shop: pg-boss, the store and the effects each have one place there. */
  readonly databaseUrl: string
  readonly redisUrl: string
}

const TOKEN = 'k7Jw2nVq9TzR4mXc8LpB3sYdF6gH1aQe'

/** The tables that the page has its reader create. */
const EFFECTS = 'CREATE TABLE paid_orders (event_id text, order_id text)'

/** Each effect takes a while, so that a process is killed in the middle of some. */
const SLOWLY = `
  CREATE FUNCTION take_a_while() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.2); RETURN NEW; END';
  CREATE TRIGGER slowly BEFORE INSERT ON paid_orders FOR EACH ROW EXECUTE FUNCTION take_a_while();
`

/** On the server of the pool. */
export async function createShopDatabase(pool: pg.Pool, serverUrl: string): Promise<string> {
  const url = new URL(serverUrl)
  url.pathname = `queue_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  await pool.query(`CREATE DATABASE ${nameOf(url.href)}`)
  await inDatabase(url.href, `${EFFECTS};${SLOWLY}`)
  return url.href
}

export async function dropShopDatabase(pool: pg.Pool, databaseUrl: string): Promise<void> {
  await pool.query(`DROP DATABASE IF EXISTS ${nameOf(databaseUrl)} WITH (FORCE)`)
}

const nameOf = (databaseUrl: string) => new URL(databaseUrl).pathname.slice(1)

async function inDatabase(connectionString: string, statement: string): Promise<{ event_id: string }[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query<{ event_id: string }>(statement)).rows
  } finally {
    await client.end()
  }
}

/** The payments with an effect, once for each effect. */
export async function effectsOf({ databaseUrl }: QueueShopSetup): Promise<string[]> {
  const rows = await inDatabase(databaseUrl, 'SELECT event_id FROM paid_orders ORDER BY event_id')
  return rows.map(({ event_id: event }) => /inv_\d+/.exec(event)![0])
}

/** The sender's request about one payment. */
export function signedDelivery(id: string) {
  const payload = sample('coins-ph', 'payment.confirmed', { event: { data: { id } } })
  return signedRequest(coinsPh({ token: TOKEN }), payload)
}

export async function openQueueShop({ engine, databaseUrl, redisUrl }: QueueShopSetup) {
  const open = engine === 'pg-boss' ? openByPgBoss : openByBullmq
  const payments = await open({ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, COINS_PH_TOKEN: TOKEN })
  return { ...payments, work: () => startWorkers([payments.receiver], { concurrency: 10 }) }
}
