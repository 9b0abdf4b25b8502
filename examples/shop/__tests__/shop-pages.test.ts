/** Texts that help buyers on: `shop/views/order`, `shop/views/cart`. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { paths } from '../shop/views/paths.js'
import { buy, openBrowser, orderIn, paymentOf, untilStatus, type TestBrowser } from './support/buyer.js'
import { openShop, type TestShop } from './support/open-shop.js'

let shop: TestShop
let buyer: TestBrowser
beforeAll(async () => {
  shop = await openShop()
  buyer = openBrowser(shop)
})
afterAll(() => shop.close())

test('who has sent a part can send the rest at once, and is told how much that is', async () => {
  const id = await buy(buyer, 'crypto-gateway')
  const payment = await paymentOf(shop, await orderIn(shop, id))
  await payment.act('pay', { amount: '10' })
  await untilStatus(shop, id, 'payment_detected')
  const { text } = await buyer.agent.get(paths.order(id))
  expect(text).toContain('you can send the other 16.00\u00a0USDT now, to the same address')
  expect(text).toContain('data-copy="16"')
  await payment.act('pay', { amount: '16' })
  await payment.act('confirm')
  await untilStatus(shop, id, 'confirmed')
})

test('coins that come over another network bring the order to review', async () => {
  const id = await buy(buyer, 'crypto-gateway')
  const payment = await paymentOf(shop, await orderIn(shop, id))
  await payment.act('pay-elsewhere')
  await payment.act('confirm')
  expect((await untilStatus(shop, id, 'needs_review')).payment.reasons).toEqual(['network_mismatch'])
})

test.each([
  ['coins-ph', 'If you cancel it at Coins.ph, they do not tell us'],
  ['city-pay', 'If its time runs out at CityPay, they do not tell us'],
] as const)('%s: the page says what it will not hear of', async (provider, text) => {
  const id = await buy(buyer, provider)
  expect((await buyer.agent.get(paths.order(id))).text).toContain(text)
})

test('who goes back from an order finds the way to it in the empty cart', async () => {
  const id = await buy(buyer, 'coins-ph')
  const back = await buyer.agent.get(paths.checkout).redirects(1)
  expect(back.text).toContain(`<a href="${paths.order(id)}">${(await orderIn(shop, id)).reference}</a>`)
  await buyer.post(paths.cart, { product: 'cups' })
  expect((await buyer.agent.get(paths.cart)).text).not.toContain('You have ordered')
})

test.each([
  [{ email: 'buyer@example.com' }, /<input type="radio" name="provider" value="stripe" required autofocus/],
  [{ provider: 'stripe', email: 'nobody' }, /<input id="email"[^>]* autofocus/],
])('a form with %j is shown again, and the first wrong field has the focus', async (form, field) => {
  await buyer.post(paths.cart, { product: 'cups' })
  const { status, text } = await buyer.post(paths.checkout, form)
  expect(status).toBe(422)
  expect(text).toMatch(field)
  expect(text.match(/ autofocus/g)).toHaveLength(1)
})
