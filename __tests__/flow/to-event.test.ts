/** From what a provider makes of a payload to an event: what is proven, and the id it is known by. */
import { describe, expect, jest, test } from '@jest/globals'
import { DeliveryError, type EventDraft } from '../../src/index.js'
import { authenticate, type AuthenticatedDelivery } from '../../src/flow/authenticate.js'
import { confirm, type ProvenDraft } from '../../src/flow/confirm.js'
import type { UnrecognisedDraft } from '../../src/event.js'
import { toEvent } from '../../src/flow/to-event.js'
import { UnderWay } from '../../src/lib/in-progress.js'
import type { Receiver } from '../../src/flow/receiver.js'
import { hmacProvider } from '../support/hmac-provider.js'
import { withFakeTime } from '../support/fake-time.js'

const provider = hmacProvider({ name: 'acme' })
const draft: EventDraft = { type: 'payment.confirmed', identity: ['1'], native: {} }

describe('the id of an event', () => {
  const idOf = (...identity: string[]) => toEvent(provider, { ...draft, identity } as unknown as ProvenDraft).id

  test('is made of the parts, of which none can look like two', () => {
    expect(idOf('a', 'b')).toBe('acme:a:b')
    expect(idOf('a:b')).toBe('acme:a%3Ab')
    expect(idOf('', 'é ')).toBe('acme::%C3%A9%20')
  })

  test.each([
    ['\ud800', 'is not well-formed Unicode'],
    ['x'.repeat(1025), 'has a part of more than 1024 characters'],
  ])('has no such parts: %j', (part, why) => {
    expect(() => idOf('a', part)).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_INVALID', message: `what identifies the event ${why}` }),
    )
  })

  test('has 1024 characters at most, beyond which a digest of it all stands for the rest', () => {
    const most = idOf('x'.repeat(1019))
    expect(most).toBe(`acme:${'x'.repeat(1019)}`)
    const parts = ['a'.repeat(500), 'b'.repeat(400), 'c'.repeat(200)]
    const shortened = idOf(...parts)
    expect(shortened).toMatch(/^acme:a{500}:b{400}:sha256=[\w-]{43}$/)
    expect(idOf(...parts)).toBe(shortened)
    expect(idOf(...parts.slice(0, 2), 'd'.repeat(200))).not.toBe(shortened)
    // The digest takes the place of every part that would not fit beside it.
    expect(idOf('a'.repeat(500), 'b'.repeat(500), 'c'.repeat(20))).toMatch(/^acme:a{500}:sha256=[\w-]{43}$/)
    expect(idOf('x'.repeat(1024))).toMatch(/^acme:sha256=[\w-]{43}$/)
    expect(idOf('x'.repeat(1020))).toMatch(/^acme:sha256=[\w-]{43}$/)
  })
})

describe('an event nobody knows', () => {
  const eventOf = (fields: UnrecognisedDraft) => toEvent(provider, fields as unknown as ProvenDraft)

  test('is known by its content', () => {
    const one = eventOf({ unrecognised: 'invoice.disputed', native: { a: 1 } })
    expect(one).toMatchObject({ type: 'acme.invoice.disputed', provider: 'acme', orderId: null, native: { a: 1 } })
    expect(one.id).toMatch(/^acme:invoice\.disputed:[\w-]{43}$/)
    expect(eventOf({ unrecognised: 'invoice.disputed', native: { a: 1 } }).id).toBe(one.id)
    expect(eventOf({ unrecognised: 'invoice.disputed', native: { a: 2 } }).id).not.toBe(one.id)
  })

  test.each(['a\0b', 'a\nb', '\u0085'])('has no control characters in its name: %j', (unrecognised) => {
    expect(() => eventOf({ unrecognised, native: {} })).toThrow(
      expect.objectContaining({
        code: 'PAYLOAD_INVALID',
        message: 'the name of the event contains control characters',
      }),
    )
  })
})

describe('a verification', () => {
  const delivery = { body: Buffer.from('{}'), headers: {} }
  const verifying = (answer: unknown) => ({
    ...provider,
    authentication: { ...provider.authentication, verify: () => answer as boolean },
  })

  test.each([
    [true, true],
    [false, false],
    ['yes', false],
    [undefined, false],
  ])('that answers %p proves what was sent: %p', (answer, proven) => {
    expect(authenticate(verifying(answer), delivery)).toEqual({ body: delivery.body, proven })
  })

  test.each([
    ['resolves', () => Promise.resolve(true)],
    ['rejects', () => Promise.reject(new Error('forged'))],
  ])('that %s later lets nobody in', (_, answer) => {
    expect(() => authenticate(verifying(answer()), delivery)).toThrow(
      new TypeError('acme: authentication.verify() answered a promise; it must decide synchronously'),
    )
  })
})

describe('a confirmation', () => {
  withFakeTime()

  const delivery = (proven: boolean) => ({ body: Buffer.from('{}'), proven }) as AuthenticatedDelivery
  const receiver = () => ({ provider, readBacks: new UnderWay(), options: { timeoutMs: 500 } }) as unknown as Receiver
  const reading = (open: Receiver, read: (signal: AbortSignal) => Promise<EventDraft>) =>
    Promise.resolve(confirm(open, delivery(false), { confirm: ({ signal }) => read(signal) }))

  test('is not needed where the delivery is proven, and impossible where nothing is', () => {
    expect(confirm(receiver(), delivery(true), draft)).toBe(draft)
    expect(() => confirm(receiver(), delivery(false), draft)).toThrow(
      expect.objectContaining({
        code: 'AUTH_UNPROVEN',
        message: 'nothing proves who sent this, and acme offers no way to read it back',
      }),
    )
  })

  test('is what the provider answers', async () => {
    const open = receiver()
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
    const open = receiver()
    await expect(reading(open, () => Promise.reject(thrown))).rejects.toMatchObject(as)
    expect(open.readBacks.count).toBe(0)
    expect(jest.getTimerCount()).toBe(0)
  })

  test('that takes too long is told to stop, and not waited for if it does not', async () => {
    const open = receiver()
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
    const open = receiver()
    for (let number = 0; number < 32; number++) void reading(open, () => new Promise(() => {})).catch(() => {})
    await expect(reading(open, async () => draft)).rejects.toMatchObject({
      code: 'BUSY',
      message: '32 deliveries are being confirmed with the provider',
    })
    expect(open.readBacks.count).toBe(32)
  })
})
