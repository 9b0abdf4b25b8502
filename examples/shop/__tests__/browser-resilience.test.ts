import { expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { freePort } from '../../../__tests__/support/free-port.js'
import { describeBrowserShop } from './support/browser-shop.js'

describeBrowserShop(
  'the order page when things around it fail',
  async () => {
    // A restarted shop must have the same address.
    const port = await freePort()
    return { config: { port, publicUrl: `http://127.0.0.1:${port}` } }
  },
  ({ openBuyer, restart }) => {
    test('asks by itself where the stream cannot get through', async () => {
      const buyer = await openBuyer()
      buyer.expectProblems(/net::ERR_FAILED.*\/events$/)
      await buyer.page.route('**/events', (route) => route.abort())
      await buyer.openOrder('coinbar-pay')
      const payment = await buyer.payment()
      await buyer.withoutReload(async () => {
        await payment.act('pay')
        await buyer.heading('We see your payment').waitFor()
        await payment.act('confirm')
        await buyer.heading('Thank you, it is paid').waitFor()
      })
    })

    test('goes on after the shop was restarted in the middle of a payment', async () => {
      const buyer = await openBuyer()
      buyer.expectProblems(/net::ERR_/)
      await buyer.openOrder('crypto-gateway')
      const before = await buyer.payment()
      await buyer.withoutReload(async () => {
        await before.act('pay')
        await buyer.heading('We see your payment').waitFor()
        await restart()
        const after = await buyer.payment()
        await after.act('confirm')
        await buyer.heading('Thank you, it is paid').waitFor()
        await buyer.page.getByText('This page keeps itself up to date.').waitFor()
      })
    })

    test('says so when it has lost the shop, and when it has it back', async () => {
      const buyer = await openBuyer()
      buyer.expectProblems(/net::ERR_/)
      await buyer.openOrder('coinbar-pay')
      await buyer.page.getByText('This page keeps itself up to date.').waitFor()
      await buyer.page.context().setOffline(true)
      await restart()
      await buyer.page.getByText('No connection to the shop. Trying again…').waitFor()
      await buyer.page.context().setOffline(false)
      await buyer.page.getByText('This page keeps itself up to date.').waitFor()
    })

    test('leaves the browser’s six connections to whichever of many tabs is seen', async () => {
      const buyer = await openBuyer()
      const context = buyer.page.context()
      // Playwright keeps every tab visible, so the test sends each tab the signal that a browser would send.
      const show = (page: Page, state: 'hidden' | 'visible') =>
        page.evaluate((visibilityState) => {
          Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => visibilityState })
          document.dispatchEvent(new Event('visibilitychange'))
        }, state)
      await buyer.openOrder('coinbar-pay')
      const payment = await buyer.payment()
      let seen = buyer.page
      for (let tab = 2; tab <= 8; tab++) {
        await seen.getByText('This page keeps itself up to date.').waitFor()
        await show(seen, 'hidden')
        seen = await context.newPage()
        await seen.goto(buyer.page.url())
      }
      await payment.act('pay')
      await seen.getByRole('heading', { name: 'We see your payment' }).waitFor()
      expect(await buyer.heading('We see your payment').count()).toBe(0)
      await show(seen, 'hidden')
      await buyer.withoutReload(async () => {
        await show(buyer.page, 'visible')
        await buyer.heading('We see your payment').waitFor()
        await payment.act('confirm')
        await buyer.heading('Thank you, it is paid').waitFor()
      })
    })

    test('counts down by the server’s clock where the browser’s is wrong', async () => {
      const buyer = await openBuyer()
      await buyer.page.clock.setSystemTime(Date.now() + 3 * 60 * 60 * 1000)
      await buyer.openOrder('coins-ph')
      const countdown = buyer.page.locator('[data-countdown]')
      const shown = await countdown.textContent()
      expect(shown).toMatch(/^(30:00|29:\d\d)$/)
      // The countdown moves, and still shows the time that the server would show.
      await buyer.page.locator(`[data-countdown]:not(:text-is("${shown}"))`).waitFor()
      expect(await countdown.textContent()).toMatch(/^29:\d\d$/)
    })

    test('nothing moves while the page comes to life', async () => {
      const { page, openOrder } = await openBuyer({ viewport: { width: 390, height: 844 } })
      await page.addInitScript(() => {
        const shifts: number[] = []
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value)
        }).observe({ type: 'layout-shift', buffered: true })
        Object.assign(window, { shifts })
      })
      await openOrder('crypto-gateway')
      await page.getByText('This page keeps itself up to date.').waitFor()
      // The browser reports a shift with the frame that shows it.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
      expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([])
    })

    test('copies the address and the amount', async () => {
      const buyer = await openBuyer({ permissions: ['clipboard-read', 'clipboard-write'] })
      await buyer.openOrder('crypto-gateway')
      const clipboard = () => buyer.page.evaluate(() => navigator.clipboard.readText())
      await buyer.page.getByRole('button', { name: 'Copy the address' }).click()
      await buyer.page.getByText('Copied').first().waitFor()
      expect(await clipboard()).toMatch(/^0x[0-9a-fA-F]{40}$/)
      await buyer.page.getByRole('button', { name: 'Copy the amount' }).click()
      await buyer.page.getByRole('button', { name: 'Copied the amount' }).waitFor()
      expect(await clipboard()).toBe('26')
    })
  },
)
