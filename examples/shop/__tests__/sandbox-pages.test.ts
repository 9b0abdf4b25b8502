/** Deliveries, and events without a callback, on the sandbox's pages: `sandbox/view.ts`, `sandbox/pages`. */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openSandbox } from './support/sandbox.js'

let world: Awaited<ReturnType<typeof openSandbox>>
beforeEach(async () => void (world = await openSandbox()))
afterEach(() => world.close())

const pageOf = async (provider: string, id: string): Promise<string> =>
  (await fetch((await world.control.view(provider, id)).payerUrl)).text()

test('an invoice that is canceled says that the shop hears nothing of it', async () => {
  const { id } = await world.calls.invoice('ORDER-1')
  expect(await pageOf('coins-ph', id)).not.toContain('sends nothing about this')
  await world.control.act('coins-ph', id, 'cancel')
  expect(await pageOf('coins-ph', id)).toContain('Coins.ph sends nothing about this')
})

test('an order of CityPay that runs out of time says so too', async () => {
  const { id } = await world.calls.cityPayOrder('ORDER-1', 'token-1')
  await world.control.act('city-pay', id, 'expire')
  expect(await pageOf('city-pay', id)).toContain('CityPay sends nothing about this')
})

test('a delivery shows its body and its headers, and no whole proof', async () => {
  const { id } = await world.calls.invoice('ORDER-1')
  await world.control.quiet('coins-ph', id)
  const { token } = world.accounts.coinsPh
  const page = await pageOf('coins-ph', id)
  expect(page).toContain(`authorization: Token ${token.slice(0, 18)}…`)
  expect(page).not.toContain(token)
  expect(page).toContain('&quot;external_transaction_id&quot;: &quot;ORDER-1&quot;')
})

test('a callback in a form that nobody documented is authentic, and of no use', async () => {
  const { id } = await world.calls.invoice('ORDER-1')
  await world.control.trouble('coins-ph', id, 'unreadable')
  const [unreadable] = (await world.control.quiet('coins-ph', id)).deliveries
  expect(unreadable).toMatchObject({ event: 'a new form', forged: false })
  expect(new Set(world.receiver.errors)).toEqual(new Set(['PAYLOAD_INVALID']))
})

test('where nothing proves the origin of a callback, its content cannot bring a person in', async () => {
  const { id } = await world.calls.cityPayOrder('ORDER-1', 'token-1')
  expect((await world.control.view('city-pay', id)).troubles).toEqual(['forged'])
  expect(await pageOf('city-pay', id)).toContain('the shop reads the order back')
})

test('a payment that is paid has no trouble left that would bring its order into review', async () => {
  const { id } = await world.calls.invoice('ORDER-1')
  await world.control.quiet('coins-ph', id)
  const { troubles } = await world.control.view('coins-ph', id)
  expect(troubles).toEqual(['forged', 'other-currency', 'late', 'unreadable', 'other-content'])
  await world.control.act('coins-ph', id, 'pay')
  expect((await world.control.quiet('coins-ph', id)).troubles).toEqual(['forged', 'unreadable', 'other-content'])
})
