import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { formatRemaining } from '../shop/views/format.js'
import { renderPage } from '../shop/views/index.js'
import { CHROMIUM, describeWith } from '../../../__tests__/support/needs.js'
import { launchBrowser } from './support/chromium.js'
import { faultsOf } from './support/page-faults.js'
import { openSandboxViews } from './support/sandbox-views.js'
import { serveViews } from './support/serve-views.js'
import { NOW, viewSamples } from './support/view-samples.js'

describeWith(CHROMIUM, 'every view in a browser', () => {
  jest.setTimeout(180_000)
  let browser: Browser
  let views: Awaited<ReturnType<typeof serveViews>>
  let sandbox: Awaited<ReturnType<typeof openSandboxViews>>
  beforeAll(async () => {
    browser = await launchBrowser()
    views = await serveViews(viewSamples)
    sandbox = await openSandboxViews()
  })
  afterAll(async () => {
    await browser?.close()
    await views?.close()
    await sandbox?.close()
  })

  test.each([
    ['shop', () => Object.fromEntries(Object.keys(viewSamples).map((name) => [name, `${views.url}/views/${name}`]))],
    ['sandbox', () => sandbox.views],
  ] as const)('%s: axe finds nothing, and nothing sticks out', async (_name, urls) => {
    // A colour in a transition is between two colours, so animations are off.
    const page = await browser.newPage({ reducedMotion: 'reduce' })
    const breaches: string[] = []
    page.on('console', (message) => void (/policy|blocked/i.test(message.text()) && breaches.push(message.text())))
    page.on('pageerror', (error) => void breaches.push(String(error)))
    const faults: Record<string, string[]> = {}
    for (const [name, url] of Object.entries(urls())) {
      const found = [...(await faultsOf(page, url)), ...breaches.splice(0)]
      if (found.length > 0) faults[name] = found
    }
    expect(faults).toEqual({})
  })

  test.each(['awaiting-address', 'awaiting-for-hours', 'awaiting-for-days'])(
    '%s: the script counts on from what the server wrote, in the same words',
    async (name) => {
      const page = await browser.newPage()
      // A clock runs on between installation and pause, and it cannot be paused in its past.
      await page.clock.install({ time: new Date(Date.parse(NOW) - 60 * 60 * 1000) })
      await page.clock.pauseAt(NOW)
      await page.goto(`${views.url}/views/order-${name}`)
      const countdown = page.locator('[data-countdown]')
      const left = Date.parse((await countdown.getAttribute('datetime'))!) - Date.parse(NOW)
      expect(await countdown.textContent()).toBe(formatRemaining(left))
      await page.clock.runFor(61_000)
      expect(await countdown.textContent()).toBe(formatRemaining(left - 61_000))
    },
  )

  test('a catalogue cannot bring its own elements', async () => {
    const page = await browser.newPage()
    await page.goto(`${views.url}/views/hostile-names`)
    expect(await page.getByRole('heading', { level: 2 }).first().textContent()).toBe('<img src=x onerror=alert(1)>')
    expect(await page.locator('img[src=x], script:not([src])').count()).toBe(0)
  })
})

test.each(Object.entries(viewSamples))('%s: every form that posts has a token', (_name, view) => {
  const page = renderPage(view)
  expect(page.match(/name="_csrf" value="sample-csrf-token"/g)?.length).toBe(page.match(/<form method="post"/g)?.length)
})
