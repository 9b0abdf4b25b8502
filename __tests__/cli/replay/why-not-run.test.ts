/** Why a record that `replay` chose is not run, by what became of it meanwhile. */
import { describe, expect, test } from '@jest/globals'
import { whyNotRun } from '../../../src/cli/replay/why-not-run.js'
import type { Delivery } from '../../../src/operator/kept/choose.js'
import { claimRequest } from '../../support/claim-request.js'
import { operatorStore } from '../../support/operator-store.js'

const { store } = operatorStore()

const chosen = (key: string, kind: Delivery['kind'] = 'event'): Delivery => ({
  key,
  kind,
  provider: 'acme',
  account: null,
  eventId: kind === 'event' ? 'acme:1' : null,
  code: null,
  attempts: 1,
})

describe('a record that was chosen for a replay', () => {
  test('and was handled before its replay was requested, is done: nothing is missing', async () => {
    const event = claimRequest({ provider: 'acme' })
    await store.claim(event)
    await store.complete(event.key, event.token)
    expect(await whyNotRun(store, chosen(event.key))).toEqual({
      id: 'acme:1',
      reason: 'is done meanwhile',
      isHandled: true,
    })
  })

  test('and is in the hands of a handler, says so by its event id', async () => {
    const event = claimRequest({ provider: 'acme' })
    await store.claim(event)
    expect(await whyNotRun(store, chosen(event.key))).toEqual({ id: 'acme:1', reason: 'is being handled now' })
  })

  test('and was dismissed by another operator, is not done: nothing was run', async () => {
    const event = claimRequest({ provider: 'acme' })
    await store.claim(event)
    await store.release(event.key, event.token, 'no such order')
    expect(await store.dismiss(event.key)).toBe(true)
    const reason = 'was dismissed meanwhile, without a run'
    expect(await whyNotRun(store, chosen(event.key))).toEqual({ id: 'acme:1', reason })
  })

  test('and failed again with nothing kept, says that nothing is kept', async () => {
    const event = claimRequest({ provider: 'acme' })
    await store.claim(event)
    await store.release(event.key, event.token, 'no such order')
    const reason = 'cannot be run again: it is failed, and nothing of it is kept'
    expect(await whyNotRun(store, chosen(event.key))).toEqual({ id: 'acme:1', reason })
  })

  test('and is a delivery that left the quarantine, is named by its key', async () => {
    const reason = 'nothing is left to run: it left the quarantine, handled or dismissed meanwhile'
    expect(await whyNotRun(store, chosen('gone', 'delivery'))).toEqual({ id: 'gone', reason })
  })

  test('and is an event whose record has expired, says that', async () => {
    const reason = 'nothing is left to run: its record has expired meanwhile'
    expect(await whyNotRun(store, chosen('gone'))).toEqual({ id: 'acme:1', reason })
  })
})
