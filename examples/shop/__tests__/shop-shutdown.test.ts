/** A shop that is stopped finishes the work in progress. */
import { once, EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startServer, type RunningServer } from '../../../__tests__/support/start-server.js'
import { sandboxEnvironment } from '../sandbox-environment.js'
import { newAccounts } from '../sandbox/accounts.js'
import { readConfig } from '../shop/config.js'
import { paths } from '../shop/views/paths.js'
import { count, openBrowser } from './support/buyer.js'
import { openShop, type TestShop } from './support/open-shop.js'

/** A Coins.ph that answers when the test allows it. */
let provider: RunningServer
const asked = new EventEmitter()
let url: string
let shop: TestShop

beforeAll(async () => {
  provider = await startServer((_req, res) => void asked.emit('request', res))
  url = `http://127.0.0.1:${provider.port}`
  const { providers } = readConfig(sandboxEnvironment(url, newAccounts()))
  shop = await openShop({
    config: { providers: { ...providers, coinsPh: { ...providers.coinsPh, url } }, paymentHosts: [new URL(url).host] },
  })
})
afterAll(async () => {
  await shop.close()
  await provider.close()
})

test('once its health route fails, the shop still serves buyers', async () => {
  const statusOf = async (path: string) => (await fetch(`${shop.shop.url}${path}`)).status
  expect([await statusOf('/health'), await statusOf('/')]).toEqual([200, 200])
  shop.shop.failHealth()
  expect([await statusOf('/health'), await statusOf('/')]).toEqual([503, 200])
})

test('a checkout under way becomes an order, and its buyer is told', async () => {
  const browser = openBrowser(shop)
  await browser.post(paths.cart, { product: 'cups' })
  const request = once(asked, 'request')
  const checkout = browser.post(paths.checkout, { provider: 'coins-ph', email: 'buyer@example.com' })
  const [res] = (await request) as [ServerResponse]

  const stopped = shop.shop.close()
  await expect(fetch(shop.shop.url)).rejects.toThrow('fetch failed')
  res.writeHead(201, { 'content-type': 'application/json' })
  res.end(JSON.stringify({ invoice: { id: 'inv_1', payment_url: `${url}/i/1` } }))

  const answer = await checkout
  expect([answer.status, answer.headers['location']]).toEqual([303, expect.stringMatching(/^\/orders\//)])
  await stopped
  expect(await count(shop, 'orders')).toBe(1)
})
