/** Rules for every store whose claims and completions share a round trip or a commit. */
import { expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import type { ClaimRequest, DurableStore } from '../../src/store.js'
import { claimRequest } from './claim-request.js'
import { claimInProcesses } from './claim-workers.js'
import type { StoreAddress } from './open-store.js'

export interface BatchesScene {
  readonly store: DurableStore
  /** The number of client calls about claims since the last question. */
  readonly trips: () => number
  /** From now on the database refuses every write about this key. */
  readonly refuse: (key: string) => unknown
}

const WIDTH = 20

const requests = (count = WIDTH) => Array.from({ length: count }, () => claimRequest())

const claimAll = (store: DurableStore, claims: readonly ClaimRequest[]) =>
  Promise.all(claims.map(async (request) => store.claim(request)))

const completeAll = (store: DurableStore, claims: readonly ClaimRequest[]) =>
  Promise.all(claims.map(async ({ key, token }) => store.complete(key, token)))

/** Answers, and of each rejection only its kind. */
async function settled(calls: readonly Promise<unknown>[]): Promise<unknown[]> {
  const results = await Promise.allSettled(calls)
  return results.map((result) => (result.status === 'fulfilled' ? result.value : 'rejected'))
}

/** @param open a prepared store that nobody else uses; the caller closes the client behind it */
export function batchesSuite(open: () => Promise<BatchesScene>): void {
  test('claims of one turn go together, and so do completions', async () => {
    const { store, trips } = await open()
    const claims = requests()
    trips()
    const claimed = await claimAll(store, claims)
    expect(trips()).toBe(1)
    expect(claimed.map(({ state }) => state)).toEqual(claims.map(() => 'claimed'))
    expect(await completeAll(store, claims)).toEqual(claims.map(() => true))
    expect(trips()).toBe(1)
    expect(await claimAll(store, claims)).toEqual(claims.map(() => ({ state: 'done' })))
    await store.close()
  })

  test('a claim that the database refuses harms none that come with it', async () => {
    const { store, refuse } = await open()
    const claims = requests()
    await refuse(claims[7]!.key)
    const results = await settled(claims.map(async (request) => store.claim(request)))
    expect(results).toEqual(
      claims.map((_, at) => (at === 7 ? 'rejected' : expect.objectContaining({ state: 'claimed', attempt: 1 }))),
    )
    await store.close()
  })

  test('a completion that the database refuses harms none that come with it', async () => {
    const { store, refuse } = await open()
    const claims = requests()
    await claimAll(store, claims)
    await refuse(claims[7]!.key)
    const results = await settled(claims.map(async ({ key, token }) => store.complete(key, token)))
    expect(results).toEqual(claims.map((_, at) => (at === 7 ? 'rejected' : true)))
    await store.close()
  })

  test('of several claims on one event in one turn one wins, and the others see it', async () => {
    const { store } = await open()
    const first = claimRequest()
    const { key } = first
    const claims = [first, ...requests(3), claimRequest({ key }), first, claimRequest({ key, contentHash: 'other' })]
    const results = await claimAll(store, claims)
    const winners = new Set(claims.filter((_, at) => results[at]!.state === 'claimed' && claims[at]!.key === key))
    expect(winners.size).toBe(1)
    const [winner] = winners
    expect(results.map(({ state }) => state)).toEqual(
      claims.map((claim) => {
        if (claim.key !== key || claim === winner) return 'claimed'
        return claim.contentHash === winner!.contentHash ? 'busy' : 'conflict'
      }),
    )
    expect(await store.getEvent(key)).toMatchObject({ state: 'processing', attempts: 1 })
    const completions = ['another', winner!.token].map(async (token) => store.complete(key, token))
    expect(await Promise.all(completions)).toEqual([false, true])
    expect(await store.claim({ ...winner!, token: 'another' })).toEqual({ state: 'done' })
    await store.close()
  })

  test('a lost lease in a batch is contested, and an event of other content is a conflict', async () => {
    const { store } = await open()
    const [lapsed, held] = [claimRequest({ leaseMs: 1 }), claimRequest()]
    await claimAll(store, [lapsed, held])
    await new Promise((resolve) => setTimeout(resolve, 20))
    const later = [
      claimRequest({ key: lapsed.key }),
      claimRequest({ key: held.key, contentHash: 'other' }),
      claimRequest(),
    ]
    expect((await claimAll(store, later)).map(({ state }) => state)).toEqual(['busy', 'conflict', 'claimed'])
    await new Promise((resolve) => setTimeout(resolve, later[0]!.contestMs + 50))
    expect(await claimAll(store, [later[0]!, claimRequest()])).toMatchObject([{ attempt: 2 }, { attempt: 1 }])
    await store.close()
  })

  test('what is known of an event is kept, whoever comes with it', async () => {
    const { store } = await open()
    const facts = {
      account: `"{,}\\ 'é🙂`,
      orderId: 'ORDER-1',
      paymentId: null,
      amount: '1.00 EUR',
      eventId: randomUUID(),
    }
    const told = claimRequest(facts)
    await claimAll(store, [...requests(2), told, ...requests(2)])
    expect(await store.getEvent(told.key)).toMatchObject(facts)
    await store.close()
  })

  test('what waits when the store closes is still done', async () => {
    const { store } = await open()
    const [before, claims] = [requests(), requests(150)]
    await claimAll(store, before)
    const completing = completeAll(store, before)
    const claiming = claimAll(store, claims)
    await store.close()
    expect(await completing).toEqual(before.map(() => true))
    expect((await claiming).map(({ state }) => state)).toEqual(claims.map(() => 'claimed'))
  })
}

/** For stores that several processes reach. @param newAddress an unused place */
export function oppositeOrdersTest(newAddress: () => StoreAddress): void {
  test('two processes with the same events in opposite orders win each exactly once', async () => {
    const address = newAddress()
    const events = Array.from({ length: 300 }, () => randomUUID())
    const reports = await claimInProcesses([events, events.toReversed()].map((told) => ({ ...address, events: told })))
    expect(reports.flatMap(({ errors }) => errors)).toEqual([])
    expect(reports.flatMap(({ claimed }) => claimed).sort()).toEqual([...events].sort())
  }, 60_000)
}
