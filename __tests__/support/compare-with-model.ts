/** Compares a store with the simulation's model: the same list of operations must give the same answers. */
import { expect } from '@jest/globals'
import fc from 'fast-check'
import type { DurableStore, EventState, Store } from '../../src/store.js'
import { asStore } from './simulation/model-as-store.js'
import { ModelStore } from './simulation/model-store.js'
import {
  answerOf,
  KEYS,
  keysOf,
  operations,
  SEARCHES,
  summary,
  timedClaims,
  type Operation,
} from './store-operations.js'

export const STATES: readonly EventState[] = ['processing', 'done', 'failed', 'quarantined', 'replay_requested']

/** @param open makes an empty store for every list, and a way to close it */
export async function expectAsModel(
  open: () => Promise<{ readonly store: DurableStore; close(): unknown }>,
  numRuns: number,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(operations, async (list) => {
      const { store, close } = await open()
      const model = asStore(new ModelStore(() => Date.now()))
      try {
        for (const operation of list) {
          const answer = await answerOf(store, operation)
          expect([operation, answer]).toEqual([operation, await answerOf(model, operation)])
          if (!('key' in operation)) continue
          const record = summary(await store.getEvent(operation.key))
          expect([operation, record]).toEqual([operation, summary(await model.getEvent(operation.key))])
        }
        expect(await everythingIn(store)).toEqual(await everythingIn(model))
      } finally {
        await close()
      }
    }),
    { numRuns },
  )
}

/** @param open makes an empty store for every list, by a clock */
export async function expectClaimsAsModel(open: (now: () => number) => Store, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(timedClaims, async (list) => {
      let now = 1_000_000_000_000
      const store = open(() => now)
      const model = asStore(new ModelStore(() => now))
      for (const operation of list) {
        if (operation.name === 'wait') now += operation.ms
        const answer = await answerOf(store, operation)
        expect([operation, answer]).toEqual([operation, keepingNothing(operation, await answerOf(model, operation))])
      }
    }),
    { numRuns },
  )
}

/** A store that keeps nothing has promised no sender to keep an event. */
function keepingNothing({ name }: Operation, answer: unknown): unknown {
  return name === 'claim' ? { ...(answer as object), isAccepted: false } : answer
}

/** The content that every list has, and that every key is read as. */
export async function everythingIn(store: DurableStore) {
  const lists: Record<string, readonly string[]> = {}
  for (const state of STATES) lists[state] = keysOf(await store.listEvents({ state }))
  lists['due'] = keysOf(await store.listEvents({ due: true }))
  for (const query of SEARCHES) lists[JSON.stringify(query)] = keysOf(await store.listEvents(query))
  const counts = await store.countEvents()
  return { lists, counts, records: await Promise.all(KEYS.map(async (key) => summary(await store.getEvent(key)))) }
}
