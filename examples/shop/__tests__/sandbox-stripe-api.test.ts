/** The sandbox's Stripe as its official client calls it: `sandbox/api/stripe.ts`. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { newAccounts } from '../sandbox/accounts.js'
import { openSandbox, stripeClient } from './support/sandbox.js'

let world: Awaited<ReturnType<typeof openSandbox>>
beforeEach(async () => void (world = await openSandbox()))
afterEach(() => world.close())

const client = () => stripeClient(world.url, world.accounts)

async function play(id: string, ...actions: string[]): Promise<void> {
  for (const action of actions) await world.control.act('stripe', id, action)
  await world.control.quiet('stripe', id)
}

describe("its API, through Stripe's own client", () => {
  test('a session has a page of its own, and no intent before it is paid', async () => {
    const session = await world.calls.session('ORDER-1')
    expect(session).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: null,
      amount_total: 4990,
    })
    const page = await (await fetch(session.url!)).text()
    expect(page).toContain('ORDER-1')
    expect(page).toContain('href="https://shop.example/return"')
  })

  test('without the key it is refused', async () => {
    const stranger = stripeClient(world.url, newAccounts())
    await expect(stranger.refunds.create({ payment_intent: 'pi_1' })).rejects.toThrow('Invalid API Key provided')
  })

  test('the same Idempotency-Key refunds once', async () => {
    const id = await world.calls.intent('ORDER-1')
    await play(id, 'pay-by-card')
    const refund = () => client().refunds.create({ payment_intent: id, amount: 1500 }, { idempotencyKey: 'refund-1' })
    expect((await refund()).id).toBe((await refund()).id)
    expect((await world.control.view('stripe', id)).facts).toEqual([{ name: 'Refunded', amount: '15' }])
  })

  test('no more goes back than came, and nothing while the bank has it', async () => {
    const id = await world.calls.intent('ORDER-1')
    await play(id, 'pay-by-card')
    await expect(client().refunds.create({ payment_intent: id, amount: 4991 })).rejects.toThrow('more than is left')
    await play(id, 'dispute')
    await expect(client().refunds.create({ payment_intent: id, amount: 100 })).rejects.toThrow(/status of succeeded/)
  })

  test('no more is captured than was reserved, and nothing that was not', async () => {
    const id = await world.calls.intent('ORDER-1')
    await expect(client().paymentIntents.capture(id)).rejects.toThrow('requires_payment_method')
    await play(id, 'reserve')
    await expect(client().paymentIntents.capture(id, { amount_to_capture: 4991 })).rejects.toThrow(
      'more than the amount',
    )
    await expect(client().paymentIntents.capture('pi_nobody')).rejects.toThrow('No such payment_intent')
  })

  test.each([
    [29, false],
    [31, true],
    [24 * 60 + 1, false],
  ])('a session that ends in %i minutes: taken is %s', async (minutes, isTaken) => {
    const expires_at = Math.floor(Date.now() / 1000) + minutes * 60
    const made = client().checkout.sessions.create({
      mode: 'payment',
      success_url: 'https://shop.example/return',
      expires_at,
      line_items: [{ quantity: 1, price_data: { currency: 'eur', unit_amount: 100, product_data: { name: 'Scoop' } } }],
    })
    if (isTaken) expect((await made).expires_at).toBe(expires_at)
    else await expect(made).rejects.toThrow('between 30 minutes and 24 hours')
  })
})
