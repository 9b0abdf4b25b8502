/** The page in Chromium: findings of axe, on a phone and a wide screen, in light and dark, and with the keyboard only. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { chromium, type Browser } from 'playwright-core'
import { axeIn, bringAxe } from '../support/axe.js'
import { claimRequest } from '../support/claim-request.js'
import { findChromium } from '../support/find-program.js'
import { CHROMIUM, describeWith } from '../support/needs.js'
import { openOperatorPage } from '../support/operator-page.js'

describeWith(CHROMIUM, 'the operator page in a browser', () => {
  jest.setTimeout(120_000)
  let browser: Browser
  let shop: Awaited<ReturnType<typeof openOperatorPage>>
  let views: Readonly<Record<string, string>>

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: findChromium()!, args: ['--no-sandbox', '--disable-gpu'] })
    const queue = { counts: async () => ({ waiting: 3, active: 1, failed: 0 }) }
    shop = await openOperatorPage({ authorize: () => 'Ada', queue })
    const { store } = shop
    const failed = claimRequest({
      eventId: 'acme:failed',
      orderId: `ORDER-${'7'.repeat(200)}`,
      paymentId: 'pay_7',
      amount: '10 EUR',
    })
    await store.claim(failed)
    const kept = { form: 'delivery', body: Buffer.from('{"id":7}'), headers: { 'x-id': 'w'.repeat(300) } } as const
    await store.release(failed.key, failed.token, 'w'.repeat(1000), 'failed', {
      ...kept,
      retryInMs: 60_000,
      isAccepted: true,
    })
    const dismissed = claimRequest({ eventId: 'acme:dismissed', orderId: 'ORDER-deleted' })
    await store.claim(dismissed)
    await store.release(dismissed.key, dismissed.token, 'no such order')
    await store.dismiss(dismissed.key)
    for (let at = 0; at < 60; at++) {
      const done = claimRequest({ orderId: `ORDER-${at}` })
      await store.claim(done)
      await store.complete(done.key, done.token)
    }
    const key = 'q'.repeat(43)
    const why = { code: 'ID_CONFLICT', message: 'known with other content' }
    await store.quarantine({
      key,
      provider: 'acme',
      account: 'eu',
      eventId: 'acme:failed',
      orderId: 'ORDER-7',
      ...why,
      body: Buffer.from([0, 255]),
      headers: {},
    })
    views = {
      list: '/',
      nothing: '/?q=ORDER-none',
      event: `/event?key=${failed.key}`,
      quarantined: `/event?key=${key}`,
      dismissed: `/event?key=${dismissed.key}`,
      dismiss: `/dismiss?key=${key}`,
      'dismiss event': `/dismiss?key=${failed.key}`,
      missing: '/event?key=none',
    }
  })
  afterAll(async () => {
    await browser?.close()
    await shop?.close()
  })

  test.each([
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
    { width: 1280, colorScheme: 'light' },
    { width: 1280, colorScheme: 'dark' },
  ] as const)(
    '$width pixels, $colorScheme: axe finds nothing, and no view is wider than the screen',
    async (screen) => {
      const { width, colorScheme } = screen
      const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme })
      const breaches: string[] = []
      page.on('console', (message) => void (/policy|blocked/i.test(message.text()) && breaches.push(message.text())))
      const faults: Record<string, unknown> = {}
      for (const [name, view] of Object.entries(views)) {
        await page.goto(`${shop.origin}${shop.path}${view}`)
        for (const summary of await page.locator('summary').all()) await summary.click()
        await bringAxe(page)
        const { passed, found } = await axeIn(page)
        expect(passed).toBeGreaterThan(15)
        const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
        // The stylesheet was applied: if a policy blocked it, the page would have no style to check.
        const isStyled = await page.evaluate(() => getComputedStyle(document.body).margin === '0px')
        if (found.length > 0 || isTooWide || !isStyled || breaches.length > 0)
          faults[name] = { found, isTooWide, isStyled, breaches: breaches.splice(0) }
      }
      expect(faults).toEqual({})
      await page.close()
    },
  )

  test('by keyboard alone, without scripts: from the search to the event, to the second question, and back', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(`${shop.origin}${shop.path}/`)
    await page.keyboard.press('Tab')
    expect(await page.getByRole('link', { name: 'Skip to the content' }).isVisible()).toBe(true)
    await page.getByRole('searchbox', { name: 'Order, payment or event' }).focus()
    await page.keyboard.type('ORDER-7')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'What came for ORDER-7' }).waitFor()
    await page.getByRole('link', { name: 'ID_CONFLICT' }).first().press('Enter')
    await page.getByRole('link', { name: 'Dismiss' }).press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Dismiss this delivery?' }).waitFor()
    await page.getByRole('button', { name: 'Dismiss it for good' }).press('Enter')
    await page.getByText('The delivery is dismissed. It was deleted with its body.').waitFor()
    expect(await shop.store.getEvent('q'.repeat(43))).toBeNull()
    await context.close()
  })
})
