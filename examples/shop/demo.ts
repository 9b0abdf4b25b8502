/** `npm run demo`: a purchase with each provider, for people without a browser. */
import { subscribe } from 'node:diagnostics_channel'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import type { OutcomeReport } from 'express-payment-webhooks'
import { Purchase } from './demo/purchase.js'
import { newAccounts } from './sandbox/accounts.js'
import { runShopWithSandbox } from './shop-with-sandbox.js'

const APPLY = 'Apply to what comes next'
const FORGE = 'Send a forged “paid in full”'

interface Scene {
  readonly title: string
  readonly provider: string
  /** The link on the order page that the payer follows. */
  readonly link: string
  readonly play: (purchase: Purchase) => Promise<void>
}

const scenes: readonly Scene[] = [
  {
    title: 'Card: declined, then good; every event of it twice at once',
    provider: 'stripe',
    link: 'pay',
    async play(purchase) {
      await purchase.press('Pay: the card is declined')
      await purchase.becomes('Payment failed')
      await purchase.press(APPLY, { copies: '2', parallel: 'on' })
      await purchase.press('Pay: the card is good')
      await purchase.becomes('Paid')
      // The intent and the failure once each; the success, its charge and the session twice each.
      await purchase.answered('answered 200', 8)
      await purchase.press('The bank asks about it')
      await purchase.press('Dispute it')
      await purchase.becomes('Disputed')
      await purchase.press('The shop wins the dispute')
      await purchase.becomes('Paid')
    },
  },
  {
    title: 'Crypto gateway: in two parts, the first sent three times, the second after its own confirmation',
    provider: 'crypto-gateway',
    link: 'wallet',
    async play(purchase) {
      await purchase.press(APPLY, { copies: '3' })
      await purchase.press('Pay part', { amount: '20' })
      await purchase.becomes('Payment seen')
      await purchase.press('Confirm')
      await purchase.becomes('Part paid')
      await purchase.answered('answered 200', 6)
      await purchase.stays('Part paid')

      await purchase.press(APPLY, { copies: '1', delaySeconds: '3' })
      await purchase.press('Pay 34 USDT')
      await purchase.press(APPLY, { delaySeconds: '0' })
      await purchase.press('Confirm')
      await purchase.becomes('Paid')
      await purchase.answered('answered 200', 8)
      await purchase.stays('Paid')
    },
  },
  {
    title: 'CoinbarPay: after somebody has forged the payment',
    provider: 'coinbar-pay',
    link: 'pay',
    async play(purchase) {
      await purchase.press(FORGE)
      await purchase.answered('answered 401', 1)
      await purchase.stays('Awaiting payment')
      await purchase.press('Pay 49.9 EUR')
      await purchase.becomes('Payment seen')
      await purchase.press('Confirm')
      await purchase.becomes('Paid')
    },
  },
  {
    title: 'Coins.ph: ten copies of everything at once',
    provider: 'coins-ph',
    link: 'pay',
    async play(purchase) {
      await purchase.press(APPLY, { copies: '10', parallel: 'on' })
      await purchase.press('Pay 3000 PHP')
      await purchase.becomes('Paid')
      // The new invoice once; the amount received and the paid invoice ten times each.
      await purchase.answered('answered 200', 21)
      await purchase.stays('Paid')
    },
  },
  {
    title: 'CityPay: after a forged callback with the right token, which the shop checks with CityPay itself',
    provider: 'city-pay',
    link: 'pay',
    async play(purchase) {
      await purchase.press(FORGE)
      await purchase.answered('answered 503', 1)
      await purchase.stays('Awaiting payment')
      await purchase.press('Choose coin', { coin: 'eth' })
      await purchase.press('Pay 54 USD')
      await purchase.becomes('Payment seen')
      await purchase.press('Confirm')
      await purchase.becomes('Paid')
    },
  },
]

const outcomes: string[] = []
subscribe('express-payment-webhooks:outcome', (report) => void outcomes.push((report as OutcomeReport).outcome))

const data = await mkdtemp(join(tmpdir(), 'shop-demo-'))
// Refused forgeries write to the log, which this demo does not show.
const running = await runShopWithSandbox({
  data,
  accounts: newAccounts(),
  retryBaseMs: 250,
  shop: { log: () => {} },
})
const { shop, sandboxUrl } = running

/** The number of the sandbox's callbacks, by their outcome. */
function counted(): { handled: number; repeats: number; refused: number } {
  const of = (...kinds: string[]) => outcomes.filter((outcome) => kinds.includes(outcome)).length
  return { handled: of('handled', 'unhandled'), repeats: of('duplicate'), refused: of('not_authentic', 'retry_later') }
}

/** The rows in the shop's database afterwards. */
function effects(): Readonly<Record<'orders' | 'shipments' | 'outbox', number>> {
  const db = new Database(join(data, 'shop.db'), { readonly: true })
  try {
    const count = (table: string) =>
      (db.prepare(`SELECT count(*) AS count FROM ${table}`).get() as { count: number }).count
    return { orders: count('orders'), shipments: count('shipments'), outbox: count('outbox') }
  } finally {
    db.close()
  }
}

try {
  console.log(`Shop ${shop.url}, providers played by ${sandboxUrl}`)
  for (const { title, provider, link, play } of scenes) {
    console.log(`\n${title}`)
    const purchase = new Purchase((line) => console.log(`  ${line}`))
    await purchase.begin(shop.url, provider, link)
    await play(purchase)
  }
  const { handled, repeats, refused } = counted()
  const { orders, shipments, outbox } = effects()
  console.log(`
Five orders, five times paid, nothing counted twice and nothing believed that was not true.
The providers' callbacks: ${handled} handled, ${repeats} known already, ${refused} refused.
What they did: ${orders} orders paid, ${shipments} shipments, ${outbox} mails.

Next: npm start, and buy something yourself at http://127.0.0.1:3000.`)
} catch (error) {
  console.error(`\nThe demo failed: ${(error as Error).message}`)
  process.exitCode = 1
} finally {
  await running.close()
  await rm(data, { recursive: true })
}
