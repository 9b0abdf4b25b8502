import { expect, test } from '@jest/globals'
import { coinsPh } from 'express-payment-webhooks'
import { signedRequest } from 'express-payment-webhooks/testing'
import type { Page } from 'playwright-core'
import { describeBrowserShop } from './support/browser-shop.js'
import { OPERATOR_TOKEN } from './support/open-shop.js'

async function logIn(page: Page): Promise<void> {
  await page.goto('/operator')
  await page.getByLabel('Operator token').fill(OPERATOR_TOKEN)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { name: 'Orders', level: 1 }).waitFor()
}

describeBrowserShop(
  'the operator’s pages in a browser',
  async () => ({}),
  ({ shop, openBuyer }) => {
    test('nobody gets in without the token, and nobody stays in after logging out', async () => {
      const { page, expectProblems } = await openBuyer()
      expectProblems(/status of 401/)
      await page.goto('/operator/events')
      await page.getByLabel('Operator token').fill('not the token of this shop')
      await page.getByRole('button', { name: 'Log in' }).click()
      expect(await page.getByRole('alert').textContent()).toContain('not the operator token')
      await logIn(page)
      await page.getByRole('button', { name: 'Log out' }).click()
      await page.goto('/operator')
      await page.getByLabel('Operator token').waitFor()
    })

    test.each([390, 1280])('the bar is read by Tab in the order in which it is seen, %i px wide', async (width) => {
      const { page } = await openBuyer()
      await page.setViewportSize({ width, height: 800 })
      await logIn(page)
      const bar = page.locator('.operator-bar')
      const seen = await bar.locator('a, input:not([type="hidden"]), button').evaluateAll((elements) =>
        elements.map((element) => {
          const { left, right, top, bottom } = element.getBoundingClientRect()
          return { left, right, top, bottom }
        }),
      )
      expect(seen).toHaveLength(5)
      for (const [at, one] of seen.entries()) {
        const next = seen[at + 1]
        // To the right of the previous one, or in a row below it.
        if (next !== undefined) expect(next.left >= one.right || next.top >= one.bottom).toBe(true)
        expect(one.right).toBeLessThanOrEqual(width)
      }
    })

    test('an order shows everything that happened to it', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('crypto-gateway', { email: 'history@example.com' })
      const payment = await buyer.payment()
      await payment.act('pay')
      await payment.act('confirm')
      await buyer.heading('Thank you, it is paid').waitFor()

      const { page } = await openBuyer()
      await logIn(page)
      await page.getByRole('link', { name: /^Paid/ }).click()
      const row = page.getByRole('article').filter({ hasText: 'history@example.com' })
      await row.getByRole('link').click()
      const audit = page.getByRole('region', { name: 'What happened' }).getByRole('listitem')
      await audit.filter({ hasText: 'transaction.confirmed' }).waitFor()
      expect(await audit.filter({ hasText: 'transaction.detected' }).count()).toBe(1)
      expect(await page.locator('dt:text-is("Shipped") + dd time').count()).toBe(1)

      await page.getByRole('navigation', { name: 'Operator' }).getByRole('link', { name: 'Events' }).click()
      await page.getByRole('link', { name: /^Done/ }).click()
      expect(await page.getByRole('link', { name: 'transaction.confirmed', exact: true }).count()).toBe(1)
    })

    test('a delivery in quarantine can be looked at, replayed and dismissed', async () => {
      const provider = coinsPh(shop().accounts.coinsPh)
      const { headers, body } = signedRequest(provider, { event: { name: 'invoice.fully_paid', data: { id: 7 } } })
      const answer = await fetch(`${shop().shop.url}/webhooks/coins-ph`, { method: 'POST', headers, body })
      expect(answer.status).toBe(200)

      const { page } = await openBuyer()
      await logIn(page)
      await page.getByRole('link', { name: /^Events/ }).click()
      await page.getByRole('link', { name: /^Quarantined/ }).click()
      await page.getByRole('link', { name: 'PAYLOAD_INVALID' }).click()
      await page.getByText('The delivery, as it came').click()
      await page.getByText('invoice.fully_paid').first().waitFor()
      await page.getByRole('button', { name: 'Run it again' }).click()
      await page.getByText('failed again, for the reason below').waitFor()
      await page.getByRole('link', { name: 'Dismiss' }).click()
      await page.getByRole('button', { name: 'Dismiss it for good' }).click()
      await page.getByText('The delivery is dismissed. It was deleted with its body.').waitFor()
    })
  },
)
