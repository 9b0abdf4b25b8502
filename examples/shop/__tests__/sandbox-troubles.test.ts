/** Effects in the shop of the sandbox's callbacks that need a person: `sandbox/troubles.ts`. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { ProviderName } from '../shop/views/props.js'
import type { Trouble } from '../sandbox/troubles.js'
import { buy, count, openBrowser, orderIn, PAYING, paymentOf, untilQuiet, untilStatus } from './support/buyer.js'
import { openShop, type TestShop } from './support/open-shop.js'

let shop: TestShop
beforeAll(async () => void (shop = await openShop()))
afterAll(() => shop.close())

const SIGNED = ['coins-ph', 'crypto-gateway', 'coinbar-pay', 'stripe'] as const

async function ordered(provider: ProviderName) {
  const id = await buy(openBrowser(shop), provider)
  await untilQuiet(shop, id)
  return { id, payment: await paymentOf(shop, await orderIn(shop, id)) }
}

const quarantined = async (reference: string) => {
  const events = await shop.db.events.listEvents({ state: 'quarantined' })
  return events.filter(({ orderId }) => orderId === reference)
}

test.each(SIGNED)('%s, in another currency: the order goes into review, and nothing is shipped', async (provider) => {
  const shipped = await count(shop, 'shipments')
  const { id, payment } = await ordered(provider)
  await payment.trouble('other-currency')
  const { payment: state } = await untilStatus(shop, id, 'needs_review')
  expect(state.reasons).toEqual(['currency_mismatch'])
  await untilQuiet(shop, id)
  const [sent] = (await payment.view()).deliveries
  expect(sent).toMatchObject({ forged: false, attempts: [{ status: 200, outcome: 'handled' }] })
  expect(await count(shop, 'shipments')).toBe(shipped)
})

test('paid after the time to pay: it waits for that, and then the order goes into review', async () => {
  const brief = await openShop({ config: { paymentWindowMs: 1000 } })
  try {
    const orders = await Promise.all(SIGNED.map((provider) => buy(openBrowser(brief), provider)))
    for (const id of orders) await (await paymentOf(brief, await orderIn(brief, id))).trouble('late')
    for (const id of orders) {
      const { payment } = await untilStatus(brief, id, 'needs_review')
      expect(payment.reasons).toContain('paid_late')
    }
    expect(await count(brief, 'shipments')).toBe(0)
  } finally {
    await brief.close()
  }
})

test.each(SIGNED)('%s: an id that comes with other content is kept for the operator, each copy', async (provider) => {
  const { id, payment } = await ordered(provider)
  for (const action of PAYING[provider]) await payment.act(action)
  await untilStatus(shop, id, 'confirmed')
  await untilQuiet(shop, id)
  const paid = await orderIn(shop, id)
  await payment.deliver({ copies: 3, parallel: true })
  await payment.trouble('other-content')
  await untilQuiet(shop, id)
  const copies = (await payment.view()).deliveries.slice(0, 3)
  expect(copies.map(({ event, attempts }) => [event.split(', ')[1], attempts.map(({ outcome }) => outcome)])).toEqual(
    Array(3).fill(['with other content', ['quarantined']]),
  )
  expect((await orderIn(shop, id)).payment).toEqual(paid.payment)
  const kept = await quarantined(paid.reference)
  expect(new Set(kept.map(({ code }) => code))).toEqual(new Set(['ID_CONFLICT']))
})

test.each(SIGNED)('%s: what nobody can read is kept for the operator', async (provider) => {
  const { id, payment } = await ordered(provider)
  await payment.trouble('unreadable')
  await untilQuiet(shop, id)
  const [sent] = (await payment.view()).deliveries
  expect(sent).toMatchObject({ event: 'a new form', attempts: [{ status: 200, outcome: 'quarantined' }] })
  expect((await orderIn(shop, id)).payment.status).toBe('awaiting_payment')
})

test.each(['coinbar-pay', 'stripe'] as const)('%s: what was never sent cannot be contradicted', async (provider) => {
  const { payment } = await ordered(provider)
  const trouble: Trouble = 'other-content'
  await expect(payment.trouble(trouble)).rejects.toThrow('409')
})
