/** A handler that takes longer than the sender waits: its event and its outcome. */
import { describe, expect, jest, test } from '@jest/globals'
import { setUp, settled, type Handler } from './support/receive-set-up.js'

describe('receive past the deadline', () => {
  test('the sender is asked to come back, the handler goes on and completes', async () => {
    let finish = () => {}
    const handler = jest.fn<Handler>(() => new Promise<void>((resolve) => (finish = resolve)))
    const { deliver, reports } = setUp(handler, { timeoutMs: 100 })
    expect(await deliver()).toMatchObject({
      kind: 'retry_later',
      error: { code: 'DEADLINE_PASSED' },
      event: { type: 'transaction.confirmed' },
    })
    finish()
    await settled()
    expect((await deliver()).kind).toBe('duplicate')
    expect(reports.map(({ outcome }) => outcome)).toEqual(['retry_later', 'handled', 'duplicate'])
    expect(handler).toHaveBeenCalledTimes(1)
  })

  test('a handler that never settles is not run a second time while its claim is renewed', async () => {
    const handler = jest.fn<Handler>(() => new Promise(() => {}))
    const { deliver } = setUp(handler, { timeoutMs: 100, leaseMs: 300 })
    for (let round = 0; round < 6; round++) expect((await deliver()).kind).toBe('retry_later')
    expect(handler).toHaveBeenCalledTimes(1)
  })

  test('a handler that hangs for ten leases loses its claim: its signal aborts and the event is handled anew', async () => {
    let lost = false
    const { deliver, reports } = setUp(
      (_event, { attempt, signal }) => {
        if (attempt > 1) return undefined
        signal.addEventListener('abort', () => (lost = true))
        return new Promise<void>(() => {})
      },
      { timeoutMs: 100, leaseMs: 200 },
    )
    await deliver()
    expect(lost).toBe(false)
    // A lapsed lease is contested before another claim wins it. The winner may be a claim whose sender was answered already.
    while ((await deliver()).kind === 'retry_later');
    expect(lost).toBe(true)
    expect(reports.filter(({ outcome }) => outcome === 'handled')).toMatchObject([{ attempt: 2 }])
  })
})
