/** Every kind of page of the sandbox, with payments in the states that look most different. */
import { sandboxOutcomes } from '../../sandbox-outcomes.js'
import { newAccounts } from '../../sandbox/accounts.js'
import { createSandbox } from '../../sandbox/sandbox.js'
import { openSandbox } from './sandbox.js'

type Step = readonly [provider: string, id: string, action: string, fields?: object]

export async function openSandboxViews() {
  const outcomes = sandboxOutcomes()
  const world = await openSandbox({ outcomeOf: outcomes.outcomeOf })
  const unused = createSandbox({ accounts: newAccounts() })
  const unusedUrl = await unused.listen(0)
  const { calls, control } = world

  const cityPay = (order: string) => calls.cityPayOrder(order, `token-of-${order}`)
  const invoice = await calls.invoice('ORDER-7K3M9QXT2V')
  const late = await calls.invoice('ORDER-2')
  const address = await calls.address('ORDER-3', '1250000.123456789012345678')
  const card = await calls.intent('ORDER-4')
  const paidCard = await calls.intent('ORDER-5')
  const coinbar = await calls.paymentRequest('ORDER-6')
  const coin = await cityPay('ORDER-7')
  const waiting = await cityPay('ORDER-8')
  const steps: readonly Step[] = [
    ['coins-ph', late.id, 'pay', { amount: '500' }],
    ['coins-ph', late.id, 'expire'],
    ['crypto-gateway', address.id, 'pay', { amount: '40' }],
    ['crypto-gateway', address.id, 'confirm'],
    ['crypto-gateway', address.id, 'pay'],
    ['stripe', paidCard, 'pay-by-card'],
    ['stripe', paidCard, 'refund', { amount: '10' }],
    ['stripe', paidCard, 'dispute'],
    ['coinbar-pay', coinbar.payment_id_coinbar, 'cancel'],
    ['city-pay', waiting.id, 'choose-coin', { coin: 'btc' }],
  ]
  await control.deliver('coins-ph', invoice.id, { copies: 5, parallel: true })
  await control.deliver('crypto-gateway', address.id, { outOfOrder: true })
  for (const [provider, id, action, fields] of steps) await control.act(provider, id, action, fields)
  await control.act('coins-ph', invoice.id, 'pay')
  await control.trouble('coins-ph', invoice.id, 'forged')
  const pages = {
    'invoice-paid': await control.quiet('coins-ph', invoice.id),
    'invoice-expired': await control.quiet('coins-ph', late.id),
    address: await control.quiet('crypto-gateway', address.id),
    card: await control.quiet('stripe', card),
    'card-disputed': await control.quiet('stripe', paidCard),
    'payment-canceled': await control.quiet('coinbar-pay', coinbar.payment_id_coinbar),
    'coin-open': await control.quiet('city-pay', coin.id),
    'coin-chosen': await control.quiet('city-pay', waiting.id),
  }

  const views: Readonly<Record<string, string>> = {
    'sandbox-unused': unusedUrl,
    'sandbox-payments': world.url,
    ...Object.fromEntries(Object.entries(pages).map(([name, { payerUrl }]) => [`sandbox-${name}`, payerUrl])),
    'sandbox-missing': `${world.url}/c/pay/none`,
  }
  return {
    views,
    async close() {
      await unused.close()
      await world.close()
      outcomes.close()
    },
  }
}
