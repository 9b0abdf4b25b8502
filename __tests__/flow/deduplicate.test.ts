/** Two processes with one store, and one event for both. */
import { describe, expect, test } from '@jest/globals'
import { memoryStore } from '../../src/index.js'
import { setUp, settled } from '../support/receive-set-up.js'

describe('receive when another process works on the event', () => {
  test('waits for it to finish and is a duplicate', async () => {
    const store = memoryStore()
    const other = setUp(() => new Promise((resolve) => setTimeout(resolve, 300)), { store })
    const ours = setUp(
      () => {
        throw new Error('must not run')
      },
      { store },
    )
    const [first, second] = await Promise.all([other.deliver(), ours.deliver()])
    expect([first.kind, second.kind]).toEqual(['handled', 'duplicate'])
  })

  test('takes over when it fails', async () => {
    const store = memoryStore()
    const other = setUp(
      async () => {
        await settled()
        throw new Error('no')
      },
      { store },
    )
    const ours = setUp(() => {}, { store })
    const [first, second] = await Promise.all([other.deliver(), ours.deliver()])
    expect([first, second]).toMatchObject([{ kind: 'failed' }, { kind: 'handled', attempt: 2 }])
  })

  test('after two seconds the sender is asked to come back', async () => {
    const store = memoryStore()
    const other = setUp(() => new Promise((resolve) => setTimeout(resolve, 3000)), { store })
    const ours = setUp(() => {}, { store })
    const first = other.deliver()
    expect(await ours.deliver()).toMatchObject({ kind: 'retry_later', error: { code: 'BUSY' } })
    expect((await first).kind).toBe('handled')
  }, 10_000)
})
