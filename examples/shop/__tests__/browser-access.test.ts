import { expect, test } from '@jest/globals'
import type { Locator, Page } from 'playwright-core'
import { describeBrowserShop } from './support/browser-shop.js'

/** Presses Tab until the target has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error(`Tab never reaches ${String(target)}`)
}

describeBrowserShop(
  'the shop without a mouse, and without scripts',
  async () => ({}),
  ({ openBuyer }) => {
    test('a keyboard is enough to buy', async () => {
      const { page, heading } = await openBuyer()
      const go = async (target: Locator, key = 'Enter') => {
        await tabTo(page, target)
        await page.keyboard.press(key)
      }
      await page.goto('/')
      await go(page.getByRole('link', { name: 'Skip to the content' }))
      expect(new URL(page.url()).hash).toBe('#main')
      await go(page.getByRole('button', { name: 'Add to cart Gooseneck kettle' }))
      await page.getByRole('heading', { name: 'Your cart' }).waitFor()
      await go(page.getByRole('link', { name: 'Check out' }))
      await page.getByRole('heading', { name: 'Checkout' }).waitFor()
      await go(page.getByRole('radio').first(), 'Space')
      await page.keyboard.press('ArrowDown')
      expect(await page.getByRole('radio').nth(1).isChecked()).toBe(true)
      await tabTo(page, page.getByRole('textbox', { name: 'Your e-mail address' }))
      await page.keyboard.type('buyer@example.com')
      await page.keyboard.press('Enter')
      await heading(/^Pay /).waitFor()
      await tabTo(page, page.locator('#pay, #wallet'))
    })

    test('focus stays where it was when the page updates itself', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('coins-ph')
      await tabTo(buyer.page, buyer.page.locator('#pay'))
      const payment = await buyer.payment()
      await payment.act('pay', { amount: '10' })
      await buyer.heading(/still to pay$/).waitFor()
      expect(await buyer.page.evaluate(() => document.activeElement?.id)).toBe('pay')
      await payment.act('pay')
      await buyer.heading('Thank you, it is paid').waitFor()
      expect(await buyer.page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    })

    test('what is wrong with a form is said beside its fields, and what was right is kept', async () => {
      const { page, expectProblems } = await openBuyer()
      expectProblems(/status of 422/)
      await page.goto('/')
      await page.getByRole('button', { name: 'Add to cart Pair of cups' }).click()
      await page.getByRole('link', { name: 'Check out' }).click()
      await page.getByRole('radio', { name: /CityPay/ }).check()
      await page.getByRole('textbox').fill('nobody')
      const answered = page.waitForResponse((response) => response.request().method() === 'POST')
      await page.getByRole('button', { name: 'Place the order' }).click()
      expect((await answered).status()).toBe(422)
      const email = page.getByRole('textbox')
      expect(await email.getAttribute('aria-invalid')).toBe('true')
      expect(await email.getAttribute('aria-describedby')).toContain('email-problem')
      expect(await page.locator('#email-problem').textContent()).toContain('e-mail address')
      expect(await email.inputValue()).toBe('nobody')
      expect(await page.getByRole('radio', { name: /CityPay/ }).isChecked()).toBe(true)
    })

    test('without scripts, everything works and the page loads itself again', async () => {
      const buyer = await openBuyer({ javaScriptEnabled: false })
      await buyer.order('coins-ph')
      expect(await buyer.page.locator('meta[http-equiv="refresh"]').getAttribute('content')).toBe('15')
      await buyer.page.locator('#pay').click()
      await buyer.page.getByRole('button', { name: /^Pay \d/ }).click()
      await buyer.page.getByRole('link', { name: 'Back to the shop' }).click()
      await buyer.heading('Thank you, it is paid').waitFor()
    })
  },
)
