/** The shop of docs/providers/mollie.md that receives both kinds of webhooks. */
import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { expect } from '@jest/globals'
import express from 'express'
import Database from 'libsql'
import request from 'supertest'
import { memoryStore, paymentWebhook, type Provider, type WebhookEvent } from 'express-payment-webhooks'
import { openOrder } from 'express-payment-webhooks/orders'
import { mollie } from 'express-payment-webhooks/providers/mollie'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import { deliver, sample, type SampleEvent } from 'express-payment-webhooks/testing'
import { answer } from '../../providers/mollie/support.js'
import { mollieClient } from '../mollie-client.js'
import { runBlock } from '../run-block.js'
import { newScene } from '../scene.js'
import type { Runs } from './run.js'

const PAYMENT = 'tr_5B8cwPMGnU6qLbRvo7qEZo'

/** From the fifth failure on, a durable store keeps an event. */
const RUNS_UNTIL_KEPT = 5

export const MOLLIE_RUNS: Runs = {
  /** The client of Mollie returns the payment with what it was asked to embed. */
  async 'docs/providers/mollie.md > Set-up (2)'({ code }) {
    process.env['MOLLIE_API_KEY'] ??= `live_${randomBytes(16).toString('hex')}`
    const asked: unknown[] = []
    const read = (id: string, parameters: object) => {
      asked.push(id, parameters)
      return { ...answer('paid_partly_refunded'), mode: 'live' }
    }
    const modules = { '@mollie/api-client': mollieClient(read) }
    const { provider } = await runBlock(code, { modules, results: ['provider'] })
    const { orders } = newScene()
    const on = { 'refund.confirmed': (event: WebhookEvent) => orders.recordPaid(event.orderId, event.received) }
    const shop = express().use(paymentWebhook(provider as Provider, { store: memoryStore(), on }))
    await request(shop).post('/').type('form').send({ id: PAYMENT }).expect(200)
    expect(asked).toEqual([PAYMENT, { embed: ['refunds', 'chargebacks'] }])
    expect(orders.rows.get('ORDER-1001')).toMatchObject({ received: { amount: '49.9' } })
  },

  async 'docs/providers/mollie.md > Both in one shop'({ code }) {
    const secret = (process.env['MOLLIE_WEBHOOK_SECRET'] ??= randomBytes(32).toString('hex'))
    process.env['MOLLIE_API_KEY'] ??= `live_${randomBytes(16).toString('hex')}`
    const { globals, orders, shipped, app } = newScene()
    const store = sqliteStore(new Database(':memory:'), { allowVolatile: true })
    const paymentOf = orders.paymentOf
    const { fetch } = globalThis
    let read = answer('paid')
    globalThis.fetch = async () => Response.json({ ...read, mode: 'live' })
    try {
      await runBlock(code, { globals: { ...globals, store } })
      const signed = (type: SampleEvent<'mollie'>) =>
        deliver(app, mollie({ secret }), sample('mollie', type)).to('/webhooks/mollie-events')
      const classic = (path: string) => request(app).post(path).type('form').send({ id: PAYMENT })

      // Kept signed events run again as one event, even though the other receiver has the same provider.
      orders.paymentOf = () => Promise.reject(new Error('the orders are away'))
      for (let run = 1; run < RUNS_UNTIL_KEPT; run++) expect((await signed('payment.confirmed')).status).toBe(500)
      expect((await signed('payment.confirmed')).status).toBe(200)
      orders.paymentOf = paymentOf
      const payments = [{ provider: 'mollie', paymentId: PAYMENT }]
      const expected = { amount: '49.9', currency: 'EUR' }
      orders.payments.set('ORDER-1001', openOrder({ orderId: 'ORDER-1001', expected, payments }))
      const [kept] = await store.listEvents({ state: 'failed' })
      expect(await store.replay(kept!.key)).toBe(true)
      while ((await store.getEvent(kept!.key))?.state !== 'done') await setTimeout(100)
      expect(shipped).toEqual(['ORDER-1001'])

      const status = () => orders.payments.get('ORDER-1001')?.status
      await classic('/webhooks/mollie').expect(200)
      expect([shipped, status()]).toEqual([['ORDER-1001'], 'confirmed'])
      read = answer('paid_partly_refunded')
      await classic('/webhooks/mollie').expect(200)
      expect((await signed('refund.confirmed')).status).toBe(200)
      expect(orders.payments.get('ORDER-1001')).toMatchObject({
        status: 'partially_refunded',
        refunded: '15',
        reasons: [],
      })

      await classic('/webhooks/mollie-events').expect(401)
      const atTheWrongOne = deliver(app, mollie({ secret }), sample('mollie', 'payment.confirmed'))
      expect((await atTheWrongOne.to('/webhooks/mollie')).status).toBe(400)
    } finally {
      globalThis.fetch = fetch
      await store.close()
    }
  },
}
