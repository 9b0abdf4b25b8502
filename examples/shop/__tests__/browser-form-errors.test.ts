/**
 * Pages of forms that did nothing: the page begins with the reason, and the focus is on the field to correct. Without scripts.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Locator, Page } from 'playwright-core'
import type { ProviderName } from '../shop/views/props.js'
import { describeBrowserShop } from './support/browser-shop.js'
import { buy, openBrowser } from './support/buyer.js'
import { OPERATOR_TOKEN } from './support/open-shop.js'
import { serveViews } from './support/serve-views.js'
import { viewSamples } from './support/view-samples.js'

/** The words of a screen reader about the element that has the focus. */
async function focused(page: Page) {
  const focus = page.locator(':focus')
  const ids = (await focus.getAttribute('aria-describedby'))?.split(' ') ?? []
  const texts = await Promise.all(ids.map((id) => page.locator(`[id="${id}"]`).textContent()))
  return {
    title: await page.title(),
    name: await focus.getAttribute('name'),
    invalid: await focus.getAttribute('aria-invalid'),
    description: texts.join(' '),
  }
}

/** Switches the browser's own checks off, so that the server explains the error. */
async function send(button: Locator, page: Page): Promise<void> {
  await button.evaluate((element) => (element as HTMLButtonElement).form!.setAttribute('novalidate', ''))
  const answered = page.waitForResponse((response) => response.request().method() === 'POST')
  await button.click()
  expect((await answered).status()).toBeGreaterThanOrEqual(400)
  await page.waitForLoadState()
}

describeBrowserShop(
  'forms that did nothing, in a browser without scripts',
  async () => ({}),
  ({ shop, openBuyer }) => {
    let views: Awaited<ReturnType<typeof serveViews>>
    beforeAll(async () => void (views = await serveViews(viewSamples)))
    afterAll(() => views.close())

    const open = async (): Promise<Page> => {
      const buyer = await openBuyer({ javaScriptEnabled: false })
      buyer.expectProblems(/status of 4\d\d/)
      return buyer.page
    }
    const press = (page: Page, name: string | RegExp) => send(page.getByRole('button', { name }), page)

    test('checkout: the first field that is wrong, and the other one too', async () => {
      const page = await open()
      await page.goto('/')
      await page.getByRole('button', { name: 'Add to cart Pair of cups' }).click()
      await page.getByRole('link', { name: 'Check out' }).click()
      expect(await page.title()).toBe('Checkout · Steep')
      await press(page, 'Place the order')
      expect(await focused(page)).toMatchObject({ title: 'Error: Checkout · Steep', name: 'provider' })
      const ways = page.getByRole('radiogroup', { name: 'How would you like to pay?' })
      expect(await ways.getAttribute('aria-invalid')).toBe('true')
      expect(await page.locator(`#${await ways.getAttribute('aria-describedby')}`).textContent()).toContain(
        'choose how',
      )
      await page.getByRole('radio', { name: /Coins.ph/ }).check()
      await press(page, 'Place the order')
      const expected = { title: 'Error: Checkout · Steep', name: 'email', invalid: 'true' }
      expect(await focused(page)).toMatchObject(expected)
      expect((await focused(page)).description).toContain('Please enter an e-mail address')
    })

    test('cart: the number of pieces, with what was typed', async () => {
      const page = await open()
      await page.goto('/')
      await page.getByRole('button', { name: 'Add to cart Pair of cups' }).click()
      await page.getByLabel('How many of Pair of cups').fill('100')
      await press(page, 'Update Pair of cups')
      expect(await focused(page)).toEqual({
        title: 'Error: Cart · Steep',
        name: 'quantity',
        invalid: 'true',
        description: 'Please enter how many you want: a whole number, and at most 99.',
      })
      expect(await page.locator(':focus').inputValue()).toBe('100')
    })

    test('the operator’s token, and an amount of an order', async () => {
      const page = await open()
      await page.goto('/operator')
      await page.getByLabel('Operator token').fill('not the token')
      await press(page, 'Log in')
      const wrongToken = { title: 'Error: Operator · Steep', name: 'token', invalid: 'true' }
      expect(await focused(page)).toMatchObject(wrongToken)
      expect((await focused(page)).description).toContain('That is not the operator token.')

      await page.getByLabel('Operator token').fill(OPERATOR_TOKEN)
      await page.getByRole('button', { name: 'Log in' }).click()
      await page.goto(`/operator/orders/${await buy(openBrowser(shop()), 'coins-ph')}`)
      await page.getByText('Change the price').first().click()
      await page.getByLabel(/^New price/).fill('12,50')
      await press(page, 'Change the price')
      expect(await focused(page)).toMatchObject({ name: 'amount', invalid: 'true' })
      expect((await focused(page)).title).toMatch(/^Error: ORDER-/)
      expect((await focused(page)).description).toContain('The amount must be above zero')
      expect(await page.locator(':focus').inputValue()).toBe('12,50')
    })

    test.each(['order-problem', 'checkout-problem'])(
      '%s: about no field, so the sentence has the focus',
      async (name) => {
        const page = await open()
        await page.goto(`${views.url}/views/${name}`)
        expect((await focused(page)).title).toMatch(/^Error: /)
        expect(await page.locator(':focus').textContent()).toContain('cannot be reached')
        expect(await page.locator(':focus').getAttribute('role')).toBe('alert')
      },
    )

    const atSandbox = async (provider: ProviderName) => {
      const buyer = await openBuyer({ javaScriptEnabled: false })
      buyer.expectProblems(/status of 4\d\d/)
      await buyer.openOrder(provider)
      const payment = await buyer.payment()
      await buyer.page.goto((await payment.view()).payerUrl)
      return { page: buyer.page, payment }
    }

    test.each([
      ['coins-ph', /^Amount/, '0', 'Pay part', 'amount: must be a positive amount'],
      ['coinbar-pay', /^Amount/, '9999', 'Pay part', 'CoinbarPay asks for exactly the total; more cannot be sent'],
      ['coins-ph', /^Send each/, '11', /^Apply/, 'copies: must be a whole number from 1 to 10'],
      ['coins-ph', /^Send it late/, '-1', /^Apply/, 'delaySeconds: must be from 0 to 86400'],
    ] as const)('the sandbox, %s, %s %s', async (provider, label, entered, button, description) => {
      const { page } = await atSandbox(provider)
      await page.getByLabel(label).fill(entered)
      await press(page, button)
      expect(await focused(page)).toMatchObject({ invalid: 'true', description })
      expect((await focused(page)).title).toMatch(/^Error: .* · Provider sandbox$/)
      expect(await page.locator(':focus').inputValue()).toBe(entered)
    })

    test('the sandbox, about no field: a payment that has ended meanwhile', async () => {
      const { page, payment } = await atSandbox('coins-ph')
      await payment.act('cancel')
      await press(page, 'Cancel')
      expect((await focused(page)).title).toMatch(/^Error: Coins\.ph ORDER-/)
      expect(await page.locator(':focus').textContent()).toBe('"cancel" is not possible while the payment is canceled')
      expect(await page.getByText('Nothing more can be done with this payment.').count()).toBe(1)
    })
  },
)
