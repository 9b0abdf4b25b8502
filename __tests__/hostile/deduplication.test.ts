/** One effect per event, whether deliveries are repeated, concurrent, preceded by forgeries, or cut off. One process. */
import { describe, expect, test } from '@jest/globals'
import { cityPay, memoryStore, RetryLater, type Provider, type WebhookEvent } from 'express-payment-webhooks'
import { sample, sampleCityPayOrder, type SampleEvent } from 'express-payment-webhooks/testing'
import { openAbandoned } from '../support/abandoned-claim.js'
import { bodyOf, hmacProvider, signatureOf } from '../support/hmac-provider.js'
import type { Shop } from '../support/open-shop.js'
import { rawRequest, requestBytes } from '../support/raw-request.js'
import { recordingStore } from '../support/recording-store.js'
import { expectStillWelcome, throughEveryDoor } from '../support/shops.js'

const methods = (shop: Shop) => shop.store.calls.map(({ method }) => method)
const outcomes = (shop: Shop) => shop.outcomes.map(({ outcome }) => outcome)

throughEveryDoor((open) => {
  test('D01 an unsigned request with the id of a coming event does not use the id up', async () => {
    const shop = await open()
    for (const signature of [signatureOf('another body'), signatureOf(bodyOf(), 'guessed'), '']) {
      expect((await shop.post(bodyOf(), `X-Signature: ${signature}`)).status).toBe(401)
    }
    expect(shop.store.calls).toEqual([])
    await expectStillWelcome(shop)
  })

  describe('D02 over 500 identical requests at once, on 16 sockets,', () => {
    const EACH = 32
    const body = bodyOf()
    const signed = `X-Signature: ${signatureOf(body)}`
    const kept = requestBytes({ headers: [signed, 'Connection: keep-alive'], body })
    const burst = Buffer.concat([
      ...Array.from({ length: EACH - 1 }, () => kept),
      requestBytes({ headers: [signed], body }),
    ])

    const statuses = async (shop: Shop): Promise<Record<string, number>> => {
      const answers = await Promise.all(Array.from({ length: 16 }, () => rawRequest(shop.port, burst)))
      const counts: Record<string, number> = {}
      for (const { raw } of answers)
        for (const [, status] of raw.matchAll(/HTTP\/1\.1 (\d+)/g)) counts[status!] = (counts[status!] ?? 0) + 1
      return counts
    }

    test.each([
      ['a quick handler', () => {}],
      ['a slow handler', () => pause(100)],
    ])('run %s once and are all answered 200', async (_handler, handler) => {
      const shop = await open({ handler })
      expect(await statuses(shop)).toEqual({ 200: 16 * EACH })
      expect(shop.handled).toHaveLength(1)
      expect(shop.store.calls.filter(({ method }) => method === 'complete')).toHaveLength(1)
    })

    test('with a handler that fails are never answered 200, and the next delivery is handled', async () => {
      let fails = true
      let running = 0
      let most = 0
      const shop = await open({
        async handler() {
          most = Math.max(most, ++running)
          await pause(20)
          running--
          if (fails) throw new Error('database is down')
        },
      })
      expect(Object.keys(await statuses(shop))).toEqual(['500'])
      expect(most).toBe(1)
      fails = false
      await expectStillWelcome(shop)
    })
  })

  describe('D03 a delivery whose handler failed', () => {
    test.each([
      ['threw', () => new Error('no'), 500],
      ['asked for a later retry', () => new RetryLater('not yet', { afterSeconds: 7 }), 503],
    ])('because it %s is handled by the retry', async (_why, thrown, status) => {
      let attempts = 0
      const shop = await open({
        handler() {
          if (++attempts < 3) throw thrown()
        },
      })
      expect((await shop.deliver()).status).toBe(status)
      expect((await shop.deliver()).status).toBe(status)
      expect(methods(shop)).toEqual(['claim', 'release', 'claim', 'release'])
      await expectStillWelcome(shop)
      expect(shop.outcomes.at(-1)?.attempt).toBe(3)
      expect((await shop.deliver()).status).toBe(200)
      expect(attempts).toBe(3)
    })
  })

  describe('D04 an event claimed by a process that died', () => {
    test('is handled, as its second attempt, three seconds after somebody found that its lease has passed', async () => {
      const { shop, clock } = await openAbandoned(open)
      clock.now += 60_001
      expect((await shop.deliver()).status).toBe(503)
      clock.now += 3000
      await expectStillWelcome(shop)
      expect(shop.outcomes).toMatchObject([{ outcome: 'retry_later' }, { outcome: 'handled', attempt: 2 }])
    })

    test('is handled by the delivery that is waiting when the lease passes', async () => {
      const { shop, clock } = await openAbandoned(open)
      setTimeout(() => (clock.now += 60_001), 300)
      setTimeout(() => (clock.now += 3001), 900)
      await expectStillWelcome(shop)
    })
  })

  describe('D05 the same event id with another body, both signed,', () => {
    const other = bodyOf({ amount: '999.00' })

    test('has no second effect: 400 and the whole body to onError', async () => {
      const shop = await open()
      await shop.deliver()
      expect((await shop.deliver(other)).status).toBe(400)
      expect(shop.handled).toHaveLength(1)
      expect(shop.errors).toMatchObject([
        { error: { code: 'ID_CONFLICT' }, details: { outcome: 'unusable', event: { id: 'hmac:evt_1' } } },
      ])
      expect(shop.errors[0]!.details.body?.toString()).toBe(other)
    })

    test('is kept by a durable store: 200, and the operator is told', async () => {
      const shop = await open({ store: recordingStore({ durable: true }) })
      await shop.deliver()
      expect((await shop.deliver(other)).status).toBe(200)
      expect((await shop.deliver(other)).status).toBe(200)
      expect(shop.handled).toHaveLength(1)
      expect(outcomes(shop)).toEqual(['handled', 'quarantined', 'quarantined'])
      expect(shop.store.kept).toMatchObject([{ code: 'ID_CONFLICT', eventId: 'hmac:evt_1' }, { code: 'ID_CONFLICT' }])
      expect(new Set(shop.store.kept.map(({ key }) => key)).size).toBe(1)
    })

    test.each([{ order_id: '1002' }, { currency: 'EUR' }, { type: 'payment.failed' }])(
      'is a conflict when %j differs',
      async (difference) => {
        const shop = await open()
        await shop.deliver()
        expect((await shop.deliver(bodyOf(difference))).status).toBe(400)
        expect(shop.handled).toHaveLength(1)
      },
    )

    test('is a conflict while the first is still being handled', async () => {
      let finish = () => {}
      const finished = new Promise<void>((resolve) => (finish = resolve))
      const shop = await open({ handler: () => finished })
      const first = shop.deliver()
      while (shop.store.calls.length === 0) await pause(5)
      expect((await shop.deliver(other)).status).toBe(400)
      finish()
      expect((await first).status).toBe(200)
      expect((await shop.deliver()).status).toBe(200)
      expect(outcomes(shop)).toEqual(['unusable', 'handled', 'duplicate'])
    })

    test('is a conflict after the first one failed, and the first is still welcome', async () => {
      let fails = true
      const shop = await open({
        handler() {
          if (fails) throw new Error('no')
        },
      })
      await shop.deliver()
      fails = false
      expect((await shop.deliver(other)).status).toBe(400)
      await expectStillWelcome(shop)
    })

    test('is no conflict when only formatting, extra fields or the spelling of the amount differ', async () => {
      const shop = await open()
      await shop.deliver()
      for (const same of [
        JSON.stringify(JSON.parse(bodyOf()), null, 2),
        bodyOf({ amount: '100' }),
        bodyOf({ attempt: 2 }),
      ]) {
        expect((await shop.deliver(same)).status).toBe(200)
      }
      expect(outcomes(shop)).toEqual(['handled', 'duplicate', 'duplicate', 'duplicate'])
    })
  })

  test('D06 the same id from two providers is two events, in one store', async () => {
    const inner = memoryStore()
    const names = ['acme-pay', 'other-pay']
    for (const name of names) {
      const shop = await open({ provider: hmacProvider({ name }), store: recordingStore({ inner }) })
      await expectStillWelcome(shop)
      expect((await shop.deliver()).status).toBe(200)
      expect(outcomes(shop)).toEqual(['handled', 'duplicate'])
    }
  })

  describe('a provider without event ids (cityPay)', () => {
    /** A shop whose CityPay order has the given answers in turn, one per callback. */
    const cityPayShop = async (answers: object[]) => {
      let at = 0
      const provider = cityPay({
        orderToken: () => '730914458201',
        readBack: async () => answers[Math.min(at, answers.length - 1)],
      }) as Provider
      const shop = await open({ provider })
      return { shop, next: () => void at++ }
    }
    const callback = (name: SampleEvent<'city-pay'>) => JSON.stringify(sample('city-pay', name))

    test('D07 the payment and the confirmation of one transaction are two events, each repeated without effect', async () => {
      const { shop, next } = await cityPayShop([
        sampleCityPayOrder('PAID_UNCONFIRMED'),
        sampleCityPayOrder('CONFIRMED'),
      ])
      for (const name of ['PAID_UNCONFIRMED', 'CONFIRMED'] as const) {
        expect((await shop.post(callback(name))).status).toBe(200)
        expect((await shop.post(callback(name))).status).toBe(200)
        next()
      }
      expect(shop.handled.map(({ type }) => type)).toEqual(['payment.detected', 'payment.confirmed'])
      expect(outcomes(shop)).toEqual(['handled', 'duplicate', 'handled', 'duplicate'])
    })

    test('D07 the receipt and the confirmation of one deposit are two events, each repeated without effect', async () => {
      const shop = await open({ provider: cityPay({ orderToken: () => null, allowedIps: ['127.0.0.1'] }) })
      for (const name of ['deposit PENDING', 'deposit CONFIRMED', 'deposit PENDING'] as const) {
        expect((await shop.post(callback(name))).status).toBe(200)
      }
      expect(shop.handled.map(({ type }) => type)).toEqual(['transaction.detected', 'transaction.confirmed'])
    })

    test('D08 two part payments under one status are two events, and the sum grows', async () => {
      const part = (id: number, total: string) => ({
        id,
        hash: `${id}`.repeat(16),
        amountFiat: { total },
        createdAtMiliseconds: 1741082940000 + id,
      })
      const { shop, next } = await cityPayShop([
        sampleCityPayOrder('IN_PROGRESS', undefined, { transactions: [part(1001, '10.10')] }),
        sampleCityPayOrder('IN_PROGRESS', undefined, { transactions: [part(1001, '10.10'), part(1002, '0.20')] }),
      ])
      for (const transaction_id of ['a'.repeat(64), 'b'.repeat(64)]) {
        const body = JSON.stringify(sample('city-pay', 'IN_PROGRESS (part payment)', { transaction_id }))
        expect((await shop.post(body)).status).toBe(200)
        next()
      }
      expect(shop.handled.map(received)).toEqual(['10.1', '10.3'])
      expect(shop.handled.map(({ type }) => type)).toEqual(['payment.partially_paid', 'payment.partially_paid'])
    })

    test('D08 an order paid in many transactions is handled, repeated without effect, and one more is another event', async () => {
      const parts = Array.from({ length: 31 }, (_, at) => ({
        id: 1000 + at,
        hash: at.toString(16).padStart(64, '0'),
        amountFiat: { total: '1.00' },
        createdAtMiliseconds: 1741082940000 + at,
      }))
      const { shop, next } = await cityPayShop([
        sampleCityPayOrder('IN_PROGRESS', undefined, { transactions: parts.slice(0, 30) }),
        sampleCityPayOrder('IN_PROGRESS', undefined, { transactions: parts.toReversed().slice(1) }),
        sampleCityPayOrder('IN_PROGRESS', undefined, { transactions: parts }),
      ])
      for (let callbacks = 0; callbacks < 3; callbacks++) {
        expect((await shop.post(callback('IN_PROGRESS (part payment)'))).status).toBe(200)
        next()
      }
      expect(outcomes(shop)).toEqual(['handled', 'duplicate', 'handled'])
      expect(shop.handled.map(received)).toEqual(['30', '31'])
      const [first, second] = shop.handled.map(({ id }) => id)
      expect(first).toMatch(/^city-pay:[^:]+:IN_PROGRESS:0{64}%201:.{600,900}:sha256=[\w-]{43}$/)
      expect(first!.length).toBeLessThanOrEqual(1024)
      expect(second!.slice(0, 900)).toBe(first!.slice(0, 900))
    })

    test('D08 two part payments of the same amount are two events', async () => {
      const part = (id: number) => ({ id, hash: `${id}`.repeat(16), amountFiat: { total: '10.00' } })
      const { shop, next } = await cityPayShop([
        sampleCityPayOrder('IN_PROGRESS', undefined, { transactions: [part(1001)] }),
        sampleCityPayOrder('IN_PROGRESS', undefined, { transactions: [part(1001), part(1002)] }),
      ])
      await shop.post(callback('IN_PROGRESS (part payment)'))
      next()
      await shop.post(callback('IN_PROGRESS (part payment)'))
      expect(shop.handled.map(received)).toEqual(['10', '20'])
    })
  })
})

const received = (event: WebhookEvent) => event.received?.amount

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
