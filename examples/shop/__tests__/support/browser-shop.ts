/** A shop, its sandbox and one browser for all tests of a file. Every buyer has separate cookies. */
import { afterAll, afterEach, beforeAll, expect, jest } from '@jest/globals'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { paths } from '../../shop/views/paths.js'
import type { ProviderName } from '../../shop/views/props.js'
import { PROVIDERS } from '../../shop/views/providers.js'
import { CHROMIUM, describeWith } from '../../../../__tests__/support/needs.js'
import { buy, openBrowser, orderIn, paymentOf } from './buyer.js'
import { launchBrowser } from './chromium.js'
import { openShop, type OpenShopOptions, type TestShop } from './open-shop.js'

const TEST_LIMIT_MS = 60_000
/** The limit of one step: far longer than any step takes on a busy machine. */
const STEP_LIMIT_MS = 10_000

export interface BrowserShop {
  readonly shop: () => TestShop
  readonly openBuyer: (options?: BrowserContextOptions) => Promise<Buyer>
  /** Closes shop and sandbox, and starts both again on the same data. */
  readonly restart: () => Promise<void>
}

/** Registers a suite. No page of its buyers may report an error, a refused resource or a breach of its security policy. */
export function describeBrowserShop(
  name: string,
  options: () => Promise<OpenShopOptions>,
  suite: (world: BrowserShop) => void,
): void {
  describeWith(CHROMIUM, name, () => {
    jest.setTimeout(TEST_LIMIT_MS)
    let browser: Browser
    let shop: TestShop
    let buyers: Buyer[] = []

    beforeAll(async () => {
      browser = await launchBrowser()
      shop = await openShop(await options())
    })
    afterAll(async () => {
      await browser?.close()
      await shop?.close()
    })
    afterEach(async () => {
      const problems = buyers.flatMap((buyer) => buyer.problems)
      await Promise.all(buyers.map(({ page }) => page.context().close()))
      buyers = []
      expect(problems).toEqual([])
    })

    suite({
      shop: () => shop,
      async openBuyer(contextOptions = {}) {
        const context = await browser.newContext({ baseURL: shop.shop.url, ...contextOptions })
        context.setDefaultTimeout(STEP_LIMIT_MS)
        const buyer = createBuyer(await context.newPage(), () => shop)
        buyers.push(buyer)
        return buyer
      },
      async restart() {
        shop = await shop.restart()
      },
    })
  })
}

export type Buyer = ReturnType<typeof createBuyer>

function createBuyer(page: Page, shop: () => TestShop) {
  const problems: string[] = []
  let expected: RegExp | null = null
  const note = (problem: string) => {
    if (expected?.test(problem) !== true) problems.push(problem)
  }
  // Chromium reports refused resources and breaches of the Content-Security-Policy as errors on the console.
  page.on('console', (message) => message.type() === 'error' && note(`${message.text()} ${message.location().url}`))
  page.on('pageerror', (error) => note(String(error)))

  const heading = (name: string | RegExp): Locator => page.getByRole('heading', { level: 1, name })

  return {
    page,
    problems,
    heading,

    /** Errors that a test causes on purpose. */
    expectProblems(pattern: RegExp): void {
      expected = pattern
    },

    /** From the catalogue to the order page, as a person does it. */
    async order(provider: ProviderName): Promise<void> {
      await page.goto('/')
      await page.getByRole('button', { name: 'Add to cart Pair of cups' }).click()
      await page.getByRole('link', { name: 'Check out' }).click()
      await page.getByRole('radio', { name: PROVIDERS[provider].label }).check()
      await page.getByRole('textbox', { name: 'Your e-mail address' }).fill('buyer@example.com')
      await page.getByRole('button', { name: 'Place the order' }).click()
      await heading(/^Pay /).waitFor()
    },

    /** The page of an order that was placed without the browser, for tests of later steps. */
    async openOrder(provider: ProviderName, { email = 'buyer@example.com' } = {}): Promise<void> {
      await page.goto(paths.order(await buy(openBrowser(shop()), provider, { email })))
      await heading(/^Pay /).waitFor()
    },

    /** Opens the provider's page in another tab, like the buyer's wallet or another device. */
    async openPayerPage(): Promise<Page> {
      const address = await page.locator('#pay, #wallet').getAttribute('href')
      const payer = await page.context().newPage()
      await payer.goto(address!)
      return payer
    },

    orderId: (): string => new URL(page.url()).pathname.split('/')[2]!,

    /** The order's newest payment at the sandbox, to drive it faster than by hand. */
    async payment() {
      return paymentOf(shop(), await orderIn(shop(), this.orderId()))
    },

    /** Runs a change of the page, and fails if the browser loaded the document again meanwhile. */
    async withoutReload(change: () => Promise<void>): Promise<void> {
      const loadedAt = () => page.evaluate(() => performance.timeOrigin)
      const before = await loadedAt()
      await change()
      expect(await loadedAt()).toBe(before)
    },

    /** A value from one of the page's lists of names and values. */
    fact: (name: string): Locator => page.locator(`dt:text-is("${name}") + dd`),
  }
}
