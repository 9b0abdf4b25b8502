/** The durable stores on real clients. Each exposes its calls, and can be filled in bulk. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresStore } from 'express-payment-webhooks/stores/postgres'
import { redisStore } from 'express-payment-webhooks/stores/redis'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { Redis } from 'ioredis'
import Database from 'libsql'
import pg from 'pg'

const REDIS_URL = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'
const DATABASE_URL = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test'
const NAME = `bench_${process.pid}`

/** Each returns { store, calls, byHand, fill, end }. `calls` records the store's calls while it is an array. */
export const BACKENDS = { sqlite, redis, postgres }

function recorder() {
  const state = { calls: undefined }
  return { state, note: (...call) => state.calls?.push(call) }
}

function sqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const db = new Database(join(folder, 'events.db'))
  const { state, note } = recorder()
  const shape = {
    exec(text) {
      note('exec', text)
      return db.exec(text)
    },
    prepare(text) {
      const statement = db.prepare(text)
      const run =
        (method) =>
        (...values) => {
          note(method, text, values)
          return statement[method](...values)
        }
      return { all: run('all'), get: run('get'), run: run('run') }
    },
  }
  const prepared = new Map()
  const statement = (text) => prepared.get(text) ?? prepared.set(text, db.prepare(text)).get(text)
  return {
    store: sqliteStore(shape),
    plain: sqliteStore(db),
    state,
    byHand: async (calls) => {
      for (const [method, text, values] of calls) {
        if (method === 'exec') db.exec(text)
        else statement(text)[method](...values)
      }
    },
    fill: async (from, to) =>
      db.exec(`WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${to - 1})
        INSERT INTO payment_webhook_events (key, state, token, attempt, content_hash, lease_until, retain_ms, expires_at, event_id, event_type, provider, created_at, updated_at)
        SELECT hex(randomblob(16)) || i, 'done', '', 1, 'hash', 0, 2592000000, 9000000000000, 'acme:' || i, 'payment.confirmed', 'acme', 1700000000000 + i, 1700000000000 FROM n`),
    end: async () => {
      db.close()
      rmSync(folder, { recursive: true })
    },
  }
}

async function redis() {
  const client = new Redis(REDIS_URL)
  const { state, note } = recorder()
  const prefix = NAME
  const send = (command, ...args) => client.call(command, ...args)
  const fillScript = `for i = ARGV[1], ARGV[2] - 1 do
    local key = redis.sha1hex(i)
    redis.call('HSET', '{${prefix}}:event:' .. key, 'hash', 'hash', 'event_id', 'acme:' .. i, 'event_type', 'payment.confirmed', 'provider', 'acme', 'created_at', i, 'state', 'done', 'token', '', 'attempt', 1, 'lease_until', 0, 'retain', 2592000000, 'member', key .. ' acme:' .. i, 'updated_at', i)
    redis.call('PEXPIRE', '{${prefix}}:event:' .. key, 2592000000)
    redis.call('ZADD', '{${prefix}}:done', i, key .. ' acme:' .. i)
  end`
  return {
    store: redisStore({
      prefix,
      allowVolatile: true,
      sendCommand(...args) {
        note(...args)
        return send(...args)
      },
    }),
    plain: redisStore({ prefix, allowVolatile: true, sendCommand: send }),
    state,
    byHand: async (calls) => {
      for (const args of calls) await send(...args)
    },
    async fill(from, to) {
      for (let at = from; at < to; at += 5000) await client.eval(fillScript, 0, at, Math.min(at + 5000, to))
    },
    async end() {
      for await (const keys of client.scanStream({ match: `{${prefix}}:*`, count: 5000 }))
        if (keys.length > 0) await client.unlink(...keys)
      await client.quit()
    },
  }
}

async function postgres() {
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 32 })
  const { state, note } = recorder()
  const query = (text, values) => pool.query(text, values)
  return {
    store: postgresStore(
      {
        query(text, values) {
          note(text, values)
          return query(text, values)
        },
      },
      { table: NAME },
    ),
    plain: postgresStore(pool, { table: NAME }),
    state,
    byHand: async (calls) => {
      for (const [text, values] of calls) await query(text, values)
    },
    async fill(from, to) {
      await query(`INSERT INTO ${NAME} (key, state, token, attempt, content_hash, lease_until, retain_ms, expires_at, event_id, event_type, provider, created_at, updated_at)
        SELECT encode(sha256(i::text::bytea), 'hex'), 'done', '', 1, 'hash', 0, 2592000000, 9000000000000, 'acme:' || i, 'payment.confirmed', 'acme', 1700000000000 + i, 1700000000000
        FROM generate_series(${from}, ${to - 1}) AS i`)
      await query(`VACUUM ANALYZE ${NAME}`)
    },
    async end() {
      await query(`DROP TABLE IF EXISTS ${NAME}`)
      await pool.end()
    },
  }
}
