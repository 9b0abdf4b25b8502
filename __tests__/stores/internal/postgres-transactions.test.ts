/** A handler that continues after its claim has ended: a sibling in its Promise.all, or a statement that was not awaited. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import express from 'express'
import { Pool, type PoolClient } from 'pg'
import {
  coinsPh,
  paymentWebhook,
  type Handler,
  type PaymentWebhookError,
  type WebhookEvent,
} from '../../../src/index.js'
import { postgresStore } from '../../../src/stores/postgres.js'
import type { DurableStore } from '../../../src/store.js'
import { deliver, sample } from '../../../src/testing/index.js'
import { claimRequest } from '../../support/claim-request.js'
import { describeWith, POSTGRES } from '../../support/needs.js'
import { DATABASE_URL } from '../../support/services.js'

describeWith(POSTGRES, 'a transactional handler that goes on after its claim has ended', () => {
  const schema = `late_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const orders = `${schema}.orders`
  const pool = new Pool({ connectionString: DATABASE_URL, max: 2 })
  // Every test here causes a warning, and one of them reads it.
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
  /** One connection, so that the next event gets the connection that was released. */
  let narrow: Pool
  let store: DurableStore<PoolClient>

  beforeAll(async () => {
    await pool.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${orders} (id text)`)
  })
  afterAll(async () => {
    await pool.query(`DROP SCHEMA ${schema} CASCADE`)
    await pool.end()
  })
  beforeEach(async () => {
    await pool.query(`TRUNCATE ${orders} CASCADE`)
    narrow = new Pool({ connectionString: DATABASE_URL, max: 1, connectionTimeoutMillis: 5000 })
    store = postgresStore(narrow, { table: `${schema}.events_${randomUUID().slice(0, 8)}`, transactional: true })
    await store.init()
  })
  afterEach(async () => {
    await store.close()
    await narrow.end()
  })

  const pay = (tx: PoolClient, id: string) => tx.query(`INSERT INTO ${orders} VALUES ($1)`, [id])
  const paid = async () => (await pool.query<{ id: string }>(`SELECT id FROM ${orders}`)).rows.map(({ id }) => id)

  async function claimed() {
    const request = claimRequest()
    const result = await store.claim(request)
    if (result.state !== 'claimed') throw new Error(`not claimed but ${result.state}`)
    return { ...request, tx: result.tx }
  }

  test.each(['release', 'complete'] as const)('reaches no other event after %s', async (settle) => {
    const first = await claimed()
    expect(await store[settle](first.key, first.token, 'a sibling failed')).toBe(true)
    const second = await claimed()
    await expect(pay(first.tx, 'late')).rejects.toThrow(/claim is over/)
    await pay(second.tx, 'in time')
    expect(await store.complete(second.key, second.token)).toBe(true)
    expect(await paid()).toEqual(['in time'])
  })

  test('has undone what it sent before release, and commits nothing while release is under way', async () => {
    const { key, token, tx } = await claimed()
    const before = Promise.all([tx.query('SELECT pg_sleep(0.1)'), pay(tx, 'before')])
    const released = store.release(key, token, 'a sibling failed')
    const meanwhile = Array.from({ length: 20 }, (_, at) => pause(at * 10).then(() => pay(tx, 'meanwhile')))
    const outcomes = await Promise.allSettled(meanwhile)
    await before
    expect(await released).toBe(true)
    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'rejected'))
    expect(await paid()).toEqual([])
    expect(await store.getEvent(key)).toMatchObject({ state: 'failed', attempts: 1 })
  })

  test('has committed what it sent before complete without waiting for it', async () => {
    const { key, token, tx } = await claimed()
    const unawaited = pay(tx, 'unawaited')
    expect(await store.complete(key, token)).toBe(true)
    await unawaited
    expect(await paid()).toEqual(['unawaited'])
  })

  test('keeps the event from being done when a statement it did not wait for fails', async () => {
    const { key, token, tx } = await claimed()
    await pay(tx, 'undone')
    const unawaited = expect(tx.query('SELECT 1 / 0')).rejects.toThrow(/zero/)
    await expect(Promise.resolve(store.complete(key, token))).rejects.toThrow(/aborted/)
    await unawaited
    expect(await paid()).toEqual([])
  })

  test('ends no process with a statement that nobody waits for, and is warned of', async () => {
    warn.mockClear()
    const { key, token, tx } = await claimed()
    expect(await store.complete(key, token)).toBe(true)
    void pay(tx, 'late')
    // A turn of the event loop, after which Node checks for unhandled rejections.
    await pause(10)
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/claim is over/), 'PaymentWebhookWarning']])
    expect(await paid()).toEqual([])
  })

  test('is told so by its callback, where it gave one', async () => {
    const { key, token, tx } = await claimed()
    await store.release(key, token, 'a sibling failed')
    const error = await new Promise<Error>((resolve) => tx.query('SELECT 1', resolve))
    expect(error.message).toMatch(/claim is over/)
  })

  test('cannot give the connection back before that', async () => {
    const { key, token, tx } = await claimed()
    tx.release()
    await pay(tx, 'after release')
    expect(await store.complete(key, token)).toBe(true)
    expect(await paid()).toEqual(['after release'])
  })

  test('closes its connection when it failed, and leaves it open when it did not', async () => {
    const pid = async () => {
      const { key, token, tx } = await claimed()
      const { rows } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      return { key, token, pid: rows[0]!.pid }
    }
    const first = await pid()
    await store.complete(first.key, first.token)
    const second = await pid()
    await store.release(second.key, second.token, 'a sibling failed')
    const third = await pid()
    expect([second.pid === first.pid, third.pid === second.pid]).toEqual([true, false])
  })

  describe('in a shop', () => {
    const provider = coinsPh({ token: randomBytes(32).toString('hex') })
    const payload = sample('coins-ph', 'payment.confirmed')

    function shop(handler: Handler<WebhookEvent, PoolClient>, limited = store) {
      const errors: PaymentWebhookError[] = []
      const webhook = paymentWebhook(provider, {
        store: limited,
        on: { 'payment.confirmed': handler },
        onError: (error) => void errors.push(error),
      })
      return { webhook, errors, toShop: () => deliver(express().use('/hook', webhook), provider, payload).to('/hook') }
    }

    test('has one effect when a sibling of the statement failed', async () => {
      let late: Promise<unknown> = Promise.resolve()
      const { webhook, toShop } = shop(async (_event, { tx, attempt }) => {
        late = pause(100).then(() => pay(tx, `attempt ${attempt}`))
        late.catch(() => {})
        await Promise.all([late, attempt === 1 ? Promise.reject(new Error('tax service away')) : undefined])
      })
      expect((await toShop()).status).toBe(500)
      await expect(late).rejects.toThrow(/claim is over/)
      expect((await toShop()).status).toBe(200)
      expect(await paid()).toEqual(['attempt 2'])
      await webhook.close()
    })

    test('is told by its signal when its connection is lost, and a delivery handles the event meanwhile', async () => {
      // Two connections, as if another process were there as well.
      narrow.options.max = 2
      let told = () => {}
      const aborted = new Promise<void>((resolve) => (told = resolve))
      let runs = 0
      const { webhook, toShop } = shop(async (_event, { tx, signal }) => {
        if (++runs === 1) {
          signal.addEventListener('abort', told)
          const { rows } = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
          await pool.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid])
          await aborted
          expect((await toShop()).status).toBe(200)
          signal.throwIfAborted()
        }
        await pay(tx, 'once')
      })
      expect((await toShop()).status).toBe(503)
      expect(await paid()).toEqual(['once'])
      await webhook.close()
    })

    test('is answered as a failure, and recorded as one, when Postgres refuses what it did', async () => {
      const lines = `${schema}.lines`
      await pool.query(`CREATE UNIQUE INDEX ON ${orders} (id);
        CREATE TABLE ${lines} (id text REFERENCES ${orders} (id) DEFERRABLE INITIALLY DEFERRED)`)
      const attempts: number[] = []
      const { webhook, toShop } = shop(async (_event, { tx, attempt }) => {
        attempts.push(attempt)
        await tx.query(`INSERT INTO ${lines} VALUES ('missing')`)
      })
      expect([(await toShop()).status, (await toShop()).status]).toEqual([500, 500])
      expect(attempts).toEqual([1, 2])
      expect(await store.listEvents()).toMatchObject([
        { state: 'failed', attempts: 2, lastError: expect.stringContaining('foreign key') },
      ])
      await webhook.close()
    })

    describe('that takes longer than transactionMs', () => {
      const LIMIT = /its transaction was open for 300 ms, the limit that transactionMs sets/

      async function slowShop(afterwards: (tx: PoolClient) => unknown) {
        const table = `${schema}.events_${randomUUID().slice(0, 8)}`
        const limited = postgresStore(narrow, { table, transactional: true, transactionMs: 300 })
        await limited.init()
        const one = shop(async (_event, { tx, signal, attempt }) => {
          await pay(tx, `attempt ${attempt}`)
          if (attempt > 1) return
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
          await afterwards(tx)
        }, limited)
        return { ...one, limited }
      }

      test.each<[string, (tx: PoolClient) => unknown]>([
        ['resolves', () => {}],
        ['goes on with its transaction', (tx) => pay(tx, 'late')],
        ['throws', () => Promise.reject(new Error('cut off'))],
      ])('has failed when it %s: its event is kept with the reason, and handled again', async (_what, afterwards) => {
        const { webhook, errors, toShop, limited } = await slowShop(afterwards)
        expect((await toShop()).status).toBe(500)
        expect(errors).toMatchObject([{ code: 'HANDLER_FAILED' }])
        expect(await paid()).toEqual([])
        const [record] = await limited.listEvents()
        expect(record).toMatchObject({ state: 'failed', attempts: 1, keptAs: 'delivery' })
        expect(record!.failedRuns.map(({ error }) => error).join()).toMatch(LIMIT)
        expect((await toShop()).status).toBe(200)
        expect(await paid()).toEqual(['attempt 2'])
        await webhook.close()
      })

      test('has no failure of its own if no handler began: its claim is given back unused', async () => {
        const table = `${schema}.events_${randomUUID().slice(0, 8)}`
        const limited = postgresStore(narrow, { table, transactional: true, transactionMs: 100 })
        await limited.init()
        const { key, token, ...rest } = claimRequest()
        const claim = await limited.claim({ key, token, ...rest })
        if (claim.state !== 'claimed') throw new Error(`not claimed but ${claim.state}`)
        await new Promise<void>((resolve) => claim.onLost!(resolve))
        while ((await limited.getEvent(key)) === null) await pause(20)
        expect(await limited.release(key, token, 'not confirmed', 'unused')).toBe(false)
        const record = await limited.getEvent(key)
        expect(record!.failedRuns).toHaveLength(1)
        expect(record!.lastError).toMatch(/was open for 100 ms/)
        await limited.close()
      })

      test('changes nothing of what another delivery did meanwhile', async () => {
        narrow.options.max = 2
        const { webhook, toShop, limited } = await slowShop(async () => {
          expect((await toShop()).status).toBe(200)
        })
        expect((await toShop()).status).not.toBe(200)
        expect(await paid()).toEqual(['attempt 2'])
        expect(await limited.listEvents()).toMatchObject([{ state: 'done', attempts: 2 }])
        await webhook.close()
      })
    })

    test('has one effect when shutdown gave its claim away', async () => {
      let goOn = () => {}
      let begun = () => {}
      const running = new Promise<void>((resolve) => (begun = resolve))
      const first = shop(async (_event, { tx }) => {
        begun()
        await new Promise<void>((resolve) => (goOn = resolve))
        await pay(tx, 'given up')
      })
      const answer = first.toShop()
      // supertest sends when it is awaited.
      const answered = answer.then(({ status }) => status)
      await running
      await first.webhook.close({ timeoutMs: 50 })
      const second = shop(async (_event, { tx, attempt }) => void (await pay(tx, `attempt ${attempt}`)))
      expect((await second.toShop()).status).toBe(200)
      goOn()
      expect(await answered).not.toBe(200)
      expect(await paid()).toEqual(['attempt 2'])
      await second.webhook.close()
    })
  })
})
