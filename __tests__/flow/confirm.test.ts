/** What a delivery says is proven by it or read back from its provider: how long, and how many at a time. */
import { describe, expect, jest, test } from '@jest/globals'
import { DeliveryError, memoryStore, type EventDraft } from '../../src/index.js'
import type { AuthenticatedDelivery } from '../../src/flow/authenticate.js'
import { confirm } from '../../src/flow/confirm.js'
import { receiverState, type ReceiverState } from '../../src/flow/state/receiver.js'
import { resolveOptions } from '../../src/resolve-options.js'
import { withFakeTime } from '../support/fake-time.js'
import { hmacProvider } from '../support/hmac-provider.js'

const provider = hmacProvider({ name: 'acme' })
const draft: EventDraft = { type: 'payment.confirmed', identity: ['1'], native: {} }

describe('a confirmation', () => {
  withFakeTime()

  const delivery = (proven: boolean) => ({ body: Buffer.from('{}'), proven }) as AuthenticatedDelivery
  const state = () =>
    receiverState(provider, resolveOptions(provider, { store: memoryStore(), on: {}, timeoutMs: 500 }))
  const reading = (open: ReceiverState, read: (signal: AbortSignal) => Promise<EventDraft>) =>
    Promise.resolve(confirm(open, delivery(false), { confirm: ({ signal }) => read(signal) }))

  test('is not needed where the delivery is proven, and impossible where nothing is', () => {
    expect(confirm(state(), delivery(true), draft)).toBe(draft)
    expect(() => confirm(state(), delivery(false), draft)).toThrow(
      expect.objectContaining({
        code: 'AUTH_UNPROVEN',
        message: 'nothing proves who sent this, and acme offers no way to read it back',
      }),
    )
  })

  test('is what the provider answers', async () => {
    const open = state()
    const read = reading(open, async () => draft)
    expect(open.readBacks.count).toBe(1)
    expect(await read).toBe(draft)
    expect(open.readBacks.count).toBe(0)
    expect(jest.getTimerCount()).toBe(0)
  })

  test.each([
    { thrown: new DeliveryError('ORDER_UNKNOWN', 'no such order'), as: { code: 'ORDER_UNKNOWN' } },
    {
      thrown: new Error('no network'),
      as: {
        code: 'READ_BACK_UNAVAILABLE',
        message: 'the event could not be confirmed with the provider',
        cause: { message: 'no network' },
      },
    },
  ])('that fails: $thrown', async ({ thrown, as }) => {
    const open = state()
    await expect(reading(open, () => Promise.reject(thrown))).rejects.toMatchObject(as)
    expect(open.readBacks.count).toBe(0)
    expect(jest.getTimerCount()).toBe(0)
  })

  test('that takes too long is told to stop, and not waited for if it does not', async () => {
    const open = state()
    let told: AbortSignal | undefined
    const read = reading(open, (signal) => {
      told = signal
      return new Promise(() => {})
    }).catch((error: unknown) => error)
    jest.advanceTimersByTime(499)
    expect(told?.aborted).toBe(false)
    jest.advanceTimersByTime(1)
    expect(told?.aborted).toBe(true)
    expect(await read).toMatchObject({
      code: 'READ_BACK_UNAVAILABLE',
      message: 'the event was not confirmed by the provider within 500 ms',
    })
    expect(open.readBacks.count).toBe(0)
  })

  test('is one of 32 at a time', async () => {
    const open = state()
    for (let number = 0; number < 32; number++) void reading(open, () => new Promise(() => {})).catch(() => {})
    await expect(reading(open, async () => draft)).rejects.toMatchObject({
      code: 'BUSY',
      message: '32 deliveries are being confirmed with the provider',
    })
    expect(open.readBacks.count).toBe(32)
  })
})
