/** Postgres behind PgBouncer, which lends a connection of the server for one transaction at a time. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Pool, type PoolConfig } from 'pg'
import { postgresStore } from '../../src/stores/postgres.js'
import type { DurableStore } from '../../src/store.js'
import { claimRequest } from '../support/claim-request.js'
import { findProgram } from '../support/find-program.js'
import { freePort } from '../support/free-port.js'
import { describeWith, POSTGRES, type Need } from '../support/needs.js'
import { DATABASE_URL } from '../support/services.js'

const SYSTEM_PATH = '/usr/sbin/pgbouncer'
const program = () => findProgram('pgbouncer') ?? (existsSync(SYSTEM_PATH) ? SYSTEM_PATH : null)

const PGBOUNCER: Need = {
  what: 'pgbouncer',
  broughtBy: 'apt-get install pgbouncer',
  isHere: () => program() !== null,
}

/** As on docs/stores.md. */
const DOCUMENTED: PoolConfig = { connectionTimeoutMillis: 5000, query_timeout: 5000 }

describeWith([POSTGRES, PGBOUNCER], 'PgBouncer with transaction pooling', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pgbouncer_'))
  const schema = `bouncer_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const { hostname, port, username, pathname } = new URL(DATABASE_URL)
  const admin = new Pool({ connectionString: DATABASE_URL, max: 1 })
  let bouncer: ChildProcess
  let at: number

  beforeAll(async () => {
    await admin.query(`CREATE SCHEMA ${schema}`)
    at = await freePort()
    const file = path.join(folder, 'pgbouncer.ini')
    writeFileSync(
      file,
      `[databases]
shop = host=${hostname} port=${port || '5432'} dbname=${pathname.slice(1)} user=${username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${at}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
`,
    )
    chmodSync(folder, 0o755)
    // PgBouncer does not run as root.
    const asUser = process.getuid?.() === 0 ? ['-u', 'postgres'] : []
    bouncer = spawn(program()!, ['-q', ...asUser, file], { stdio: 'ignore' })
    const waiting = open(DOCUMENTED)
    while (
      !(await waiting.query('SELECT 1').then(
        () => true,
        () => false,
      ))
    )
      await pause(50)
    await waiting.end()
  })

  afterAll(async () => {
    const exit = once(bouncer, 'exit')
    bouncer.kill()
    await exit
    await admin.query(`DROP SCHEMA ${schema} CASCADE`)
    await admin.end()
    rmSync(folder, { recursive: true })
  })

  function open(settings: PoolConfig): Pool {
    const pool = new Pool({ ...settings, connectionString: `postgres://shop@127.0.0.1:${at}/shop`, max: 10 })
    pool.on('error', () => {})
    return pool
  }

  /** A stalled disk makes the creation of a table take longer than the settings allow for any statement. */
  async function initWhenItCan(store: DurableStore<unknown>): Promise<void> {
    for (;;) {
      try {
        return await store.init()
      } catch (error) {
        if (!/timeout|does not answer/i.test(String(error))) throw error
      }
    }
  }

  describe.each([false, true])('transactional: %p', (transactional) => {
    test('40 events at once, each twice, are won once and recorded, by way of the documented settings', async () => {
      const pool = open(DOCUMENTED)
      const table = `${schema}.events_${transactional}`
      const store: DurableStore<any> = transactional
        ? postgresStore(pool, { table, transactional })
        : postgresStore(pool, { table })
      await initWhenItCan(store)
      const requests = Array.from({ length: 40 }, () => claimRequest())
      const states = await Promise.all(
        requests.flatMap((request) =>
          [request, { ...request, token: randomUUID() }].map(async (one) => {
            const { state } = await store.claim(one)
            if (state === 'claimed') expect(await store.complete(one.key, one.token)).toBe(true)
            return state
          }),
        ),
      )
      expect(states.filter((state) => state === 'claimed')).toHaveLength(40)
      expect(await store.listEvents({ state: 'done' })).toHaveLength(40)
      await store.close()
      await pool.end()
    })
  })

  test('statement_timeout among the settings of the pool is refused, as the page says', async () => {
    const pool = open({ ...DOCUMENTED, statement_timeout: 1500 })
    await expect(pool.query('SELECT 1')).rejects.toThrow(/unsupported startup parameter: statement_timeout/)
    await pool.end()
  })
})
