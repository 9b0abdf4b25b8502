/** Events that are read back: claimed first if the proof covers their identity, and read first if nothing does. */
import { describe, expect, test } from '@jest/globals'
import {
  createReceiver,
  DeliveryError,
  defineProvider,
  hmacSignature,
  readBack,
  type ErrorDetails,
  type HandlerContext,
  type PaymentWebhookError,
  type Provider,
  type Store,
  type WebhookEvent,
} from 'express-payment-webhooks'
import { z } from 'zod'
import { SECRET } from './support/hmac-provider.js'
import { recordingStore } from './support/recording-store.js'

interface State {
  readonly status: 'paid' | 'odd' | 'none'
  readonly amount: string
}

const callback = z.object({ id: z.string(), payment: z.string() })

/** The proof covers the event's id; the amount is read back. */
const provenPay = (read: () => Promise<State>): Provider =>
  defineProvider({
    name: 'proven-pay',
    types: ['payment.confirmed'],
    authentication: hmacSignature({ header: 'x-sig', secret: SECRET }),
    schema: callback,
    toEvent: ({ id, payment }) =>
      readBack({
        key: payment,
        known: { type: 'proven-pay.changed', identity: [id], paymentId: payment },
        read,
        toEvent({ status, amount }, { readAt }) {
          if (status === 'none') return { ignored: 'no such payment' }
          if (status === 'odd') return { unrecognised: 'odd', native: {} }
          const received = { amount, currency: 'EUR', basis: 'total', asOf: readAt } as const
          return { type: 'payment.confirmed', paymentId: payment, received, native: {} }
        },
      }),
  })

/** Nothing is proven: even the identity is read. */
const unprovenPay = (read: (payment: string) => Promise<State>): Provider =>
  defineProvider({
    name: 'unproven-pay',
    types: ['payment.confirmed'],
    authentication: { verify: () => false, sign: () => ({}) },
    schema: callback,
    toEvent: ({ payment }) =>
      readBack({
        key: payment,
        read: () => read(payment),
        toEvent: ({ status, amount }) =>
          status === 'none'
            ? { ignored: 'no such payment' }
            : {
                type: 'payment.confirmed',
                identity: [payment, status, amount],
                received: { amount, currency: 'EUR', basis: 'total' },
                native: {},
              },
      }),
  })

function shop(
  provider: Provider,
  options: {
    store?: Store & { calls: readonly { method: string }[] }
    handler?: (event: WebhookEvent, context: HandlerContext) => unknown
  } = {},
) {
  const { store = recordingStore({ durable: true }), handler = () => {} } = options
  const events: WebhookEvent[] = []
  const attempts: number[] = []
  const errors: [PaymentWebhookError, ErrorDetails][] = []
  const handle = async (event: WebhookEvent, context: HandlerContext) => {
    attempts.push(context.attempt)
    await handler(event, context)
    events.push(event)
  }
  const receiver = createReceiver(provider, {
    store,
    timeoutMs: 1000,
    on: { 'payment.confirmed': handle },
    onUnhandled: handle,
    onError: (...args) => void errors.push(args),
  })
  const receive = async (id = 'evt_1', payment = 'pay_1') => {
    const { body, headers } = provider.sign({ id, payment })
    return receiver.receive({ body, headers })
  }
  const kinds = async (times: number) => {
    const outcomes = await Promise.all(Array.from({ length: times }, () => receive()))
    return outcomes.map(({ kind }) => kind).sort()
  }
  return { receive, kinds, events, attempts, errors, receiver, methods: () => store.calls.map(({ method }) => method) }
}

const paid: State = { status: 'paid', amount: '9.90' }

describe('where the proof covers what an event is known by,', () => {
  test('it is claimed, read back by the claim’s holder, handled and recorded, in this order', async () => {
    const steps: string[] = []
    const store = recordingStore()
    const recorded = {
      ...store,
      claim: (...args: Parameters<Store['claim']>) => {
        steps.push('claim')
        return store.claim(...args)
      },
      complete: (...args: Parameters<Store['complete']>) => {
        steps.push('complete')
        return store.complete(...args)
      },
    }
    const provider = provenPay(async () => {
      steps.push('read')
      return paid
    })
    const { receive, events } = shop(provider, { store: recorded, handler: () => void steps.push('handle') })
    expect(await receive()).toMatchObject({ kind: 'handled', attempt: 1, event: { type: 'payment.confirmed' } })
    expect(steps).toEqual(['claim', 'read', 'handle', 'complete'])
    expect(events).toMatchObject([{ id: 'proven-pay:evt_1', paymentIds: ['pay_1'], received: { amount: '9.9' } }])
  })

  test('no repeat is read: one captured delivery, sent again and again, asks the provider once', async () => {
    let reads = 0
    const { receive, kinds } = shop(provenPay(async () => (reads++, paid)))
    expect(await kinds(50)).toEqual([...Array<string>(49).fill('duplicate'), 'handled'])
    for (let times = 0; times < 50; times++) expect((await receive()).kind).toBe('duplicate')
    expect(reads).toBe(1)
  })

  test('a read that fails gives the claim back as if it had never been, and the next delivery is handled', async () => {
    let reads = 0
    const provider = provenPay(async () => {
      if (++reads < 3) throw new Error('no network')
      return paid
    })
    const { receive, attempts, methods } = shop(provider)
    for (let times = 0; times < 2; times++) {
      expect(await receive()).toMatchObject({
        kind: 'retry_later',
        error: { code: 'READ_BACK_UNAVAILABLE' },
        event: { id: 'proven-pay:evt_1', type: 'proven-pay.changed' },
      })
    }
    expect(await receive()).toMatchObject({ kind: 'handled' })
    expect(attempts).toEqual([1])
    expect(methods()).toEqual(['claim', 'release', 'claim', 'release', 'claim', 'complete'])
  })

  test('what is about nothing is acknowledged, and its repeats are not read either', async () => {
    let reads = 0
    const { receive, events } = shop(provenPay(async () => (reads++, { status: 'none', amount: '0' })))
    expect(await receive()).toEqual({ kind: 'ignored', event: null, reason: 'no such payment' })
    expect((await receive()).kind).toBe('duplicate')
    expect([reads, events]).toEqual([1, []])
  })

  test('what is about nothing is delivered again where the store did not record it', async () => {
    const store = recordingStore()
    const complete = () => Promise.reject(new Error('connection reset'))
    const { receive } = shop(
      provenPay(async () => ({ status: 'none', amount: '0' })),
      { store: { ...store, complete } },
    )
    expect(await receive()).toMatchObject({ kind: 'retry_later', error: { code: 'STORE_UNAVAILABLE' } })
  })

  test('a state of an unknown name keeps the id that it was claimed by', async () => {
    const { receive, events } = shop(provenPay(async () => ({ status: 'odd', amount: '0' })))
    expect(await receive()).toMatchObject({ event: { id: 'proven-pay:evt_1', type: 'proven-pay.odd' } })
    expect(events).toHaveLength(1)
    expect((await receive()).kind).toBe('duplicate')
  })

  test('a state that makes no event is kept for the operator, and its claim is free', async () => {
    const store = recordingStore({ durable: true })
    const { receive } = shop(
      provenPay(async () => ({ ...paid, amount: '-1' })),
      { store },
    )
    expect(await receive()).toMatchObject({ kind: 'quarantined', error: { code: 'EVENT_INVALID' } })
    expect(store.kept).toMatchObject([{ code: 'EVENT_INVALID', eventId: 'proven-pay:evt_1' }])
    expect(store.calls.map(({ method }) => method)).toEqual(['claim', 'release', 'quarantine'])
  })

  test('a shop that closes while it is read runs no handler, and leaves the event to the next process', async () => {
    let finish = (_: State) => {}
    const { receive, receiver, events, methods } = shop(provenPay(() => new Promise((resolve) => (finish = resolve))))
    const receiving = receive()
    while (!methods().includes('claim')) await new Promise(setImmediate)
    await new Promise(setImmediate)
    const closing = receiver.close()
    finish(paid)
    expect(await receiving).toMatchObject({ kind: 'retry_later', error: { code: 'SHUTTING_DOWN' } })
    await closing
    expect([events, methods()]).toEqual([[], ['claim', 'release']])
  })
})

describe('where nothing is proven,', () => {
  test('nothing is written before the provider has vouched for it', async () => {
    let state: State | null = null
    const provider = unprovenPay(async () => {
      if (state === null) throw new DeliveryError('READ_BACK_BEHIND', 'not there yet')
      return state
    })
    const { receive, events, methods } = shop(provider)
    for (let times = 0; times < 5; times++) expect((await receive()).kind).toBe('retry_later')
    state = { status: 'none', amount: '0' }
    expect((await receive()).kind).toBe('ignored')
    expect(methods()).toEqual([])
    state = paid
    expect((await receive()).kind).toBe('handled')
    expect([events.length, methods()]).toEqual([1, ['claim', 'complete']])
  })

  test('what was read decides alone: whatever a forger writes, one state is one event', async () => {
    const { receive, events } = shop(unprovenPay(async () => paid))
    const kinds: string[] = []
    for (const id of ['evt_1', 'evt_2', 'evt_3']) kinds.push((await receive(id)).kind)
    expect(kinds).toEqual(['handled', 'duplicate', 'duplicate'])
    expect(events).toMatchObject([{ id: 'unproven-pay:pay_1:paid:9.90' }])
  })

  test('one delivery that stands for a change after a change gets the newer state', async () => {
    let state = paid
    const { receive, events } = shop(unprovenPay(async () => state))
    await receive()
    state = { ...paid, amount: '20' }
    await receive()
    expect(events.map(({ received }) => received?.amount)).toEqual(['9.9', '20'])
  })

  test('a state that makes no event is the provider’s fault, and kept: it was vouched for', async () => {
    const store = recordingStore({ durable: true })
    const { receive } = shop(
      unprovenPay(async () => ({ ...paid, amount: '1e3' })),
      { store },
    )
    expect(await receive()).toMatchObject({ kind: 'quarantined', error: { code: 'EVENT_INVALID' } })
  })
})
