/** A handler that threw: how often RetryLater is believed, and what is kept then. */
import { describe, expect, test } from '@jest/globals'
import {
  answerTo,
  coinsPh,
  createReceiver,
  memoryStore,
  RetryLater,
  type Handler,
  type PaymentWebhookError,
  type QuarantinedDelivery,
  type Store,
  type WebhookEvent,
} from '../../src/index.js'
import { sample, signedRequest } from '../../src/testing/index.js'

const provider = coinsPh({ token: 'mtk_test_4f1d9a7c2b6e8035' })

/** A shop with one handler, and a way to deliver to it. */
function shop(handler: Handler<WebhookEvent>, store: Store = memoryStore()) {
  const codes: string[] = []
  const onError = (error: PaymentWebhookError) => void codes.push(error.code)
  const receiver = createReceiver(provider, { store, on: { 'payment.confirmed': handler }, onError })
  const deliver = async () =>
    answerTo(await receiver.receive(signedRequest(provider, sample('coins-ph', 'payment.confirmed'))), provider)
  return { deliver, codes }
}

describe('a handler that always says RetryLater', () => {
  test('is asked again for ever with a store that can keep nothing', async () => {
    const { deliver } = shop(() => {
      throw new RetryLater('not yet')
    })
    for (let run = 0; run < 8; run++) expect((await deliver()).status).toBe(503)
  })

  test('is asked five times with a durable store; then the delivery is kept and acknowledged', async () => {
    const kept: QuarantinedDelivery[] = []
    const store = { ...memoryStore(), quarantine: (delivery: QuarantinedDelivery) => void kept.push(delivery) }
    const { deliver, codes } = shop(() => {
      throw new RetryLater('order not stored yet')
    }, store)
    const statuses: number[] = []
    for (let run = 0; run < 5; run++) statuses.push((await deliver()).status)
    expect(statuses).toEqual([503, 503, 503, 503, 200])
    expect(codes.at(-1)).toBe('RETRIES_EXHAUSTED')
    expect(kept).toMatchObject([
      {
        code: 'RETRIES_EXHAUSTED',
        message: 'put off 5 times: order not stored yet',
        eventId: expect.stringMatching(/^coins-ph:/),
      },
    ])
  })

  test('is asked as often after runs that failed', async () => {
    const store = { ...memoryStore(), quarantine: () => {} }
    const { deliver } = shop((_event, { attempt }) => {
      throw attempt <= 6 ? new Error('database away') : new RetryLater('order not stored yet')
    }, store)
    const statuses: number[] = []
    for (let run = 0; run < 11; run++) statuses.push((await deliver()).status)
    expect(statuses).toEqual([...Array<number>(6).fill(500), 503, 503, 503, 503, 200])
  })
})
