import { expect, test } from '@jest/globals'
import type { ProviderName } from '../shop/views/props.js'
import { describeBrowserShop, type Buyer } from './support/browser-shop.js'
import { count, PAYING } from './support/buyer.js'
import { until } from './support/open-shop.js'

type Payment = Awaited<ReturnType<Buyer['payment']>>

async function payInFull(payment: Payment, provider: ProviderName): Promise<void> {
  for (const action of PAYING[provider]) await payment.act(action, action === 'choose-coin' ? { coin: 'eth' } : {})
}

/** Waits until the sandbox has nothing left to deliver. */
function allDelivered(payment: Payment) {
  return until(payment.view, ({ deliveries }) => deliveries.every(({ state }) => state !== 'waiting'))
}

describeBrowserShop(
  'callbacks as networks and forgers deliver them, seen in a browser',
  async () => ({}),
  ({ shop, openBuyer }) => {
    const providers = Object.keys(PAYING) as ProviderName[]

    test.each(providers)('%s: every callback five times at once is one payment and one shipment', async (provider) => {
      const shipped = await count(shop(), 'shipments')
      const buyer = await openBuyer()
      await buyer.openOrder(provider)
      const payment = await buyer.payment()
      await payment.deliver({ copies: 5, parallel: true })
      await buyer.withoutReload(async () => {
        await payInFull(payment, provider)
        await buyer.heading('Thank you, it is paid').waitFor()
      })
      await allDelivered(payment)
      const counter = await buyer.page.context().newPage()
      await counter.goto((await payment.view()).payerUrl)
      // CityPay's callbacks prove nothing: each means the status that the order has when it is read back.
      const copies = provider === 'city-pay' ? / 5 times: .*duplicates$/ : / 5 times: 1 handled, 4 duplicates$/
      expect(await counter.getByText(copies).count()).toBeGreaterThan(0)
      await counter.close()
      await buyer.page.reload()
      expect(await buyer.heading('Thank you, it is paid').count()).toBe(1)
      expect(await buyer.page.getByText('Paid above the price').count()).toBe(0)
      expect(await count(shop(), 'shipments')).toBe(shipped + 1)
    })

    test.each(['crypto-gateway', 'coinbar-pay', 'city-pay'] as const)(
      '%s: callbacks in another order do not take back what is paid',
      async (provider) => {
        const buyer = await openBuyer()
        await buyer.openOrder(provider)
        const payment = await buyer.payment()
        await payment.deliver({ outOfOrder: true })
        await payInFull(payment, provider)
        // Releases every callback that still waits to be overtaken.
        await payment.deliver({ outOfOrder: false })
        await allDelivered(payment)
        await buyer.heading('Thank you, it is paid').waitFor()
        await buyer.page.reload()
        expect(await buyer.heading('Thank you, it is paid').count()).toBe(1)
      },
    )

    test('the log of the sandbox follows by itself, and what cannot be read is shown as kept for the operator', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('coins-ph')
      const payment = await buyer.payment()
      await buyer.page.goto((await payment.view()).payerUrl)
      await buyer.withoutReload(async () => {
        await payment.trouble('unreadable')
        await buyer.page.getByText('answered 200: kept for the operator').waitFor()
      })
      await buyer.page.getByRole('link', { name: 'To the shop', exact: true }).click()
      await buyer.page.waitForURL(`${shop().shop.url}/`)
    })

    test('buttons of the sandbox that bring a person in say what will happen, and the log what came of it', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('coins-ph')
      const payer = await buyer.openPayerPage()
      const press = async (name: RegExp, explanation: RegExp) => {
        const button = payer.getByRole('button', { name })
        const described = (await button.getAttribute('aria-describedby'))!
        expect(await payer.locator(`#${described}`).textContent()).toMatch(explanation)
        await button.click()
      }
      const entry = (event: RegExp) =>
        payer.getByRole('region', { name: 'Callbacks' }).getByRole('listitem').filter({ hasText: event }).first()

      await press(/with other content/, /waits in quarantine/)
      await entry(/with other content/)
        .getByText('answered 200: kept for the operator')
        .waitFor()
      expect(new URL(payer.url()).hash).toBe('#log')
      await press(/in another currency/, /goes into review/)
      await entry(/in USD/)
        .getByText('answered 200: handled')
        .waitFor()
      await buyer.heading('Somebody is looking at your payment').waitFor()
      await payer.close()
    })

    test('what was bought can be ordered again', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('coins-ph')
      await payInFull(await buyer.payment(), 'coins-ph')
      await buyer.page.getByRole('button', { name: 'Put the same into the cart again' }).click()
      await buyer.page.waitForURL('**/cart')
      expect(await buyer.page.getByRole('link', { name: 'Check out' }).count()).toBeGreaterThan(0)
    })

    test('callbacks that come late find the page waiting', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('coins-ph')
      const payment = await buyer.payment()
      await payment.deliver({ stopped: true })
      await payment.act('pay')
      expect((await payment.view()).deliveries.some(({ state }) => state === 'waiting')).toBe(true)
      expect(await buyer.heading(/^Pay /).count()).toBe(1)
      await buyer.withoutReload(async () => {
        await payment.deliver({ stopped: false })
        await buyer.heading('Thank you, it is paid').waitFor()
      })
    })

    test.each(providers)('%s: a forged callback changes nothing', async (provider) => {
      const shipped = await count(shop(), 'shipments')
      const buyer = await openBuyer()
      await buyer.openOrder(provider)
      const payment = await buyer.payment()
      await payment.trouble('forged')
      const { deliveries } = await until(payment.view, ({ deliveries }) =>
        deliveries.some(({ forged, attempts }) => forged && attempts.length > 0),
      )
      const { attempts } = deliveries.find(({ forged }) => forged)!
      // CityPay signs nothing: its callback is accepted, and the payment is read back from the provider.
      if (provider !== 'city-pay') expect(attempts[0]).toMatchObject({ status: 401 })
      await buyer.page.reload()
      expect(await buyer.heading(/^Pay /).count()).toBe(1)
      expect(await count(shop(), 'shipments')).toBe(shipped)
      await payInFull(payment, provider)
      await buyer.heading('Thank you, it is paid').waitFor()
    })
  },
)
