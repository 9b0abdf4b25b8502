import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import type { ClaimRequest } from '../../../src/store.js'
import { postgresStore } from '../../../src/stores/postgres.js'
import { batchesSuite, oppositeOrdersTest } from '../../support/batches-suite.js'
import { claimRequest } from '../../support/claim-request.js'
import { describeWith, POSTGRES } from '../../support/needs.js'
import { DATABASE_URL } from '../../support/services.js'
import { TcpProxy } from '../../support/tcp-proxy.js'

const schema = `batches_${randomUUID().replaceAll('-', '').slice(0, 12)}`
let tables = 0
const newTable = () => `${schema}.events_${tables++}`

describeWith(POSTGRES, 'a batch', () => {
  let pool: Pool

  beforeAll(async () => {
    pool = new Pool({ connectionString: DATABASE_URL, max: 10 })
    await pool.query(`CREATE SCHEMA ${schema}`)
  })
  afterAll(async () => {
    await pool.query(`DROP SCHEMA ${schema} CASCADE`)
    await pool.end()
  })

  async function started(queryable: Pick<Pool, 'query'> = pool, table = newTable()) {
    const store = postgresStore(queryable as Pool, { table })
    await store.init()
    return { store, table }
  }

  /** Notes every statement and the SQLSTATE of each failed one. */
  function noting(from: Pool) {
    const failures: string[] = []
    let queries = 0
    const query = async (text: string, values: unknown[]) => {
      queries++
      try {
        return await from.query(text, values)
      } catch (error) {
        failures.push((error as { code: string }).code)
        throw error
      }
    }
    const trips = () => {
      const count = queries
      queries = 0
      return count
    }
    return { queryable: { query } as unknown as Pool, failures, trips }
  }

  batchesSuite(async () => {
    const { queryable, trips } = noting(pool)
    const { store, table } = await started(queryable)
    const refuse = (key: string) => pool.query(`ALTER TABLE ${table} ADD CHECK (key <> '${key}') NOT VALID`)
    return { store, trips, refuse }
  })

  test('two stores that claim and complete the same events in opposite orders handle each once', async () => {
    const other = new Pool({ connectionString: DATABASE_URL, max: 10 })
    const [here, there] = [noting(pool), noting(other)]
    const { store: one, table } = await started(here.queryable)
    const { store: two } = await started(there.queryable, table)
    for (let round = 0; round < 20; round++) {
      const requests = Array.from({ length: 60 }, () => claimRequest())
      const again = requests.toReversed().map(({ key }) => claimRequest({ key }))
      const [first, second] = await Promise.all([
        Promise.all(requests.map(async (request) => one.claim(request))),
        Promise.all(again.map(async (request) => two.claim(request))),
      ])
      const wins = [...first, ...second].filter(({ state }) => state === 'claimed')
      expect(wins).toHaveLength(60)
      const completions = [
        ...requests.map(async ({ key, token }) => one.complete(key, token)),
        ...again.map(async ({ key, token }) => two.complete(key, token)),
        ...again.map(async ({ key }) => two.claim(claimRequest({ key }))),
      ]
      const done = (await Promise.all(completions)).filter((answer) => answer === true)
      expect(done).toHaveLength(60)
    }
    expect([here.failures, there.failures].flat().filter((code) => code !== '55P03')).toEqual([])
    await Promise.all([one.close(), two.close()])
    await other.end()
  })

  /** Holds one row while `run` runs. */
  async function whileLocked<Result>(table: string, key: string, run: () => Promise<Result>): Promise<Result> {
    const locker = await pool.connect()
    await locker.query(`BEGIN; SELECT FROM ${table} WHERE key = '${key}' FOR UPDATE`)
    try {
      return await run()
    } finally {
      await locker.query('COMMIT')
      locker.release()
    }
  }

  /** How many of these rows are free while a batch waits for another one; undefined if no batch was seen waiting. */
  async function freeMeanwhile(table: string, keys: readonly string[], batch: Promise<unknown>) {
    let isOver = false
    void batch.finally(() => (isOver = true))
    while (!isOver) {
      const answers = await pool.query(`
        SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%${table.replace('.', '"."')}%';
        SELECT FROM ${table} WHERE key IN (${keys.join()}) FOR UPDATE SKIP LOCKED`)
      const [waiting, free] = answers as unknown as { rowCount: number }[]
      if (waiting!.rowCount === 1) return free!.rowCount
    }
    return undefined
  }

  test.each(['claims', 'completions'])('%s lock their rows in the order of their keys', async (what) => {
    const { store, table } = await started()
    let seen: number | undefined
    while (seen === undefined) {
      const requests = Array.from({ length: 20 }, () => claimRequest()).sort((a, b) => (a.key < b.key ? 1 : -1))
      await Promise.all(requests.map(async (request) => store.claim(request)))
      const keys = requests.map(({ key }) => `'${key}'`)
      const { rows } = await pool.query(`SELECT min(key) AS key FROM ${table} WHERE key IN (${keys.join()})`)
      const call = async (request: ClaimRequest) =>
        what === 'claims' ? store.claim(request) : store.complete(request.key, request.token)
      const calls = await whileLocked(table, rows[0].key, async () => {
        const made = requests.map(call)
        seen = await freeMeanwhile(table, keys, Promise.race(made))
        return { made }
      })
      await Promise.all(calls.made)
    }
    expect(seen).toBe(19)
    await store.close()
  })

  oppositeOrdersTest(() => ({ backend: 'postgres', at: DATABASE_URL, name: newTable() }))

  test('while somebody else holds one row, the others of its batch are answered', async () => {
    const { store, table } = await started()
    const requests = Array.from({ length: 5 }, () => claimRequest())
    const [locked] = requests
    await store.claim(locked!)
    const { claims, completions } = await whileLocked(table, locked!.key, async () => {
      const claims = requests.map(async (request) => store.claim(request))
      const others = await Promise.all(claims.slice(1))
      expect(others.map(({ state }) => state)).toEqual(Array(4).fill('claimed'))
      const completions = requests.map(async ({ key, token }) => store.complete(key, token))
      expect(await Promise.all(completions.slice(1))).toEqual(Array(4).fill(true))
      return { claims, completions }
    })
    // Its completion may have been first.
    expect(['claimed', 'done']).toContain((await claims[0]!).state)
    expect(await completions[0]).toBe(true)
    await store.close()
  })

  test('a claim that a trigger leaves out is rejected, and no other', async () => {
    const { store, table } = await started()
    const requests = Array.from({ length: 5 }, () => claimRequest())
    await pool.query(`CREATE FUNCTION ${schema}.leave_out() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER leave_out BEFORE INSERT ON ${table} FOR EACH ROW WHEN (NEW.key = '${requests[1]!.key}')
      EXECUTE FUNCTION ${schema}.leave_out()`)
    const claims = await Promise.allSettled(requests.map(async (request) => store.claim(request)))
    expect(claims.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', ...Array<string>(3).fill('fulfilled')])
    await store.close()
  })

  test('the lock timeout of a batch ends with it', async () => {
    const single = new Pool({ connectionString: DATABASE_URL, max: 1 })
    const { store } = await started(single)
    const before = await single.query('SHOW lock_timeout')
    const requests = [claimRequest(), claimRequest()]
    await Promise.all(requests.map(async (request) => store.claim(request)))
    await Promise.all(requests.map(async ({ key, token }) => store.complete(key, token)))
    expect((await single.query('SHOW lock_timeout')).rows).toEqual(before.rows)
    await store.close()
    await single.end()
  })

  test('a connection that dies after the batch took effect: each is rejected, and claims again what it holds', async () => {
    const proxy = await TcpProxy.before(DATABASE_URL, 5432)
    const remote = new Pool({ connectionString: proxy.through(DATABASE_URL), max: 2 })
    remote.on('error', () => {})
    const { store, table } = await started(remote)
    const { store: near } = await started(pool, table)
    const requests = Array.from({ length: 10 }, () => claimRequest())
    const claiming = Promise.allSettled(requests.map(async (request) => store.claim(request)))
    proxy.hold('answers')
    await untilKnown(near, requests[9]!.key)
    await proxy.close()
    expect((await claiming).map(({ status }) => status)).toEqual(Array(10).fill('rejected'))
    await proxy.open()
    proxy.resume()
    const others = requests.map(({ key }) => claimRequest({ key }))
    expect(await Promise.all(others.map(async (request) => near.claim(request)))).toEqual(
      Array(10).fill({ state: 'busy' }),
    )
    const again = await Promise.all(requests.map(async (request) => store.claim(request)))
    expect(again).toEqual(Array(10).fill(expect.objectContaining({ state: 'claimed', attempt: 1 })))
    await Promise.all([store.close(), near.close()])
    await remote.end()
    await proxy.close()
  })

  async function untilKnown(store: { getEvent(key: string): Promise<unknown> }, key: string): Promise<void> {
    while ((await store.getEvent(key)) === null) await new Promise((resolve) => setTimeout(resolve, 10))
  }
})
