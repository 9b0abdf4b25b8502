/** Traces of a transactional claim that was lost or refused while others have continued with its event. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { Pool, type PoolClient } from 'pg'
import { postgresStore } from '../../src/stores/postgres.js'
import type { ClaimRequest, DurableStore, KeptEvent } from '../../src/store.js'
import { claimRequest } from '../support/claim-request.js'
import { describeWith, POSTGRES } from '../support/needs.js'
import { DATABASE_URL } from '../support/services.js'

const KEPT: KeptEvent = { form: 'delivery', body: Buffer.from('{}'), headers: {}, retryInMs: null, isAccepted: true }

describeWith(POSTGRES, 'a transactional claim that was lost or refused', () => {
  const table = `lost_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const pool = new Pool({ connectionString: DATABASE_URL, max: 8, application_name: table }).on('error', () => {})
  const here = postgresStore(pool, { table, transactional: true })
  const there = postgresStore(pool, { table, transactional: true })
  const plain = postgresStore(pool, { table })

  beforeAll(() => here.init())
  afterAll(async () => {
    for (const store of [here, there, plain]) await store.close()
    await pool.query(`DROP TABLE ${table}, ${table}_meta`)
    await pool.end()
  })

  async function won(store: DurableStore<PoolClient>, request: ClaimRequest) {
    const result = await store.claim(request)
    if (result.state !== 'claimed') throw new Error(`not claimed but ${result.state}`)
    return result
  }

  async function somebodyWaits() {
    const text = `SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'`
    while ((await pool.query(text, [table])).rows.length === 0) await pause(5)
  }

  test('is recorded without what the next holder of the event then has kept being left out', async () => {
    const [first, second] = [claimRequest(), claimRequest()]
    const next = { ...first, token: second.token }
    await (await won(here, first)).tx.query('SELECT 1 / 0').catch(() => {})
    await expect(Promise.resolve(here.complete(first.key, first.token))).rejects.toMatchObject({ workRefused: true })
    await won(there, next)
    const late = here.release(first.key, first.token, 'refused')
    await somebodyWaits()
    expect(await there.release(next.key, next.token, 'no stock', 'failed', KEPT)).toBe(true)
    await late
    expect(await there.getEvent(first.key)).toMatchObject({ lastError: 'no stock', keptAs: 'delivery', attempts: 1 })
  })

  test('answers its release with false where a claim without a transaction has come between', async () => {
    const [first, second] = [claimRequest(), claimRequest()]
    await (await won(here, first)).tx.query('SELECT 1 / 0').catch(() => {})
    expect(await plain.claim({ ...first, token: second.token })).toMatchObject({ state: 'claimed' })
    expect(await here.release(first.key, first.token, 'no stock', 'failed', KEPT)).toBe(false)
    expect(await plain.complete(first.key, second.token)).toBe(true)
  })

  test('does not end a lapsed lease without its contest', async () => {
    const [first, second] = [claimRequest(), claimRequest()]
    await (await won(here, first)).tx.query('ROLLBACK')
    await plain.claim({ ...first, token: second.token, leaseMs: 0 })
    expect(await here.release(first.key, first.token, 'no stock')).toBe(false)
    expect(await plain.getEvent(first.key)).toMatchObject({ state: 'processing', attempts: 1 })
    expect(await plain.complete(first.key, second.token)).toBe(true)
  })

  test('says so once, where its connection breaks and then its lease passes', async () => {
    const request = claimRequest({ leaseMs: 300 })
    const { tx, onLost } = await won(here, request)
    let times = 0
    onLost!(() => void times++)
    const { rows } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    await pool.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid])
    while ((await here.getEvent(request.key)) === null) await pause(20)
    expect(times).toBe(1)
  })
})
