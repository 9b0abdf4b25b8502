import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { Pool, type PoolClient } from 'pg'
import { postgresStore } from '../../src/stores/postgres.js'
import type { ClaimResult } from '../../src/store.js'
import { durableStoreConformance } from '../../src/testing/durable-store-conformance.js'
import { claimRequest, keyOf } from '../support/claim-request.js'
import { claimInProcesses, ClaimWorkers } from '../support/claim-workers.js'
import { describeWith, POSTGRES } from '../support/needs.js'
import { DATABASE_URL } from '../support/services.js'

const schema = `test_${randomUUID().replaceAll('-', '').slice(0, 12)}`
let tables = 0
const newTable = () => `${schema}.events_${tables++}`

test('postgresStore on PGlite meets the conformance suite', () => {
  const script = path.join(__dirname, '../support/pglite-conformance.ts')
  const output = execFileSync(process.execPath, ['--import', 'tsx', '--test', '--test-reporter=tap', script], {
    encoding: 'utf8',
  })
  expect(output).toMatch(/^# pass [1-9]\d+$/m)
  expect(output).toMatch(/^# fail 0$/m)
}, 120_000)

describeWith(POSTGRES, 'postgresStore', () => {
  let pool: Pool
  let other: Pool

  beforeAll(async () => {
    pool = new Pool({ connectionString: DATABASE_URL, max: 25, connectionTimeoutMillis: 5000 })
    other = new Pool({ connectionString: DATABASE_URL, max: 5, connectionTimeoutMillis: 5000 })
    for (const one of [pool, other]) one.on('error', () => {})
    await pool.query(`CREATE SCHEMA ${schema}`)
  })

  afterAll(async () => {
    await pool.query(`DROP SCHEMA ${schema} CASCADE`)
    await Promise.all([pool.end(), other.end()])
  })

  async function started<T extends { init(): unknown }>(store: T): Promise<T> {
    await store.init()
    return store
  }

  describe('at least once', () => {
    const table = newTable()
    durableStoreConformance({ test, create: () => postgresStore(pool, { table }) })
  })

  describe('transactional', () => {
    const table = newTable()
    durableStoreConformance({ test, create: () => postgresStore(pool, { table, transactional: true }) })
  })

  test.each(['postgres', 'postgres transactional'] as const)(
    '%s: four processes that start together win each of 200 events exactly once',
    async (backend) => {
      const name = newTable()
      const events = Array.from({ length: 200 }, () => randomUUID())
      const reports = await claimInProcesses(
        Array.from({ length: 4 }, () => ({ backend, at: DATABASE_URL, name, events })),
      )
      expect(reports.flatMap(({ errors }) => errors)).toEqual([])
      expect(reports.flatMap(({ claimed }) => claimed).sort()).toEqual([...events].sort())
    },
    60_000,
  )

  test('ten stores that start at once on no table all come up', async () => {
    const table = newTable()
    const stores = await Promise.all(Array.from({ length: 10 }, () => started(postgresStore(pool, { table }))))
    expect(await stores[9]!.claim(claimRequest())).toMatchObject({ state: 'claimed' })
    for (const store of stores) await store.close()
  })

  test('a role that may not create tables can use one that exists', async () => {
    const table = newTable()
    await (await started(postgresStore(pool, { table }))).close()
    const role = `${schema}_clerk`
    await pool.query(
      `CREATE ROLE ${role} LOGIN; GRANT USAGE ON SCHEMA ${schema} TO ${role}; GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${role}`,
    )
    const url = new URL(DATABASE_URL)
    url.username = role
    const limited = new Pool({ connectionString: url.href })
    const store = await started(postgresStore(limited, { table }))
    expect(await store.claim(claimRequest())).toMatchObject({ state: 'claimed' })
    await store.close()
    await limited.end()
    await pool.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
  })

  test('init fails on a table of the same name that is not ours', async () => {
    const table = newTable()
    await pool.query(`CREATE TABLE ${table} (id text)`)
    await expect(Promise.resolve(postgresStore(pool, { table }).init())).rejects.toThrow(/column/)
  })

  test('prune forgets 500 expired events at a time', async () => {
    const store = await started(postgresStore(pool, { table: newTable() }))
    // The remains of the check of `init`.
    await store.prune()
    await Promise.all(
      Array.from({ length: 501 }, async () => {
        const request = claimRequest({ retainMs: 0 })
        await store.claim(request)
        await store.complete(request.key, request.token)
      }),
    )
    expect([await store.prune(), await store.prune(), await store.prune()]).toEqual([500, 1, 0])
    await store.close()
  })

  test.each([false, true])('a renewal that nobody holds asks the server (transactional: %p)', async (transactional) => {
    const short = new Pool({ connectionString: DATABASE_URL, max: 1 })
    const options = { table: newTable() }
    const store = transactional
      ? postgresStore(short, { ...options, transactional })
      : postgresStore(short, { ...options })
    await store.init()
    expect(await store.extend('nothing', 'nobody', 1)).toBe(false)
    await pool.query(`DROP TABLE ${options.table}`)
    await expect(Promise.resolve(store.extend('nothing', 'nobody', 1))).rejects.toThrow(/does not exist/)
    await store.close()
    await short.end()
  })

  describe('in transactional mode', () => {
    const orders = `${schema}.orders`

    beforeAll(() => pool.query(`CREATE TABLE ${orders} (id text PRIMARY KEY)`))

    const pay = (tx: PoolClient, id: string) => tx.query(`INSERT INTO ${orders} VALUES ($1)`, [id])
    const paid = async (id: string) => (await other.query(`SELECT id FROM ${orders} WHERE id = $1`, [id])).rows.length

    function won(result: ClaimResult<PoolClient>) {
      if (result.state !== 'claimed') throw new Error(`not claimed but ${result.state}`)
      return result
    }

    /** A store, and another one on its own pool, as in another process. */
    async function pair() {
      const table = newTable()
      const here = await started(postgresStore(pool, { table, transactional: true }))
      const there = await started(postgresStore(other, { table, transactional: true }))
      return { table, here, there, close: () => Promise.all([here.close(), there.close()]) }
    }

    test('complete commits the effect together with the event', async () => {
      const { here, there, close } = await pair()
      const request = claimRequest()
      const { tx } = won(await here.claim(request))
      await pay(tx, request.key)
      expect(await paid(request.key)).toBe(0)
      expect(await here.complete(request.key, request.token)).toBe(true)
      expect(await paid(request.key)).toBe(1)
      expect(await there.claim(claimRequest({ key: request.key }))).toEqual({ state: 'done' })
      await close()
    })

    test('release undoes the effect and records the failure', async () => {
      const { here, there, close } = await pair()
      const request = claimRequest()
      const { tx } = won(await here.claim(request))
      await pay(tx, request.key)
      expect(await here.release(request.key, request.token, 'no stock')).toBe(true)
      expect(await paid(request.key)).toBe(0)
      expect(await there.getEvent(request.key)).toMatchObject({ state: 'failed', attempts: 1, lastError: 'no stock' })
      const again = claimRequest({ key: request.key })
      expect(won(await there.claim(again)).attempt).toBe(2)
      await close()
    })

    test('release records the failure of a handler whose own statement failed', async () => {
      const { here, close } = await pair()
      const request = claimRequest()
      const { tx } = won(await here.claim(request))
      await expect(tx.query('SELECT 1 / 0')).rejects.toThrow()
      expect(await here.release(request.key, request.token, 'division by zero')).toBe(true)
      expect(await here.getEvent(request.key)).toMatchObject({ state: 'failed', lastError: 'division by zero' })
      await close()
    })

    test('complete rejects when a statement of the handler failed and the handler went on', async () => {
      const { here, there, close } = await pair()
      const request = claimRequest()
      const { tx } = won(await here.claim(request))
      await pay(tx, request.key)
      await tx.query('SELECT 1 / 0').catch(() => {})
      await expect(here.complete(request.key, request.token)).rejects.toMatchObject({
        message: expect.stringContaining('aborted'),
        workRefused: true,
      })
      expect(await paid(request.key)).toBe(0)
      expect(await here.release(request.key, request.token, 'aborted')).toBe(true)
      expect(await there.getEvent(request.key)).toMatchObject({ state: 'failed', attempts: 1 })
      expect(await there.claim(claimRequest({ key: request.key }))).toMatchObject({ state: 'claimed', attempt: 2 })
      await close()
    })

    test('complete rejects when only the commit finds the error', async () => {
      const { here, there, close } = await pair()
      await pool.query(
        `CREATE TABLE IF NOT EXISTS ${orders}_lines (order_id text REFERENCES ${orders} DEFERRABLE INITIALLY DEFERRED)`,
      )
      const request = claimRequest()
      const { tx } = won(await here.claim(request))
      await tx.query(`INSERT INTO ${orders}_lines VALUES ('missing')`)
      await expect(here.complete(request.key, request.token)).rejects.toMatchObject({
        message: expect.stringContaining('foreign key'),
        workRefused: true,
      })
      expect(await here.release(request.key, request.token, 'no such order')).toBe(true)
      expect(await here.release(request.key, request.token, 'a second time')).toBe(false)
      expect(await there.getEvent(request.key)).toMatchObject({
        state: 'failed',
        attempts: 1,
        lastError: 'no such order',
      })
      expect(await there.claim(claimRequest({ key: request.key }))).toMatchObject({ state: 'claimed', attempt: 2 })
      await close()
    })

    test('complete rejects for now when the transaction may succeed another time', async () => {
      const { here, there, close } = await pair()
      const request = claimRequest()
      const { tx } = won(await here.claim(request))
      await tx.query(`CREATE FUNCTION ${schema}.later() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001', MESSAGE = 'could not serialize access'; END $$`)
      await tx.query(`CREATE CONSTRAINT TRIGGER later AFTER INSERT ON ${orders} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION ${schema}.later()`)
      await pay(tx, request.key)
      const completing = here.complete(request.key, request.token)
      await expect(completing).rejects.toThrow(/could not serialize/)
      await expect(completing).rejects.not.toHaveProperty('workRefused')
      expect(await there.getEvent(request.key)).toBeNull()
      expect(await there.claim(claimRequest({ key: request.key }))).toMatchObject({ state: 'claimed', attempt: 1 })
      await close()
    })

    test('a claim whose connection is lost says so at once, while its handler runs', async () => {
      const { here, close } = await pair()
      const request = claimRequest()
      const result = await here.claim(request)
      const { tx } = won(result)
      const lost = new Promise<void>((resolve) => result.state === 'claimed' && result.onLost?.(resolve))
      const [backend] = (await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows
      await other.query('SELECT pg_terminate_backend($1)', [backend!.pid])
      await lost
      await expect(here.complete(request.key, request.token)).rejects.toThrow()
      await close()
    })

    test('complete answers false when the handler rolled back, and the event is free again', async () => {
      const { here, there, close } = await pair()
      const request = claimRequest()
      const { tx } = won(await here.claim(request))
      await pay(tx, request.key)
      await tx.query('ROLLBACK')
      expect(await here.complete(request.key, request.token)).toBe(false)
      expect(await there.claim(claimRequest({ key: request.key }))).toMatchObject({ state: 'claimed' })
      await close()
    })

    test('a claim on what another process handles is busy while that handler runs, and takes no connection with it', async () => {
      const { here, there, close } = await pair()
      const request = claimRequest()
      await here.claim(request)
      const results = await Promise.all(
        Array.from({ length: 50 }, async () => there.claim(claimRequest({ key: request.key }))),
      )
      expect(new Set(results.map(({ state }) => state))).toEqual(new Set(['busy']))
      expect(other.idleCount).toBe(other.totalCount)
      expect(await here.complete(request.key, request.token)).toBe(true)
      await close()
    })

    test('the lock timeout of the claim is not left to the handler', async () => {
      const { here, close } = await pair()
      const { tx } = won(await here.claim(claimRequest()))
      const before = await other.query('SHOW lock_timeout')
      expect((await tx.query('SHOW lock_timeout')).rows).toEqual(before.rows)
      await close()
    })

    test('a claim that meets a locked table fails within the lock timeout and gives its connection back', async () => {
      const { table, here, close } = await pair()
      const locker = await other.connect()
      await locker.query(`BEGIN; LOCK TABLE ${table}`)
      await expect(here.claim(claimRequest())).rejects.toMatchObject({ code: '55P03' })
      await locker.query('ROLLBACK')
      locker.release()
      expect(await here.claim(claimRequest())).toMatchObject({ state: 'claimed' })
      await close()
    })

    test('complete rejects when the connection was lost; the event can be claimed again', async () => {
      const { here, there, close } = await pair()
      const request = claimRequest()
      const { tx } = won(await here.claim(request))
      await pay(tx, request.key)
      const { rows } = await tx.query('SELECT pg_backend_pid() AS pid')
      await other.query('SELECT pg_terminate_backend($1)', [rows[0].pid])
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(await here.extend(request.key, request.token, 60_000)).toBe(false)
      await expect(Promise.resolve(here.complete(request.key, request.token))).rejects.toThrow()
      expect(await paid(request.key)).toBe(0)
      expect(await there.claim(claimRequest({ key: request.key }))).toMatchObject({ state: 'claimed' })
      await close()
    })

    test('release on a lost connection says so, and records the failure on another one', async () => {
      const { here, close } = await pair()
      const request = claimRequest()
      const { tx } = won(await here.claim(request))
      const { rows } = await tx.query('SELECT pg_backend_pid() AS pid')
      await other.query('SELECT pg_terminate_backend($1)', [rows[0].pid])
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(await here.release(request.key, request.token, 'connection lost')).toBe(false)
      expect(await here.getEvent(request.key)).toMatchObject({
        state: 'failed',
        attempts: 1,
        lastError: 'connection lost',
      })
      await close()
    })

    test('the connection of a handler that outlives its lease is closed, not used by others', async () => {
      const { here, there, close } = await pair()
      const request = claimRequest({ leaseMs: 100 })
      const { tx } = won(await here.claim(request))
      await new Promise((resolve) => setTimeout(resolve, 400))
      const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
      await expect(pay(tx, request.key)).rejects.toThrow()
      // On a busy machine, the server takes a while to notice that the connection was closed.
      let next = await there.claim(claimRequest({ key: request.key }))
      while (next.state === 'busy') next = await there.claim(claimRequest({ key: request.key }))
      expect(won(next).attempt).toBe(2)
      expect(warn.mock.calls).toEqual([
        [expect.stringMatching(/the lease passed, so nothing can be done/), 'PaymentWebhookWarning'],
      ])
      warn.mockRestore()
      await close()
    })

    test('an event whose process was killed is free at once, at the same attempt', async () => {
      const name = newTable()
      const worker = new ClaimWorkers([
        { backend: 'postgres transactional', at: DATABASE_URL, name, events: ['one'], hold: true },
      ])
      const [report] = await worker.run()
      expect(report!.claimed).toEqual(['one'])
      const store = await started(postgresStore(pool, { table: name, transactional: true }))
      const request = claimRequest({ key: keyOf('one') })
      expect(await store.claim(request)).toEqual({ state: 'busy' })
      await worker.end('SIGKILL')
      let result = await store.claim(request)
      for (let tries = 0; tries < 50 && result.state === 'busy'; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 50))
        result = await store.claim(request)
      }
      expect(result).toMatchObject({ state: 'claimed', attempt: 1 })
      await store.close()
    }, 30_000)
  })
})

describe('postgresStore options', () => {
  const query = async () => ({ rows: [] })

  test.each([
    [null, {}],
    [{}, {}],
    [{ query }, { transactional: true }],
    [{ query }, { transactional: 'yes' }],
    [{ query }, { table: 'a b' }],
    [{ query }, { table: 'a.b.c' }],
    [{ query }, { table: 'Events' }],
    [{ query }, { table: 'x"; DROP TABLE orders; --' }],
  ])('%p with %j throws', (pool, options) => {
    expect(() => postgresStore(pool as never, options as never)).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_INVALID' }),
    )
  })

  test('an unknown option throws', () => {
    expect(() => postgresStore({ query }, { transaction: true } as never)).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_UNKNOWN' }),
    )
  })
})
