import { expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import type { ProviderName } from '../shop/views/props.js'
import { describeBrowserShop } from './support/browser-shop.js'
import { count } from './support/buyer.js'

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click()

/** The buttons that a payer presses to pay in full, for each provider. */
const PAYER: Readonly<Record<ProviderName, readonly (string | RegExp)[]>> = {
  stripe: ['Pay: the card is good'],
  'crypto-gateway': [/^Pay \d/, 'Confirm'],
  'coinbar-pay': [/^Pay \d/, 'Confirm'],
  'coins-ph': [/^Pay \d/],
  'city-pay': ['Choose coin', /^Pay \d/, 'Confirm'],
}

const PRICE: Readonly<Record<ProviderName, string>> = {
  stripe: '€24.00',
  'crypto-gateway': '26.00 USDT',
  'coinbar-pay': '€24.00',
  'coins-ph': '₱1,500.00',
  'city-pay': '$26.00',
}

describeBrowserShop(
  'purchases in a browser',
  async () => ({}),
  ({ shop, openBuyer }) => {
    test.each(Object.keys(PAYER) as ProviderName[])('%s: from the catalogue to a confirmed order', async (provider) => {
      const shipped = await count(shop(), 'shipments')
      const buyer = await openBuyer()
      await buyer.order(provider)
      expect(await buyer.heading(/^Pay /).textContent()).toBe(`Pay ${PRICE[provider]}`.replace(' USDT', '\u00a0USDT'))
      const payer = await buyer.openPayerPage()
      await buyer.withoutReload(async () => {
        for (const button of PAYER[provider]) await press(payer, button)
        await buyer.heading('Thank you, it is paid').waitFor()
      })
      expect(await buyer.page.getByRole('listitem').filter({ hasText: 'Paid, done' }).count()).toBe(1)
      expect(await count(shop(), 'shipments')).toBe(shipped + 1)
    })

    test('the page shows a payment as soon as it is seen, with its transaction', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('crypto-gateway')
      const payment = await buyer.payment()
      await buyer.withoutReload(async () => {
        await payment.act('pay')
        await buyer.heading('We see your payment').waitFor()
      })
      expect(await buyer.page.getByText('On its way').first().isVisible()).toBe(true)
      expect(await buyer.fact('Hash').textContent()).toMatch(/^0x[0-9a-f]{64}$/)
      expect(await buyer.page.getByText('0 of 12 confirmations').isVisible()).toBe(true)
      expect(await buyer.page.locator('[data-announcer]').textContent()).toBe('We see your payment')
      expect(await buyer.page.title()).toMatch(/^We see your payment · /)
    })

    test.each(['crypto-gateway', 'coins-ph', 'city-pay'] as const)(
      '%s: a part is paid, then the rest',
      async (provider) => {
        const buyer = await openBuyer()
        await buyer.openOrder(provider)
        const payer = await buyer.openPayerPage()
        if (provider === 'city-pay') await press(payer, 'Choose coin')
        await buyer.withoutReload(async () => {
          await payer.getByRole('textbox', { name: /^Amount/ }).fill('10')
          await press(payer, 'Pay part')
          if (provider === 'crypto-gateway') await press(payer, 'Confirm')
          await buyer.heading(/still to pay$/).waitFor()
          expect(await buyer.page.locator('.due').textContent()).toContain(
            provider === 'coins-ph' ? '1,490.00' : '16.00',
          )
          await payer.reload()
          await press(payer, /^Pay \d/)
          if (provider !== 'coins-ph') await press(payer, 'Confirm')
          await buyer.heading('Thank you, it is paid').waitFor()
        })
      },
    )

    test('an overpayment is confirmed, and its excess noted for a refund', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('crypto-gateway')
      const payer = await buyer.openPayerPage()
      await press(payer, /^Overpay/)
      await press(payer, 'Confirm')
      await buyer.heading('Thank you, it is paid').waitFor()
      expect(await buyer.page.getByText('We noted a refund of 2.60').isVisible()).toBe(true)
    })

    test('a canceled payment can be tried again', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('coinbar-pay')
      const payer = await buyer.openPayerPage()
      await press(payer, 'Cancel')
      await buyer.heading('The payment was canceled').waitFor()
      await press(buyer.page, /^Try again/)
      await buyer.heading(/^Pay /).waitFor()
      const again = await buyer.openPayerPage()
      expect(again.url()).not.toBe(payer.url())
      for (const button of PAYER['coinbar-pay']) await press(again, button)
      await buyer.heading('Thank you, it is paid').waitFor()
    })

    test('a failed transaction leaves the address open for another', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('crypto-gateway')
      const payment = await buyer.payment()
      await payment.act('pay')
      await payment.act('fail')
      await buyer.heading('The payment did not go through').waitFor()
      await payment.act('pay')
      await payment.act('confirm')
      await buyer.heading('Thank you, it is paid').waitFor()
    })

    test('a refund after success shows on the page that is still open', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('coinbar-pay')
      const payment = await buyer.payment()
      await buyer.withoutReload(async () => {
        await payment.act('pay')
        await payment.act('confirm')
        await buyer.heading('Thank you, it is paid').waitFor()
        await payment.act('refund')
        await buyer.heading('Your money went back').waitFor()
        // The order is final: the page no longer listens, and shows no warning about it.
        await buyer.page.locator('[data-connection]:empty').waitFor({ state: 'attached' })
      })
    })

    test('who pays in the same tab comes back to the order as the shop knows it', async () => {
      const buyer = await openBuyer()
      await buyer.order('coinbar-pay')
      await buyer.page.locator('#pay').click()
      await press(buyer.page, /^Pay \d/)
      await buyer.page.getByRole('link', { name: 'Back to the shop' }).click()
      await buyer.heading('We see your payment').waitFor()
      expect(await buyer.page.getByText('You are back from CoinbarPay.').isVisible()).toBe(true)
      await buyer.page.goto('/return?status=SUCCESS&paid=true')
      expect(await buyer.heading('We see your payment').count()).toBe(1)
    })
  },
)
