/** A Postgres that answers before its commits are on disk, and crashes: acknowledged events are still there. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Pool } from 'pg'
import { createReceiver, type DurableStore, type WebhookEvent } from '../../src/index.js'
import { postgresStore } from '../../src/stores/postgres.js'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'
import { describeWith } from '../support/needs.js'
import { POSTGRES_SERVER, PostgresServer } from '../support/postgres-server.js'

const CRASHES = 4
const EVENTS = 40

describeWith(POSTGRES_SERVER, 'Postgres with synchronous_commit off, crashing', () => {
  // Nothing is flushed to disk by itself within the time of the test.
  const server = new PostgresServer({ synchronous_commit: 'off', wal_writer_delay: '10000', fsync: 'on' })

  beforeAll(() => {
    server.create()
    server.start()
  })
  afterAll(() => server.remove())

  const open = () => {
    const pool = new Pool({ connectionString: server.url, max: 4 })
    pool.on('error', () => {})
    return pool
  }

  test.each([
    ['in transactions', true],
    ['outside of transactions', false],
  ])(
    '%s: no acknowledged payment, no record and no kept delivery is lost in four crashes',
    async (_, transactional) => {
      const table = transactional ? 'events_tx' : 'events'
      const acknowledged: string[] = []
      const kept: string[] = []
      for (let crash = 0; crash < CRASHES; crash++) {
        const pool = open()
        await pool.query(`CREATE TABLE IF NOT EXISTS ${table}_paid (event text PRIMARY KEY)`)
        const store: DurableStore<any> = transactional
          ? postgresStore(pool, { table, transactional })
          : postgresStore(pool, { table })
        const receiver = createReceiver(hmacProvider(), {
          store,
          onError: () => {},
          on: {
            'payment.confirmed': (event: WebhookEvent, { tx }: { tx: Pick<Pool, 'query'> | undefined }) =>
              (tx ?? pool).query(`INSERT INTO ${table}_paid VALUES ($1)`, [event.id]),
          },
        })
        await store.init()
        for (let number = 0; number < EVENTS; number++) {
          const isKept = number % 4 === 3
          const name = `evt_${crash}_${number}`
          const body = isKept ? JSON.stringify({ nothing: name }) : bodyOf({ id: name })
          const outcome = await receiver.receive({ body, headers: { 'x-signature': signatureOf(body) } })
          expect(outcome.kind).toBe(isKept ? 'quarantined' : 'handled')
          ;(isKept ? kept : acknowledged).push(isKept ? body : `hmac:${name}`)
        }
        server.crash()
        await receiver.close()
        await store.close()
        await pool.end()
        server.start()
      }
      const pool = open()
      const { rows: paid } = await pool.query<{ event: string }>(`SELECT event FROM ${table}_paid`)
      expect(paid.map(({ event }) => event).sort()).toEqual([...acknowledged].sort())
      const { rows: records } = await pool.query<{ event_id: string; body: Buffer | null }>(
        `SELECT event_id, body FROM ${table} WHERE state IN ('done', 'quarantined') AND key NOT LIKE '~%'`,
      )
      expect(
        records
          .filter(({ body }) => body === null)
          .map(({ event_id }) => event_id)
          .sort(),
      ).toEqual([...acknowledged].sort())
      expect(records.flatMap(({ body }) => (body === null ? [] : [body.toString()])).sort()).toEqual([...kept].sort())
      await pool.end()
    },
    120_000,
  )
})
