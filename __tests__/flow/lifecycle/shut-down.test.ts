/** No handler begins after close() was called, at whatever step its delivery is; and close() waits for every delivery. */
import { describe, expect, jest, test } from '@jest/globals'
import express from 'express'
import { setTimeout } from 'node:timers/promises'
import request from 'supertest'
import {
  cityPay,
  coinsPh,
  DeliveryError,
  memoryStore,
  paymentWebhook,
  toFetchHandler,
  type ClaimRequest,
  type Handler,
  type PaymentWebhookError,
  type Provider,
  type Store,
  type WebhookEvent,
} from '../../../src/index.js'
import { refuseWhenClosing } from '../../../src/flow/lifecycle/shut-down.js'
import { receiverState } from '../../../src/flow/state/receiver.js'
import { resolveOptions } from '../../../src/resolve-options.js'
import { sample, sampleCityPayOrder, signedRequest } from '../../../src/testing/index.js'
import { hmacProvider } from '../../support/hmac-provider.js'

/** A promise that is resolved from outside. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

/** A shop for CityPay, whose deliveries are in progress while their order is being read back. */
function shop({ store = memoryStore(), readBack = async () => {} }: { store?: Store; readBack?: () => Promise<void> }) {
  const codes: string[] = []
  let effects = 0
  const provider = cityPay({
    orderToken: () => '730914458201',
    async readBack() {
      await readBack()
      return sampleCityPayOrder('CONFIRMED')
    },
  }) as Provider
  const webhook = toFetchHandler(provider, {
    store,
    on: { 'payment.confirmed': () => void effects++ },
    onError: ({ code }) => void codes.push(code),
  })
  const body = JSON.stringify(sample('city-pay', 'CONFIRMED'))
  const deliver = async () => (await webhook(new Request('http://shop.example/', { method: 'POST', body }))).status
  return { webhook, deliver, codes, effects: () => effects }
}

/** A store with one blocked method that the test lets through; it tells when the method was called. */
function gated(method: 'init' | 'claim') {
  const [called, pass] = [gate(), gate()]
  const inner = memoryStore()
  const store: Store = {
    ...inner,
    async [method](request: ClaimRequest) {
      called.open()
      await pass.opened
      return inner[method](request)
    },
  }
  return { called, pass, store, inner }
}

/** Whether a promise is settled once everything that can happen without external input has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  )
  return Promise.race([settled, setTimeout(50, false)])
}

describe('close() while a delivery', () => {
  test('is read back waits for it, and it is put off', async () => {
    const [asked, answer] = [gate(), gate()]
    const { webhook, deliver, codes, effects } = shop({
      readBack() {
        asked.open()
        return answer.opened
      },
    })
    const delivery = deliver()
    await asked.opened
    expect(await webhook.health()).toMatchObject({ inProgress: 1 })
    const closed = webhook.close()
    expect(await isSettled(closed)).toBe(false)
    answer.open()
    expect([await delivery, codes, effects()]).toEqual([503, ['SHUTTING_DOWN'], 0])
    await closed
    expect(await webhook.health()).toMatchObject({ inProgress: 0 })
  })

  test('waits for the store to be prepared waits for it, and it is put off', async () => {
    const { called, pass, store } = gated('init')
    const { webhook, deliver, codes, effects } = shop({ store })
    const delivery = deliver()
    await called.opened
    const closed = webhook.close()
    expect(await isSettled(closed)).toBe(false)
    pass.open()
    expect([await delivery, codes, effects()]).toEqual([503, ['SHUTTING_DOWN'], 0])
    await closed
  })

  test('is claimed, for longer than close() waits, has the claim given back when it comes', async () => {
    const { called, pass, store, inner } = gated('claim')
    const first = shop({ store })
    const delivery = first.deliver()
    await called.opened
    await first.webhook.close({ timeoutMs: 0 })
    pass.open()
    expect([await delivery, first.codes, first.effects()]).toEqual([503, ['SHUTTING_DOWN'], 0])
    const second = shop({ store: inner })
    expect([await second.deliver(), second.effects()]).toEqual([200, 1])
  })

  test('waits for another process ends its waiting', async () => {
    const inner = memoryStore()
    let claims = 0
    const store: Store = {
      ...inner,
      claim() {
        claims++
        return { state: 'busy' }
      },
    }
    const { webhook, deliver, codes } = shop({ store })
    const delivery = deliver()
    while (claims === 0) await setTimeout(5)
    await webhook.close()
    const claimsByThen = claims
    expect([await delivery, codes]).toEqual([503, ['SHUTTING_DOWN']])
    expect(claims).toBe(claimsByThen)
  })

  test('is refused resolves when it is', async () => {
    const [asked, answer] = [gate(), gate()]
    const { webhook, deliver, codes } = shop({
      async readBack() {
        asked.open()
        await answer.opened
        throw new DeliveryError('READ_BACK_MISMATCH', 'another order')
      },
    })
    const delivery = deliver()
    await asked.opened
    const closed = webhook.close()
    answer.open()
    await closed
    expect([await delivery, codes]).toEqual([503, ['READ_BACK_UNAVAILABLE']])
  })

  test.each([2 ** 31, Number.POSITIVE_INFINITY])(
    'is read back waits for %p ms as for ever, not for none',
    async (timeoutMs) => {
      const [asked, answer] = [gate(), gate()]
      const { webhook, deliver } = shop({
        readBack() {
          asked.open()
          return answer.opened
        },
      })
      const delivery = deliver()
      await asked.opened
      const closed = webhook.close({ timeoutMs })
      expect(await isSettled(closed)).toBe(false)
      answer.open()
      await Promise.all([delivery, closed])
    },
  )
})

const invoices = coinsPh({ token: 'mtk_test_4f1d9a7c2b6e8035' })

/** A shop in Express with one handler, and a way to deliver to it. */
function expressShop(handler: Handler<WebhookEvent>, store: Store = memoryStore()) {
  const codes: string[] = []
  const onError = (error: PaymentWebhookError) => void codes.push(error.code)
  const webhook = paymentWebhook(invoices, { store, on: { 'payment.confirmed': handler }, onError, timeoutMs: 1000 })
  const app = express().use('/hook', webhook)
  const { headers, body } = signedRequest(invoices, sample('coins-ph', 'payment.confirmed'))
  // supertest sends when it is awaited; here a delivery must start at once.
  const deliver = async () => await request(app).post('/hook').set(headers).send(body)
  return { webhook, deliver, codes }
}

describe('close()', () => {
  test('waits for a handler that is running, which completes', async () => {
    const [running, finish] = [gate(), gate()]
    const { webhook, deliver } = expressShop(async () => {
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
    const { webhook, deliver, codes } = expressShop(() => {}, store)
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
    const first = expressShop(async (_event, { signal }) => {
      signal.addEventListener('abort', () => (lost = true))
      running.open()
      await new Promise(() => {})
    }, store)
    const unanswered = first.deliver()
    await running.opened
    await first.webhook.close({ timeoutMs: 50 })
    expect(lost).toBe(true)
    const attempts: number[] = []
    const second = expressShop((_event, { attempt }) => void attempts.push(attempt), store)
    expect((await second.deliver()).status).toBe(200)
    expect(attempts).toEqual([2])
    expect((await unanswered).status).toBe(503)
  })
})

test('a receiver that is closing says so', () => {
  const provider = hmacProvider()
  const state = receiverState(provider, resolveOptions(provider, { store: memoryStore(), on: {} }))
  expect(() => refuseWhenClosing(state)).not.toThrow()
  state.closing.abort()
  expect(() => refuseWhenClosing(state)).toThrow(
    expect.objectContaining({
      code: 'SHUTTING_DOWN',
      message: 'this process is shutting down; another takes the next delivery',
    }),
  )
})
