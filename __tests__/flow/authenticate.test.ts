/** The results of a verification: proven, unproven, refused, or later; and the events that go on from there. */
import { describe, expect, jest, test } from '@jest/globals'
import { bodySignature, DeliveryError, memoryStore, type Authentication, type Provider } from '../../src/index.js'
import { authenticate, authenticatedBefore } from '../../src/flow/authenticate.js'
import { receiverState, type ReceiverState } from '../../src/flow/state/receiver.js'
import { resolveOptions } from '../../src/resolve-options.js'
import { withFakeTime } from '../support/fake-time.js'
import { hmacProvider, SECRET } from '../support/hmac-provider.js'

const stateOf = (authentication: Authentication): ReceiverState => {
  const provider = { ...(hmacProvider({ name: 'acme' }) as Provider), authentication }
  return receiverState(provider, resolveOptions(provider, { store: memoryStore(), on: {}, timeoutMs: 500 }))
}

const answering = (answer: unknown, more: object = {}): ReceiverState =>
  stateOf({ verify: () => answer as boolean, sign: () => ({}), ...more })

const delivery = { body: Buffer.from('{}'), headers: {} }

describe('a verification', () => {
  test.each([
    [true, true],
    [false, false],
    ['yes', false],
    [1, false],
    [undefined, false],
  ])('that answers %p proves what was sent: %p, at once and later', async (answer, proven) => {
    expect(authenticate(answering(answer), delivery)).toMatchObject({ body: delivery.body, proven, headers: {} })
    const later = authenticate(answering(Promise.resolve(answer)), delivery)
    expect(later).toBeInstanceOf(Promise)
    expect(await later).toMatchObject({ body: delivery.body, proven })
  })

  test('that refuses, at once or later, is passed on as it is', async () => {
    const refusal = new DeliveryError('AUTH_MISMATCH', 'forged')
    const refusing = stateOf({
      verify() {
        throw refusal
      },
      sign: () => ({}),
    })
    expect(() => authenticate(refusing, delivery)).toThrow(refusal)
    await expect(authenticate(answering(Promise.reject(refusal)), delivery)).rejects.toBe(refusal)
  })

  test('that fails later says nothing about the delivery: it is asked for again', async () => {
    const cause = new Error('no connection')
    await expect(authenticate(answering(Promise.reject(cause)), delivery)).rejects.toMatchObject({
      code: 'AUTH_UNDECIDED',
      message: "the delivery's authenticity could not be decided",
      cause,
    })
  })
})

describe('verifications that are waited for', () => {
  withFakeTime()

  test('are not waited for longer than the sender waits', async () => {
    const state = answering(new Promise(() => {}))
    const verifying = Promise.resolve(authenticate(state, delivery)).catch((error: unknown) => error)
    jest.advanceTimersByTime(499)
    expect(state.verifications.count).toBe(1)
    jest.advanceTimersByTime(1)
    expect(await verifying).toMatchObject({
      code: 'AUTH_UNDECIDED',
      message: "the delivery's authenticity was not decided within 500 ms",
    })
    expect([state.verifications.count, jest.getTimerCount()]).toEqual([0, 0])
  })

  test('are 1000 at a time, beyond which nothing is asked of the shop any more', async () => {
    let asked = 0
    let answer = (_: boolean): void => {}
    const answered = new Promise<boolean>((resolve) => (answer = resolve))
    const verify = () => {
      asked++
      return answered
    }
    const state = stateOf({ verify, sign: () => ({}) })
    const all = Array.from({ length: 1000 }, () => authenticate(state, delivery))
    expect(() => authenticate(state, delivery)).toThrow(
      expect.objectContaining({ code: 'BUSY', message: '1000 deliveries are being verified' }),
    )
    expect(asked).toBe(1000)
    answer(true)
    await Promise.all(all.map(async (one) => one))
    expect(await authenticate(state, delivery)).toMatchObject({ proven: true })
  })
})

describe('what goes on', () => {
  test('are the signed headers alone, and none that was sent twice', () => {
    const headers = { 'x-id': 'evt_1', 'x-topic': ['a', 'b'], 'x-other': 'c', cookie: 'd' }
    const state = answering(true, { signedHeaders: ['x-id', 'x-topic', 'x-missing'] })
    expect(authenticate(state, { ...delivery, headers })).toMatchObject({ headers: { 'x-id': 'evt_1' } })
  })

  test('are the exact bytes where the proof stands beside them', () => {
    const body = Buffer.from('{ "a" : 1 }')
    expect(authenticate(answering(true), { ...delivery, body })).toMatchObject({
      body,
      keepable: body,
      content: undefined,
    })
  })

  describe('where the proof stands inside the body,', () => {
    const authentication = bodySignature({
      secret: SECRET,
      read: (content) => (content as { sign: unknown }).sign,
      write: (content, sign) => ({ ...(content as object), sign }),
      message: (content) => [(content as { id: string }).id],
    })
    const { sign } = authentication.sign({ id: 'evt_1' }) as { sign: string }
    const body = Buffer.from(JSON.stringify({ id: 'evt_1', more: 'x', sign }))

    test('is what it says without the proof, to be handled and to be kept', async () => {
      const passed = await authenticate(stateOf(authentication), { ...delivery, body })
      expect(passed.content).toEqual({ id: 'evt_1', more: 'x', sign: '' })
      expect(passed.keepable.toString()).toBe('{"id":"evt_1","more":"x","sign":""}')
    })

    test('is nothing at all where a provider of the shop blanks it by mistake: never the proof', async () => {
      const careless = { ...authentication, withoutProof: () => undefined }
      expect(await authenticate(stateOf(careless), { ...delivery, body })).toMatchObject({ content: null })
    })
  })

  test('of a kept delivery is what was kept, with no proof needed', () => {
    const [bytes, headers] = [Buffer.from('{"id":1}'), { 'x-id': 'evt_1' }]
    const kept = { body: bytes, keepable: bytes, content: undefined, proven: true }
    expect(authenticatedBefore(bytes, headers)).toEqual({ ...kept, headers })
    expect(authenticatedBefore(bytes)).toEqual({ ...kept, headers: {} })
  })
})
