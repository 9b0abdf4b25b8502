/** The blocks of the providers' pages: the mounted set-up accepts a payment, and the samples of the testing section arrive. */
import { randomBytes } from 'node:crypto'
import { expect } from '@jest/globals'
import express from 'express'
import { cryptoGateway, memoryStore, paymentWebhook } from 'express-payment-webhooks'
import { orderUpdates, type OrderPayment } from 'express-payment-webhooks/orders'
import { deliver, sample, sampleCityPayOrder } from 'express-payment-webhooks/testing'
import { startServer } from '../../support/start-server.js'
import { runBlock } from '../run-block.js'
import { newScene, payTwice, runningShop, type providers } from '../scene.js'
import type { Run, Runs } from './run.js'

/** Mounts, receives a payment, and answers the resulting order. */
const setUp =
  (name: keyof typeof providers, check: (scene: ReturnType<typeof newScene>) => void): Run =>
  async ({ code }) => {
    const scene = newScene()
    await runBlock(code, { globals: scene.globals })
    await payTwice(scene.app, name)
    check(scene)
  }

const isPaid = ({ orders }: ReturnType<typeof newScene>) =>
  expect(orders.rows.get('ORDER-1001')).toMatchObject({ status: 'paid', received: { amount: expect.anything() } })

/** Sends to a running shop. The block checks the answer; this function checks the shop's orders. */
const testing =
  (check: (scene: ReturnType<typeof newScene>) => void): Run =>
  async ({ code }) => {
    const scene = newScene()
    await runBlock(code, { globals: { ...scene.globals, app: runningShop(scene.orders) } })
    check(scene)
  }

const becomes = (orderId: string, status: string) =>
  testing(({ orders }) => expect(orders.rows.get(orderId)?.status).toBe(status))

export const PROVIDER_RUNS: Runs = {
  'docs/providers/coins-ph.md > Set-up': setUp('coins-ph', isPaid),
  'docs/providers/coins-ph.md > Testing': becomes('ORDER-7', 'paid'),

  'docs/providers/coinbar-pay.md > Set-up': setUp('coinbar-pay', isPaid),
  'docs/providers/coinbar-pay.md > Testing': becomes('ORDER-7', 'open'),

  /** An order opened there and paid, once on its own chain and once on another, through a door. */
  async 'docs/providers/crypto-gateway.md > Set-up'({ code }) {
    const about = { addressId: 'addr_4d8e21f06b9a', address: '0x52908400098527886E0F7030069857D2E4169EE7' }
    const { payment } = await runBlock(code, { globals: about, results: ['payment'] })
    const gateway = cryptoGateway({ secret: randomBytes(32).toString('hex') })
    for (const [network, status] of [
      ['ethereum', 'confirmed'],
      ['tron', 'needs_review'],
    ] as const) {
      let order = payment as OrderPayment
      const on = orderUpdates({ find: () => order, save: (next) => ((order = next), true) })
      const app = express().use('/hook', paymentWebhook(gateway, { store: memoryStore(), on }))
      const paid = sample('crypto-gateway', 'transaction.confirmed', { data: { network } })
      expect((await deliver(app, gateway, paid).to('/hook')).status).toBe(200)
      expect([network, order.status]).toEqual([network, status])
    }
  },
  'docs/providers/crypto-gateway.md > Set-up (2)': setUp('crypto-gateway', ({ orders }) =>
    expect(orders.credits).toMatchObject([{ received: { amount: '100.5', currency: 'USDT' } }]),
  ),
  'docs/providers/crypto-gateway.md > Testing': testing(({ orders }) =>
    expect(orders.credits).toMatchObject([{ received: { amount: '40', currency: 'USDT' } }]),
  ),

  /** CityPay's own API runs on this machine, and is called over HTTP. */
  async 'docs/providers/city-pay.md > Set-up'(block) {
    const asked: string[] = []
    const server = await startServer((req, res) => {
      asked.push(req.url!)
      res.end(JSON.stringify(sampleCityPayOrder('CONFIRMED')))
    })
    const { fetch } = globalThis
    globalThis.fetch = (url, init) =>
      fetch(String(url).replace('https://v2-order-api.citypay.io', `http://127.0.0.1:${server.port}`), init)
    try {
      await setUp('city-pay', isPaid)(block)
    } finally {
      globalThis.fetch = fetch
      await server.close()
    }
    expect(new Set(asked)).toEqual(new Set(['/order/730914458201']))
  },
  'docs/providers/city-pay.md > Testing': becomes('ORDER-1001', 'paid'),
}
