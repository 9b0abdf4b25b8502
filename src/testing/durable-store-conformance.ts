/** Requirements of every store that outlives the process, in addition to `storeConformance`. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { clock, sleep } from '../lib/clock.js'
import type { DurableStore, EventState } from '../store.js'
import { dismissedEventConformance } from './dismissed-event-conformance.js'
import { keptEventConformance } from './kept-event-conformance.js'
import { noteConformance } from './note-conformance.js'
import { searchConformance } from './search-conformance.js'
import { again, checker, delivery, listed, request, SHORT_LEASE_MS } from './store-cases.js'
import { storeConformance } from './store-conformance.js'

/** Texts that break out of quotes, end a C string, or have no UTF-8 form. */
const UNSAFE_TEXTS = [
  `'; DROP TABLE "payment_webhook_events"; --`,
  'a\0b',
  'lone \ud83d surrogate',
  '{x} * ? [a-z] \\ %_',
  '\u{1f4b6}'.repeat(300),
]

/**
 * Registers the tests that every durable store has to pass, including those of `storeConformance`.
 *
 * @param options.test the runner's `test` or `it`
 * @param options.create makes a store on the real backend; called once per test, and closed after it
 * @example
 * ```ts
 * import { durableStoreConformance } from 'express-payment-webhooks/testing'
 *
 * describe('my store', () => durableStoreConformance({ test, create: () => myStore(client) }))
 * ```
 */
export function durableStoreConformance<Tx>(options: {
  readonly test: (name: string, run: () => Promise<void>) => unknown
  readonly create: () => DurableStore<Tx> | Promise<DurableStore<Tx>>
}): void {
  storeConformance(options)
  keptEventConformance(options)
  dismissedEventConformance(options)
  noteConformance(options)
  searchConformance(options)
  const check = checker(options)

  check('a quarantined delivery is kept once, with its exact bytes', async (store) => {
    const kept = delivery({ body: Buffer.from([0, 255, 39, 10, 0xed, 0xa0, 0x80, ...Buffer.from('"{}')]) })
    await store.quarantine(kept)
    await store.quarantine({ ...kept, eventId: null })
    const record = await store.getEvent(kept.key)
    assert.ok(record !== null && record.body !== null)
    assert.ok(record.body.equals(kept.body))
    const { key, provider, eventId, code, message } = kept
    const { state, eventType, attempts, lastError } = record
    assert.deepEqual(
      {
        key: record.key,
        provider: record.provider,
        eventId: record.eventId,
        code: record.code,
        state,
        eventType,
        attempts,
        lastError,
      },
      { key, provider, eventId, code, state: 'quarantined', eventType: null, attempts: 2, lastError: message },
    )
    assert.equal((await listed(store, 'quarantined')).filter((one) => one.key === key).length, 1)
  })

  check('a delivery that is kept again tells the newer reason', async (store) => {
    const kept = delivery()
    await store.quarantine(kept)
    await store.quarantine({ ...kept, code: 'RETRIES_EXHAUSTED', message: 'put off 5 times' })
    const { code, lastError } = (await store.getEvent(kept.key))!
    assert.deepEqual([code, lastError], ['RETRIES_EXHAUSTED', 'put off 5 times'])
  })

  check('a conflict stays one when its replay is kept for another reason', async (store) => {
    const kept = delivery({ code: 'ID_CONFLICT' })
    await store.quarantine(kept)
    await store.replay(kept.key)
    await store.quarantine({ ...kept, code: 'RETRIES_EXHAUSTED', message: 'put off 5 times' })
    const { state, code, lastError } = (await store.getEvent(kept.key))!
    assert.deepEqual([state, code, lastError], ['quarantined', 'ID_CONFLICT', 'put off 5 times'])
  })

  check('quarantine rejects under the key of an event, and leaves the event alone', async (store) => {
    const [done, failed] = [request(), request()]
    for (const one of [done, failed]) await store.claim(one)
    await store.complete(done.key, done.token)
    await store.release(failed.key, failed.token, 'the handler threw')
    for (const { key } of [done, failed]) {
      const before = await store.getEvent(key)
      await assert.rejects(async () => store.quarantine(delivery({ key })), /kept/)
      assert.deepEqual(await store.getEvent(key), before)
    }
  })

  check('a delivery that is no event is quarantined without an event id', async (store) => {
    const kept = delivery({ eventId: null })
    await store.quarantine(kept)
    assert.equal((await store.getEvent(kept.key))?.eventId, null)
  })

  check('a quarantined delivery is removed once', async (store) => {
    const kept = delivery()
    await store.quarantine(kept)
    assert.equal(await store.removeQuarantined(kept.key), true)
    assert.equal(await store.removeQuarantined(kept.key), false)
    assert.equal(await store.getEvent(kept.key), null)
    assert.ok(!(await listed(store, 'quarantined')).some(({ key }) => key === kept.key))
  })

  check(
    'a replay is requested of a quarantined delivery, and taken back when the delivery is kept again',
    async (store) => {
      const kept = delivery()
      await store.quarantine(kept)
      for (const requested of [true, true]) assert.equal(await store.replay(kept.key), requested)
      const record = await store.getEvent(kept.key)
      assert.equal(record?.state, 'replay_requested')
      assert.ok(record.body?.equals(kept.body))
      assert.deepEqual(await statesOf(store, kept.key), ['replay_requested'])
      await store.quarantine({ ...kept, message: 'still unusable' })
      assert.deepEqual(await statesOf(store, kept.key), ['quarantined'])
      assert.equal((await store.getEvent(kept.key))?.lastError, 'still unusable')
      await store.replay(kept.key)
      assert.equal(await store.removeQuarantined(kept.key), true)
      assert.deepEqual(await statesOf(store, kept.key), [])
    },
  )

  check('a replay is refused of an event, and of what is not there', async (store) => {
    const first = request()
    await store.claim(first)
    assert.equal(await store.replay(first.key), false)
    assert.equal(await store.complete(first.key, first.token), true)
    assert.equal(await store.replay(first.key), false)
    assert.equal(await store.replay(request().key), false)
  })

  check('removeQuarantined leaves an event alone', async (store) => {
    const first = request()
    await store.claim(first)
    assert.equal(await store.removeQuarantined(first.key), false)
    assert.equal(await store.complete(first.key, first.token), true)
  })

  check('listEvents tells states apart', async (store) => {
    const [held, done, failed] = [request(), request(), request()]
    const kept = delivery()
    for (const one of [held, done, failed]) await store.claim(one)
    await store.complete(done.key, done.token)
    await store.release(failed.key, failed.token, 'why')
    await store.quarantine(kept)
    const expected: [EventState, string][] = [
      ['done', done.key],
      ['failed', failed.key],
      ['quarantined', kept.key],
    ]
    // No other connection sees an open transaction.
    if (store.transactional !== true) expected.push(['processing', held.key])
    for (const [state, key] of expected) {
      const records = await listed(store, state)
      assert.ok(records.every((record) => record.state === state))
      assert.ok(
        records.some((record) => record.key === key),
        `${state} lists its own`,
      )
      assert.ok(
        (await listed(store)).some((record) => record.key === key && record.state === state),
        `all states list ${state}`,
      )
    }
    await store.claim(again(failed))
    assert.ok(store.transactional === true || !(await listed(store, 'failed')).some(({ key }) => key === failed.key))
  })

  check('listEvents goes newest first, page by page, without bodies', async (store) => {
    const kept = [delivery(), delivery(), delivery()]
    for (const one of kept) {
      await store.quarantine(one)
      await sleep(3)
    }
    const seen: string[] = []
    for (let page = await store.listEvents({ limit: 2 }); page.length > 0;) {
      assert.ok(page.length <= 2)
      assert.ok(page.every(({ body }) => body === null))
      seen.push(...page.map(({ key }) => key))
      page = await store.listEvents({ limit: 2, before: page.at(-1)! })
    }
    assert.equal(new Set(seen).size, seen.length)
    assert.deepEqual(
      seen.filter((key) => kept.some((one) => one.key === key)),
      kept.map(({ key }) => key).reverse(),
    )
  })

  check('listEvents refuses a state or a limit that does not exist', async (store) => {
    await assert.rejects(async () => store.listEvents({ state: "done' OR 'a' = 'a" as EventState }), TypeError)
    for (const limit of [0, -1, 1.5, 1001]) await assert.rejects(async () => store.listEvents({ limit }), TypeError)
  })

  check('getEvent finds an event by key and by readable id, with what is known about it', async (store) => {
    const first = request({ account: 'shop-2', orderId: 'ORDER-1', paymentId: 'pay_1', amount: '100.00 EUR' })
    await store.claim(first)
    await store.release(first.key, first.token, 'the handler threw')
    const second = again(first)
    await store.claim(second)
    await store.complete(second.key, second.token)
    const record = await store.getEvent(first.eventId)
    assert.deepEqual(record, await store.getEvent(first.key))
    const { createdAt, updatedAt, failedRuns, ...rest } = record!
    assert.deepEqual(
      failedRuns.map(({ attempt, ending, error }) => [attempt, ending, error]),
      [[1, 'failed', 'the handler threw']],
    )
    assert.deepEqual(rest, {
      key: first.key,
      state: 'done',
      eventId: first.eventId,
      eventType: first.eventType,
      provider: first.provider,
      account: first.account,
      orderId: first.orderId,
      paymentId: first.paymentId,
      amount: first.amount,
      attempts: 2,
      lastError: 'the handler threw',
      code: null,
      keptAs: null,
      dueAt: null,
      headers: null,
      body: null,
    })
    assert.ok(createdAt <= updatedAt)
    assert.ok(Math.abs(Date.parse(updatedAt) - clock.now()) < 60_000)
    assert.equal(await store.getEvent(`${first.eventId}0`), null)
  })

  check('getEvent answers the event before a quarantined delivery of the same id', async (store) => {
    const first = request()
    await store.claim(first)
    await store.complete(first.key, first.token)
    const conflicting = delivery({ eventId: first.eventId, code: 'ID_CONFLICT' })
    await store.quarantine(conflicting)
    assert.equal((await store.getEvent(first.eventId))?.state, 'done')
    assert.equal((await store.getEvent(conflicting.key))?.state, 'quarantined')
  })

  check('unsafe texts neither fail nor reach another record', async (store) => {
    for (const text of UNSAFE_TEXTS) {
      const first = request({ eventId: `acme:${randomUUID()}:${text}` })
      assert.equal((await store.claim(first)).state, 'claimed')
      assert.equal(await store.release(first.key, first.token, text), true)
      const record = await store.getEvent(first.eventId)
      assert.equal(record?.key, first.key)
      assert.equal(record.lastError, text.toWellFormed().replaceAll('\0', '\ufffd'))
      await store.quarantine(delivery({ message: text, eventId: text }))
    }
  })

  check('prune forgets what expired, and neither open events nor quarantined deliveries', async (store) => {
    const done = request({ retainMs: SHORT_LEASE_MS })
    const open = request({ retainMs: SHORT_LEASE_MS })
    const kept = delivery()
    await store.claim(done)
    await store.complete(done.key, done.token)
    await store.claim(open)
    await store.quarantine(kept)
    await sleep(SHORT_LEASE_MS * 1.5)
    assert.ok((await store.prune()) >= 1)
    assert.equal(await store.getEvent(done.key), null)
    assert.ok(!(await listed(store)).some(({ key }) => key === done.key))
    assert.notEqual(await store.getEvent(kept.key), null)
    assert.equal(await store.complete(open.key, open.token), true)
  })
}

/** The states under which a record is listed: at most one. */
async function statesOf(store: DurableStore<unknown>, key: string): Promise<EventState[]> {
  const found: EventState[] = []
  for (const state of ['processing', 'done', 'failed', 'quarantined', 'replay_requested'] as const) {
    if ((await listed(store, state)).some((record) => record.key === key)) found.push(state)
  }
  return found
}
