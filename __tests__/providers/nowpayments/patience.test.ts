/** NOWPayments waits for three seconds, and gets its answer within them, whatever the state of the shop's store. */
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import express from 'express'
import { memoryStore, paymentWebhook, type Store } from 'express-payment-webhooks'
import { pass, settled, withFakeTime } from '../../support/fake-time.js'
import { payment, provider } from './support.js'

/** Each store call may take two seconds. */
const SLOW_MS = 1900

/** A store in which each of the named calls takes this long. */
function slowStore(ms: number, ...slow: readonly ('init' | 'claim' | 'complete')[]): Store {
  const inner = memoryStore()
  const late = <Args extends unknown[], Result>(name: string, call: (...args: Args) => Result | Promise<Result>) =>
    (slow as readonly string[]).includes(name)
      ? async (...args: Args): Promise<Result> => {
          await new Promise((resolve) => setTimeout(resolve, ms))
          return call(...args)
        }
      : call
  return {
    ...inner,
    init: late('init', inner.init),
    claim: late('claim', inner.claim),
    complete: late('complete', inner.complete),
  }
}

let servers: Server[] = []
afterEach(() => {
  for (const server of servers) server.closeAllConnections()
  for (const server of servers) server.close()
  servers = []
})

/** A shop on Express with a sender that reports how long it waited. */
async function shopWith(store: Store) {
  let handled = 0
  const app = express()
  app.use(
    '/hook',
    paymentWebhook(provider(), { store, on: { 'payment.confirmed': () => void handled++ }, onError: () => {} }),
  )
  const server = createServer(app)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { headers, body } = provider().sign(payment('finished'))
  return {
    handled: () => handled,
    async deliver() {
      let status: number | undefined
      const arrived = new Promise<void>((resolve) => server.once('request', () => resolve()))
      const sent = request({ port, path: '/hook', method: 'POST', headers })
      sent.on('response', (answer) => void (status = answer.resume().statusCode)).end(body)
      await arrived
      let waited = 0
      for (; status === undefined && waited < 60_000; waited += 50) {
        // Written bytes may take a while to arrive, during which no simulated time passes.
        for (let turn = 0; turn < 25; turn++) await settled()
        if (status === undefined) await pass(50)
      }
      return { status, isInTime: waited <= 3000 }
    },
  }
}

describe('an answer', () => {
  withFakeTime()

  test('that is given by a store that takes nearly two seconds to claim', async () => {
    const shop = await shopWith(slowStore(SLOW_MS, 'claim'))
    expect(await shop.deliver()).toEqual({ status: 200, isInTime: true })
    expect(shop.handled()).toBe(1)
  })

  test('is "later" where every call takes nearly two seconds; the work goes on, and is done once', async () => {
    const shop = await shopWith(slowStore(SLOW_MS, 'init', 'claim', 'complete'))
    expect(await shop.deliver()).toEqual({ status: 503, isInTime: true })
    await pass(60_000)
    expect(await shop.deliver()).toEqual({ status: 200, isInTime: true })
    expect(shop.handled()).toBe(1)
  })

  test('is "later" where one call takes two seconds and more', async () => {
    const shop = await shopWith(slowStore(2000, 'claim'))
    expect(await shop.deliver()).toEqual({ status: 503, isInTime: true })
    expect(shop.handled()).toBe(0)
  })

  test('is "later" where the store never answers at all', async () => {
    const shop = await shopWith({ ...memoryStore(), claim: () => new Promise(() => {}) })
    expect(await shop.deliver()).toEqual({ status: 503, isInTime: true })
    expect(shop.handled()).toBe(0)
  })
})

test('an order that is not known (yet) is kept, since the sender gives up within minutes', () => {
  expect(provider()).toMatchObject({ patienceMs: 3000, unknownOrder: 'keep', blocksQueue: false })
})
