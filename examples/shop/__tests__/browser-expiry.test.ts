import { setTimeout } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { describeBrowserShop } from './support/browser-shop.js'
import { OPERATOR_TOKEN } from './support/open-shop.js'

describeBrowserShop(
  'an order with four seconds to pay, in a browser',
  async () => ({ config: { paymentWindowMs: 4000 } }),
  ({ openBuyer }) => {
    test('the countdown ends, the order expires, and nothing is left to pay with', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('coins-ph')
      expect(await buyer.page.locator('[data-countdown]').textContent()).toMatch(/^0:0[0-4]$/)
      await buyer.withoutReload(() => buyer.heading('The time to pay is over').waitFor())
      await buyer.page.locator('.badge:text-is("Expired")').waitFor()
      expect(await buyer.page.locator('#pay').count()).toBe(0)
      expect(await buyer.page.locator('[data-countdown]').count()).toBe(0)
    })

    test('what is paid late waits for the operator, whose decision reaches the buyer', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('crypto-gateway')
      const orderPath = new URL(buyer.page.url()).pathname
      const payment = await buyer.payment()
      await buyer.page.locator('.badge:text-is("Expired")').waitFor()

      await buyer.withoutReload(async () => {
        // The gateway's transactions are dated to the second.
        await setTimeout(1000)
        await payment.act('pay')
        await payment.act('confirm')
        await buyer.heading('Somebody is looking at your payment').waitFor()

        const { page } = await openBuyer()
        await page.goto('/operator')
        await page.getByLabel('Operator token').fill(OPERATOR_TOKEN)
        await page.getByRole('button', { name: 'Log in' }).click()
        await page.getByRole('link', { name: /^Being checked/ }).click()
        await page.goto(`/operator${orderPath}`)
        await page.getByText('It was paid in full, but after the deadline.').waitFor()
        await page.getByRole('button', { name: 'Accept as paid' }).click()
        await page.getByText('You accepted it.').waitFor()

        await buyer.heading('Thank you, it is paid').waitFor()
      })
    })
  },
)
