/** The content of a delivery is proven by the delivery or read back from its provider: for how long, and under which identity. */
import { describe, expect, jest, test } from '@jest/globals'
import type { ConfirmedDraft } from '../../src/event.js'
import { DeliveryError, memoryStore, readBack, type EventDraft } from '../../src/index.js'
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
  const reading = (open: ReceiverState, read: (signal: AbortSignal) => Promise<unknown>, key = 'pay_1') =>
    Promise.resolve(
      confirm(
        open,
        delivery(false),
        readBack({ key, read: ({ signal }) => read(signal), toEvent: (found) => found as ConfirmedDraft }),
      ),
    )

  test('is not needed where the delivery is proven, and impossible where nothing is', () => {
    expect(confirm(state(), delivery(true), draft)).toBe(draft)
    expect(() => confirm(state(), delivery(false), draft)).toThrow(
      expect.objectContaining({
        code: 'AUTH_UNPROVEN',
        message: 'nothing proves who sent this, and acme offers no way to read it back',
      }),
    )
  })

  test('is not needed for what the shop need not know, whoever says so', () => {
    const ignored = { ignored: 'a call from the dashboard' }
    for (const proven of [true, false]) expect(confirm(state(), delivery(proven), ignored)).toBe(ignored)
  })

  test('is what the provider makes of what it read, and of when the reading began', async () => {
    jest.setSystemTime(1_750_000_000_000)
    let answer = (_: unknown): void => {}
    const told: unknown[] = []
    const confirming = confirm(
      state(),
      delivery(false),
      readBack({
        key: 'pay_1',
        read: () => new Promise((resolve) => (answer = resolve)),
        toEvent(...args) {
          told.push(...args)
          return draft
        },
      }),
    )
    await Promise.resolve()
    jest.advanceTimersByTime(300)
    answer({ paid: true })
    expect(await confirming).toBe(draft)
    expect(told).toEqual([{ paid: true }, { readAt: '2025-06-15T15:06:40.000Z' }])
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
    await expect(reading(state(), () => Promise.reject(thrown))).rejects.toMatchObject(as)
    expect(jest.getTimerCount()).toBe(0)
  })

  test('that fails before there is anything to wait for fails the same way', async () => {
    const broken = () => {
      throw new Error('no key')
    }
    await expect(reading(state(), broken)).rejects.toMatchObject({ code: 'READ_BACK_UNAVAILABLE' })
  })

  test('that takes too long is told to stop, and not waited for if it does not', async () => {
    const open = state()
    let told: AbortSignal | undefined
    const hanging = (signal: AbortSignal) => {
      told = signal
      return new Promise(() => {})
    }
    const read = reading(open, hanging).catch((error: unknown) => error)
    await Promise.resolve()
    jest.advanceTimersByTime(499)
    expect(told?.aborted).toBe(false)
    jest.advanceTimersByTime(1)
    expect(told?.aborted).toBe(true)
    expect(await read).toMatchObject({
      code: 'READ_BACK_UNAVAILABLE',
      message: 'the event was not confirmed by the provider within 500 ms',
    })
    // It does not hold up the next one either.
    expect(await reading(open, async () => draft)).toBe(draft)
  })

  test('takes no identity from a delivery that proves none', () => {
    const known = { type: 'payment.confirmed', identity: ['forged'] }
    const read = jest.fn(async () => draft)
    const claimed = readBack({ key: 'pay_1', known, read, toEvent: () => ({ type: 'payment.confirmed', native: {} }) })
    expect(() => confirm(state(), delivery(false), claimed)).toThrow(
      expect.objectContaining({
        code: 'EVENT_INVALID',
        message: 'acme: toEvent() returned readBack() with `known`, but nothing in this delivery proves it',
      }),
    )
    expect(read).not.toHaveBeenCalled()
  })
})
