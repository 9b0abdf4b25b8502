import diagnosticsChannel from 'node:diagnostics_channel'
import { describe, expect, jest, test } from '@jest/globals'
import express from 'express'
import request from 'supertest'
import {
  coinsPh,
  memoryStore,
  paymentWebhook,
  RetryLater,
  type CoinsPhPayload,
  type Handler,
  type PaymentWebhookError,
  type QuarantinedDelivery,
  type Store,
  type WebhookEvent,
} from '../../src/index.js'
import { sample, signedRequest } from '../../src/testing/index.js'

type Paid = Handler<WebhookEvent<'coins-ph', 'payment.confirmed', CoinsPhPayload>>

const provider = coinsPh({ token: 'mtk_test_4f1d9a7c2b6e8035' })

/** A shop with one handler, and a way to deliver to it. */
function shop(handler: Paid, store: Store = memoryStore()) {
  const codes: string[] = []
  const onError = (error: PaymentWebhookError) => void codes.push(error.code)
  const webhook = paymentWebhook(provider, { store, on: { 'payment.confirmed': handler }, onError, timeoutMs: 1000 })
  const app = express().use('/hook', webhook)
  const { headers, body } = signedRequest(provider, sample('coins-ph', 'payment.confirmed'))
  // supertest sends when it is awaited; a delivery has to be under way at once.
  const deliver = async () => await request(app).post('/hook').set(headers).send(body)
  return { webhook, deliver, codes }
}

/** A promise that is resolved from outside. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

describe('close', () => {
  test('waits for a handler that is running, which completes', async () => {
    const [running, finish] = [gate(), gate()]
    const { webhook, deliver } = shop(async () => {
      running.open()
      await finish.opened
    })
    const delivery = deliver()
    await running.opened
    const closed = webhook.close()
    finish.open()
    await closed
    expect((await delivery).status).toBe(200)
  })

  test('answers 503 to what comes afterwards, without touching the store', async () => {
    const store = memoryStore()
    const claim = jest.spyOn(store, 'claim')
    const { webhook, deliver, codes } = shop(() => {}, store)
    await webhook.close()
    const { status, headers } = await deliver()
    expect([status, headers['retry-after']]).toEqual([503, '5'])
    expect(codes).toEqual(['SHUTTING_DOWN'])
    expect(claim).not.toHaveBeenCalled()
  })

  test('gives back the claim of a handler that does not finish in time, so that another process goes on', async () => {
    const store = memoryStore()
    const running = gate()
    let lost = false
    const first = shop(async (_event, { signal }) => {
      signal.addEventListener('abort', () => (lost = true))
      running.open()
      await new Promise(() => {})
    }, store)
    const unanswered = first.deliver()
    await running.opened
    await first.webhook.close({ timeoutMs: 50 })
    expect(lost).toBe(true)
    const attempts: number[] = []
    const second = shop((_event, { attempt }) => void attempts.push(attempt), store)
    expect((await second.deliver()).status).toBe(200)
    expect(attempts).toEqual([2])
    expect((await unanswered).status).toBe(503)
  })
})

describe('health', () => {
  test('is ok while the store answers', async () => {
    const { webhook } = shop(() => {})
    expect(await webhook.health()).toEqual({
      provider: 'coins-ph',
      ok: true,
      store: 'ok',
      closing: false,
      inFlight: 0,
      error: null,
    })
  })

  test('is not ok while the store fails, and says why', async () => {
    const { webhook } = shop(() => {}, {
      ...memoryStore(),
      extend: () => Promise.reject(new Error('connection refused')),
    })
    expect(await webhook.health()).toMatchObject({
      ok: false,
      store: 'unavailable',
      error: { code: 'STORE_UNAVAILABLE' },
    })
  })

  test('is not ok once closed', async () => {
    const { webhook } = shop(() => {})
    await webhook.close()
    expect(await webhook.health()).toMatchObject({ ok: false, closing: true })
  })
})

describe('the outcome channel', () => {
  test('gives every subscriber one report per delivery', async () => {
    const reports: unknown[] = []
    const listener = (report: unknown) => void reports.push(report)
    diagnosticsChannel.subscribe('express-payment-webhooks:outcome', listener)
    const { deliver } = shop(() => {})
    await deliver()
    await deliver()
    diagnosticsChannel.unsubscribe('express-payment-webhooks:outcome', listener)
    await deliver()
    expect(reports).toMatchObject([
      { provider: 'coins-ph', outcome: 'handled', eventType: 'payment.confirmed', attempt: 1 },
      { provider: 'coins-ph', outcome: 'duplicate' },
    ])
  })
})

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
