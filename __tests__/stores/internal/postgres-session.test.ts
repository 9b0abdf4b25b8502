/** Changes that a handler makes to the session of its transaction, and the next user of the connection. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { Pool, type PoolClient } from 'pg'
import { postgresStore } from '../../../src/stores/postgres.js'
import { claimRequest } from '../../support/claim-request.js'
import { describeWith, POSTGRES } from '../../support/needs.js'
import { DATABASE_URL } from '../../support/services.js'

describeWith(POSTGRES, 'a handler that changes its session', () => {
  const schema = `session_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const role = `${schema}_clerk`
  let pool: Pool
  let other: Pool

  beforeAll(async () => {
    other = new Pool({ connectionString: DATABASE_URL, max: 2 })
    await other.query(`CREATE SCHEMA ${schema}; CREATE ROLE ${role}; CREATE TABLE ${schema}.paid (event text)`)
    await other.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role}; GRANT INSERT ON ${schema}.paid TO ${role}`)
    // One connection, so that the next claim meets the session state of the previous one.
    pool = new Pool({ connectionString: DATABASE_URL, max: 1, options: `-c search_path=${schema}` })
  })
  afterAll(async () => {
    await pool.end()
    await other.query(`DROP SCHEMA ${schema} CASCADE; DROP OWNED BY ${role}; DROP ROLE ${role}`)
    await other.end()
  })

  const paid = async (event: string) =>
    (await other.query(`SELECT event FROM ${schema}.paid WHERE event = $1`, [event])).rows.length

  test.each([
    'SET LOCAL search_path TO pg_catalog',
    'SET search_path TO pg_catalog',
    `SET LOCAL ROLE ${role}`,
    `SET ROLE ${role}`,
    `SET LOCAL ROLE ${role}; SET LOCAL search_path TO ''; SET LOCAL standard_conforming_strings TO off`,
    'SET LOCAL synchronous_commit TO off',
  ])('%s: the effect and the record are committed, and the next claim finds its table', async (change) => {
    const store = postgresStore(pool, { transactional: true })
    await store.init()
    for (const request of [claimRequest(), claimRequest()]) {
      const result = await store.claim(request)
      const tx = (result as { tx: PoolClient }).tx
      await tx.query(change)
      await tx.query(`INSERT INTO ${schema}.paid VALUES ($1)`, [request.key])
      expect(await store.complete(request.key, request.token)).toBe(true)
      expect(await paid(request.key)).toBe(1)
      expect(await store.getEvent(request.key)).toMatchObject({ state: 'done' })
    }
    await store.close()
  })

  test('a commit waits for the disk, also where the handler has said that it need not', async () => {
    const store = postgresStore(pool, { transactional: true })
    await store.init()
    await other.query(`CREATE TABLE ${schema}.seen (setting text)`)
    // Reports the setting at the moment of the commit.
    await other.query(`CREATE FUNCTION ${schema}.see() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO ${schema}.seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER see AFTER INSERT ON ${schema}.paid DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION ${schema}.see()`)
    const request = claimRequest()
    const { tx } = (await store.claim(request)) as { tx: PoolClient }
    await tx.query('SET LOCAL synchronous_commit TO off')
    await tx.query(`INSERT INTO ${schema}.paid VALUES ($1)`, [request.key])
    await store.complete(request.key, request.token)
    expect((await other.query(`SELECT setting FROM ${schema}.seen`)).rows).toEqual([{ setting: 'on' }])
    await other.query(`DROP TRIGGER see ON ${schema}.paid`)
    await store.close()
  })

  test('a handler that hangs loses its connection after transactionMs, and the event is free', async () => {
    const store = postgresStore(pool, { transactional: true, transactionMs: 300 })
    await store.init()
    const request = claimRequest()
    const hung = await store.claim(request)
    const lost = new Promise<void>((resolve) => (hung as { onLost(listener: () => void): void }).onLost(resolve))
    const { tx } = hung as { tx: PoolClient }
    await tx.query(`INSERT INTO ${schema}.paid VALUES ($1)`, [request.key])
    // It renews its lease while it runs, and its transaction occupies the only connection.
    const renewing = setInterval(() => void store.extend(request.key, request.token, 60_000), 50)
    await lost
    clearInterval(renewing)
    expect(await store.extend(request.key, request.token, 60_000)).toBe(false)
    const next = claimRequest()
    expect(await store.claim(next)).toMatchObject({ state: 'claimed' })
    expect(await store.complete(next.key, next.token)).toBe(true)
    expect(await paid(request.key)).toBe(0)
    expect(await store.getEvent(request.key)).toMatchObject({
      state: 'failed',
      lastError: 'its transaction was open for 300 ms, the limit that transactionMs sets',
    })
    await store.close()
  })

  test.each([0, 99, 1.5, '1000'])('transactionMs of %p throws', (transactionMs) => {
    expect(() => postgresStore(pool, { transactional: true, transactionMs: transactionMs as number })).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_INVALID' }),
    )
  })
})
