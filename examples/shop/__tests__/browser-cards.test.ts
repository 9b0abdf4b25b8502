/**
 * Everything that a visitor sees of card payments: the checkout, the sandbox's card page, the order page, the operator's page.
 */
import { expect, test } from '@jest/globals'
import type { Locator, Page } from 'playwright-core'
import { paths } from '../shop/views/paths.js'
import { describeBrowserShop, type Buyer } from './support/browser-shop.js'
import { OPERATOR_TOKEN } from './support/open-shop.js'

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click()

const badge = ({ page }: Buyer, text: string): Locator => page.locator('.ticket .badge', { hasText: text })
/** A line of the balance on the order page. */
const balance = ({ page }: Buyer, name: string): Promise<string | null> =>
  page.locator(`.ledger dt:text-is("${name}") + dd`).textContent()

describeBrowserShop(
  'card payments in a browser',
  async () => ({}),
  ({ openBuyer }) => {
    /** The operator's page of an order, in a browser of its own. */
    const openOperator = async (orderId: string): Promise<Page> => {
      const { page } = await openBuyer()
      await page.goto(paths.operatorLogin)
      await page.getByLabel('Operator token').fill(OPERATOR_TOKEN)
      await press(page, 'Log in')
      await page.goto(paths.operatorOrder(orderId))
      return page
    }

    test('declined, and paid at the second try on the same page', async () => {
      const buyer = await openBuyer()
      await buyer.order('stripe')
      expect(await buyer.page.locator('#pay').textContent()).toBe('Pay €24.00 at Stripe')
      const payer = await buyer.openPayerPage()
      await buyer.withoutReload(async () => {
        await press(payer, 'Pay: the card is declined')
        await buyer.heading('The payment did not go through').waitFor()
        expect(await buyer.page.locator('#pay').getAttribute('href')).toBe(payer.url())
        await press(payer, 'Pay: the card is good')
        await buyer.heading('Thank you, it is paid').waitFor()
      })
      await payer.getByRole('link', { name: 'Back to the shop' }).click()
      await payer.getByText('You are back from Stripe.').waitFor()
    })

    test('it takes a while, and is paid later', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('stripe')
      const payer = await buyer.openPayerPage()
      await buyer.withoutReload(async () => {
        await press(payer, 'Pay: it takes a while')
        await buyer.heading('We see your payment').waitFor()
        await press(payer, 'Confirm')
        await buyer.heading('Thank you, it is paid').waitFor()
      })
    })

    test('reserved by the buyer, shipped, and charged by the operator', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('stripe')
      const payer = await buyer.openPayerPage()
      await buyer.withoutReload(async () => {
        await press(payer, 'Reserve only')
        await buyer.heading('Your payment is reserved').waitFor()
        expect(await balance(buyer, 'Reserved')).toBe('€24.00')
        const operator = await openOperator(buyer.orderId())
        expect(await operator.locator('dt:text-is("Shipped") + dd').textContent()).not.toBe('not yet')
        await press(operator, 'Charge')
        await operator.getByText('Stripe has taken it.').waitFor()
        await buyer.heading('Thank you, it is paid').waitFor()
      })
      expect(await balance(buyer, 'Received')).toBe('€24.00')
    })

    test('refunded in part, and then in full', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('stripe')
      await (await buyer.payment()).act('pay-by-card')
      await buyer.heading('Thank you, it is paid').waitFor()
      const operator = await openOperator(buyer.orderId())
      await buyer.withoutReload(async () => {
        await operator.getByLabel('Refund, in EUR').fill('10')
        await press(operator, 'Refund')
        await badge(buyer, 'Partly refunded').waitFor()
        expect([await balance(buyer, 'Received'), await balance(buyer, 'Sent back')]).toEqual(['€14.00', '€10.00'])
        expect(await operator.getByLabel('Refund, in EUR').inputValue()).toBe('14.00')
        await press(operator, 'Refund')
        await badge(buyer, 'Refunded').waitFor()
      })
      expect(await balance(buyer, 'Sent back')).toBe('€24.00')
    })

    test.each([
      ['The shop wins the dispute', 'Paid', 'Received'],
      ['The shop loses the dispute', 'Refunded', 'Sent back'],
    ])('an inquiry, a dispute, and then: %s', async (end, status, line) => {
      const buyer = await openBuyer()
      await buyer.openOrder('stripe')
      const payer = await buyer.openPayerPage()
      await press(payer, 'Pay: the card is good')
      await buyer.heading('Thank you, it is paid').waitFor()
      await buyer.withoutReload(async () => {
        await press(payer, 'The bank asks about it')
        await press(payer, 'Dispute it')
        await buyer.heading('Your payment is disputed').waitFor()
        expect(await balance(buyer, 'Disputed')).toBe('€24.00')
        await press(payer, end)
        await badge(buyer, status).waitFor()
        expect(await balance(buyer, line)).toBe('€24.00')
      })
    })

    test('the operator cancels, opens again, changes the price and takes cash', async () => {
      const buyer = await openBuyer()
      await buyer.openOrder('stripe')
      const operator = await openOperator(buyer.orderId())
      const change = async (title: string, fields: Readonly<Record<string, string>>, button: string) => {
        await operator.locator('summary', { hasText: title }).click()
        for (const [label, text] of Object.entries(fields)) {
          await operator.locator('details[open]').getByLabel(label).fill(text)
        }
        await press(operator, button)
      }
      await buyer.withoutReload(async () => {
        await change('Cancel it', { 'Why (for the record)': 'out of stock' }, 'Cancel the order')
        await badge(buyer, 'Canceled').waitFor()
        await change('Open it again', {}, 'Open it again')
        await buyer.heading('Pay €24.00').waitFor()
        await change('Change the price', { 'New price in EUR': '20' }, 'Change the price')
        await buyer.heading('Pay €20.00').waitFor()
        await change('It was paid otherwise', {}, 'Mark as paid')
        await badge(buyer, 'Paid').waitFor()
      })
      expect(await operator.getByText('canceled, by operator: out of stock').isVisible()).toBe(true)
    })
  },
)
