/** Mode `observe`, as used by a shop that migrates from another receiver. */
import { afterEach, describe, expect, test } from '@jest/globals'
import {
  answerTo,
  createReceiver,
  defineProvider,
  readBack,
  type ErrorDetails,
  type OutcomeReport,
  type Provider,
  type Receiver,
} from 'express-payment-webhooks'
import { z } from 'zod'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'
import { recordingStore } from '../support/recording-store.js'

const open: Receiver[] = []
afterEach(() => Promise.all(open.splice(0).map((receiver) => receiver.close())))

function observing(provider: Provider<any> = hmacProvider()) {
  const store = recordingStore({ durable: true })
  const errors: [code: string, outcome: ErrorDetails['outcome']][] = []
  const reports: OutcomeReport[] = []
  let runs = 0
  const receiver = createReceiver(provider, {
    store,
    mode: 'observe',
    on: { 'payment.confirmed': () => void runs++ },
    onUnhandled: () => void runs++,
    onError: (error, { outcome }) => void errors.push([error.code, outcome]),
    onOutcome: (report) => void reports.push(report),
  })
  open.push(receiver)
  const deliver = async (body: string, signature = signatureOf(body)) => {
    const outcome = await receiver.receive({ body, headers: { 'x-signature': signature } })
    return { outcome, status: answerTo(outcome, provider).status }
  }
  return { store, errors, reports, deliver, runs: () => runs }
}

describe('mode observe', () => {
  test('an authentic event is reported and answered 200; nothing is written and no handler runs', async () => {
    const { store, reports, deliver, runs } = observing()
    expect(await deliver(bodyOf())).toMatchObject({
      status: 200,
      outcome: { kind: 'observed', event: { orderId: '1001' } },
    })
    expect(reports).toMatchObject([{ outcome: 'observed', eventId: 'hmac:evt_1', orderId: '1001', code: null }])
    expect([store.calls, runs()]).toEqual([[], 0])
  })

  test('a repeat is a duplicate; the same id with another amount is reported as a conflict, and answered 200', async () => {
    const { errors, deliver } = observing()
    await deliver(bodyOf())
    expect(await deliver(bodyOf())).toMatchObject({ status: 200, outcome: { kind: 'duplicate' } })
    expect(await deliver(bodyOf({ amount: '1.00' }))).toMatchObject({ status: 200, outcome: { kind: 'observed' } })
    expect(errors).toEqual([['ID_CONFLICT', 'observed']])
  })

  test('what could not be used is reported, answered 200, and kept by nobody', async () => {
    const { store, errors, deliver } = observing()
    expect(await deliver('{"no":"event"}')).toMatchObject({ status: 200, outcome: { kind: 'observed', event: null } })
    expect([errors, store.kept, store.calls]).toEqual([[['PAYLOAD_INVALID', 'observed']], [], []])
  })

  test('a forgery is refused as ever', async () => {
    const { errors, deliver } = observing()
    expect(await deliver(bodyOf(), 'f'.repeat(64))).toMatchObject({ status: 401, outcome: { kind: 'not_authentic' } })
    // Once the answer is sent.
    await new Promise((resolve) => setImmediate(resolve))
    expect(errors).toEqual([['AUTH_MISMATCH', 'not_authentic']])
  })

  test('an event that has to be read back is', async () => {
    const { authentication } = hmacProvider()
    const provider = defineProvider({
      name: 'acme',
      types: ['payment.confirmed'],
      authentication,
      schema: z.object({ id: z.string() }),
      toEvent: ({ id }) =>
        readBack({
          key: id,
          known: { type: 'payment.confirmed', identity: [id] },
          read: async () => ({ order: 'ORDER-7' }),
          toEvent: ({ order }) => ({ type: 'payment.confirmed' as const, orderId: order, native: null }),
        }),
    })
    const { store, deliver } = observing(provider)
    expect(await deliver('{"id":"p1"}')).toMatchObject({
      status: 200,
      outcome: { kind: 'observed', event: { id: 'acme:p1', orderId: 'ORDER-7' } },
    })
    expect(await deliver('{"id":"p1"}')).toMatchObject({ outcome: { kind: 'duplicate' } })
    expect(store.calls).toEqual([])
  })

  test('what was observed is handled by a receiver that handles, on the same store', async () => {
    const { store, deliver } = observing()
    await deliver(bodyOf())
    const receiver = createReceiver(hmacProvider(), { store, on: { 'payment.confirmed': () => {} } })
    open.push(receiver)
    const body = bodyOf()
    expect(await receiver.receive({ body, headers: { 'x-signature': signatureOf(body) } })).toMatchObject({
      kind: 'handled',
    })
  })

  test('any other mode throws', () => {
    const options = { store: recordingStore(), on: {}, mode: 'watch' as never }
    expect(() => createReceiver(hmacProvider(), options)).toThrow(
      expect.objectContaining({ code: 'CONFIG_OPTION_INVALID', message: expect.stringContaining('mode') }),
    )
  })
})
