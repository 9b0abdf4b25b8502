/** The result of `init` on a database of the first layout: docs/upgrade.md. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { hash, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createReceiver, type DurableStore, type OutcomeReport, type Receiver } from '../../src/index.js'
import { claimRequest } from '../support/claim-request.js'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'
import { describeWith, POSTGRES, REDIS } from '../support/needs.js'
import { openStore, type Backend, type OpenStore, type StoreAddress } from '../support/open-store.js'
import { oldDatabase, type OldDatabase, type OldRecord } from '../support/schema-1.js'
import { DATABASE_URL, REDIS_URL } from '../support/services.js'

const digest = (text: string) => hash('sha256', text, 'base64url')

/** As the first version computed it for the bodies of these tests. */
const CONTENT = digest(JSON.stringify(['payment.confirmed', '1001', null, null, null, null, null, '100', 'USD'])).slice(
  0,
  22,
)

function oldEvent(id: string, rest: Partial<OldRecord> = {}): OldRecord {
  return {
    key: digest(`hmac\n\nhmac:${id}`),
    state: 'done',
    token: '',
    attempt: 1,
    contentHash: CONTENT,
    leaseMs: 60_000,
    eventId: `hmac:${id}`,
    eventType: 'payment.confirmed',
    provider: 'hmac',
    lastError: null,
    code: null,
    body: null,
    ...rest,
  }
}

function oldDelivery(id: string, state: 'quarantined' | 'replay_requested'): OldRecord {
  const body = Buffer.from(bodyOf({ id }))
  const key = hash('sha256', Buffer.concat([Buffer.from('\nquarantined\nhmac\n\n'), body]), 'base64url')
  const why = { code: 'RETRIES_EXHAUSTED', lastError: 'no such order' }
  return { ...oldEvent(id), key, state, contentHash: '', eventType: null, body, ...why }
}

const DONE = oldEvent('done')
const FAILED = oldEvent('failed', { state: 'failed', attempt: 2, lastError: 'the handler threw' })
const HELD = oldEvent('held', { state: 'processing', token: 'held' })
const LAPSED = oldEvent('lapsed', { state: 'processing', token: 'lapsed', leaseMs: 1 })
const QUARANTINED = oldDelivery('quarantined', 'quarantined')
const REQUESTED = oldDelivery('requested', 'replay_requested')
const LATER = oldDelivery('later', 'quarantined')

const folder = path.join(os.tmpdir(), `upgrade_${randomUUID()}`)
afterAll(() => rmSync(`${folder}.db`, { force: true }))

const STORES = [
  ['sqlite', [], `${folder}.db`],
  ['postgres', [POSTGRES], DATABASE_URL],
  ['postgres transactional', [POSTGRES], DATABASE_URL],
  ['redis', [REDIS], REDIS_URL],
] as const

for (const [backend, needs, at] of STORES)
  describeWith(needs, `an upgraded database: ${backend}`, () => suite(backend, at))

function suite(backend: Backend, at: string): void {
  const name = `upgrade_${randomUUID().replaceAll('-', '').slice(0, 12)}`
  const address: StoreAddress = { backend, at, name }
  let old: OldDatabase
  let open: OpenStore
  let store: DurableStore<unknown>
  const openReceivers: Receiver[] = []

  beforeAll(async () => {
    old = await oldDatabase(address)
    await old.write([DONE, FAILED, HELD, LAPSED, QUARANTINED, REQUESTED])
    open = openStore(address)
    store = open.store
    await store.init()
  })

  afterAll(async () => {
    for (const receiver of openReceivers) await receiver.close()
    await store.close()
    await open.close()
    await old.remove()
  })

  test.each([DONE, FAILED, HELD, LAPSED, QUARANTINED, REQUESTED])(
    'has the old record $eventId, $state',
    async (one) => {
      const { key, state, eventId, eventType, provider, attempt: attempts, lastError, code, body } = one
      const isKept = body !== null
      const kept = { keptAs: isKept ? 'delivery' : null, dueAt: one === REQUESTED ? expect.any(String) : null }
      const unknown = { account: null, orderId: null, paymentId: null, amount: null, headers: null }
      const wanted = { key, state, eventId, eventType, provider, attempts, lastError, code, body, ...kept, ...unknown }
      expect(await store.getEvent(key)).toMatchObject(wanted)
      expect((await store.listEvents({ state })).map((record) => record.key)).toContain(key)
    },
  )

  describe('claims', () => {
    const claimOf = ({ key, eventId }: OldRecord) =>
      store.claim(claimRequest({ key, contentHash: CONTENT, eventId: eventId!, provider: 'hmac' }))

    test('what was done stays done, and what is held stays busy', async () => {
      expect(await claimOf(DONE)).toEqual({ state: 'done' })
      expect(await claimOf(HELD)).toEqual({ state: 'busy' })
    })

    test('an event that failed is claimed, and the attempts go on', async () => {
      const request = claimRequest({ key: FAILED.key, contentHash: CONTENT, eventId: FAILED.eventId! })
      expect(await store.claim(request)).toMatchObject({ state: 'claimed', attempt: 3, acceptedForMs: null })
      expect(await store.complete(request.key, request.token)).toBe(true)
    })

    test('a lapsed lease is contested first, and then taken over', async () => {
      expect(await claimOf(LAPSED)).toEqual({ state: 'busy' })
      let result = await claimOf(LAPSED)
      while (result.state === 'busy') {
        await pause(50)
        result = await claimOf(LAPSED)
      }
      expect(result).toMatchObject({ state: 'claimed', attempt: 2 })
    })

    test('other content under an old id is a conflict', async () => {
      expect(await store.claim(claimRequest({ key: DONE.key }))).toEqual({ state: 'conflict' })
    })
  })

  test('a shop finds handled events handled, and replays what was quarantined before the upgrade or is by an older process', async () => {
    const handled: string[] = []
    const outcomes: OutcomeReport[] = []
    const receiver = createReceiver(hmacProvider(), {
      store,
      on: { 'payment.confirmed': ({ id }) => void handled.push(id) },
      onOutcome: (report) => void outcomes.push(report),
    })
    openReceivers.push(receiver)
    const body = bodyOf({ id: 'done' })
    await receiver.receive({ body, headers: { 'x-signature': signatureOf(body) } })
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['duplicate'])
    await old.write([LATER])
    for (const { key } of [QUARANTINED, LATER]) expect(await store.replay(key)).toBe(true)
    const keys = [QUARANTINED, LATER, REQUESTED].map(({ key }) => key)
    const remaining = async () =>
      (await Promise.all(keys.map((key) => store.getEvent(key)))).filter((one) => one !== null)
    while ((await remaining()).length > 0) await pause(50)
    expect(handled.sort()).toEqual(['hmac:later', 'hmac:quarantined', 'hmac:requested'])
    for (const id of handled) expect(await store.getEvent(id)).toMatchObject({ state: 'done' })
  })

  test('is prepared again without a change, and refused where a newer version has been here', async () => {
    await store.init()
    expect(await store.getEvent(DONE.key)).toMatchObject({ state: 'done' })
    await old.setSchema(3)
    const older = openStore(address)
    await expect(older.store.init()).rejects.toMatchObject({ code: 'CONFIG_STORE_NEWER' })
    await older.close()
  })
}
