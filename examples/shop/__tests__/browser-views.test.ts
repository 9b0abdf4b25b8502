import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { formatRemaining } from '../shop/views/format.js'
import { CHROMIUM, describeWith } from '../../../__tests__/support/needs.js'
import { launchBrowser } from './support/chromium.js'
import { faintTexts } from './support/contrast.js'
import { serveViews } from './support/serve-views.js'
import { NOW, viewSamples } from './support/view-samples.js'

/** What every page owes to those who do not see it, or see it on a phone; one sentence for each thing it lacks. */
function missingIn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const all = (selector: string) => [...document.querySelectorAll(selector)]
    const ids = all('[id]').map(({ id }) => id)
    const nameOf = (element: Element) =>
      element.getAttribute('aria-label') ??
      (element as HTMLInputElement).labels?.[0]?.textContent ??
      element.textContent
    const faults: (string | false)[] = [
      document.documentElement.lang !== 'en' && 'the language is not said',
      document.title === '' && 'there is no title',
      all('h1').length !== 1 && `there are ${all('h1').length} main headings`,
      all('main').length !== 1 && 'there is no main part',
      document.documentElement.scrollWidth > innerWidth && 'it is wider than the screen',
      ...all('.card, .notice').map(
        (box) => box.scrollWidth > box.clientWidth && `something sticks out of ${box.className}`,
      ),
      ...ids.map((id, index) => ids.indexOf(id) !== index && `two elements are called ${id}`),
      ...all('input:not([type=hidden]), button, a').map(
        (control) => !nameOf(control) && `no name: ${control.outerHTML}`,
      ),
      ...all('[aria-labelledby], [aria-describedby]').flatMap((element) =>
        `${element.getAttribute('aria-labelledby') ?? ''} ${element.getAttribute('aria-describedby') ?? ''}`
          .split(' ')
          .map((id) => id !== '' && !ids.includes(id) && `nothing is called ${id}`),
      ),
      ...all('form[method=post]').map((form) => !form.querySelector('[name=_csrf]') && `no token: ${form.outerHTML}`),
      ...all('[style], script:not([src])').map((element) => `inline: ${element.outerHTML}`),
    ]
    return faults.filter((fault) => fault !== false)
  })
}

describeWith(CHROMIUM, 'every view in a browser', () => {
  jest.setTimeout(60_000)
  let browser: Browser
  let views: Awaited<ReturnType<typeof serveViews>>
  beforeAll(async () => {
    browser = await launchBrowser()
    views = await serveViews(viewSamples)
  })
  afterAll(async () => {
    await browser?.close()
    await views?.close()
  })

  test.each([
    { width: 320, colorScheme: 'dark' },
    { width: 1280, colorScheme: 'light' },
  ] as const)('$width pixels, $colorScheme', async ({ width, colorScheme }) => {
    const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme })
    const breaches: string[] = []
    page.on('console', (message) => void (/policy|blocked/i.test(message.text()) && breaches.push(message.text())))
    page.on('pageerror', (error) => void breaches.push(String(error)))
    const faults: Record<string, string[]> = {}
    for (const name of Object.keys(viewSamples)) {
      await page.goto(`${views.url}/views/${name}`)
      const found = [...(await missingIn(page)), ...(await faintTexts(page)), ...breaches.splice(0)]
      if (found.length > 0) faults[name] = found
    }
    expect(faults).toEqual({})
  })

  test.each(['awaiting-address', 'awaiting-for-hours', 'awaiting-for-days'])(
    '%s: the script counts on from what the server wrote, in the same words',
    async (name) => {
      const page = await browser.newPage()
      // A clock runs on between being installed and being stopped, and cannot be stopped in its past.
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
