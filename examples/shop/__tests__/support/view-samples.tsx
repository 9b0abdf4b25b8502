/** Every view of the shop, with data that is as awkward as real data. */
import type { OrderStatus } from 'express-payment-webhooks/orders'
import type { VNode } from 'preact'
import { TEA_SHOP } from '../../shop/catalogue.js'
import { lineOf, linesIn, totalsOf } from '../../shop/prices.js'
import * as pages from '../../shop/views/index.js'
import type { FieldAtFault } from '../../shop/views/operator/props.js'
import type { OrderView, PageContext, PaymentInstructions, ProviderName } from '../../shop/views/props.js'

/** The time at which all samples are viewed. */
export const NOW = '2026-03-05T14:03:20.000Z'
const context: PageContext = { now: NOW, csrfToken: 'sample-csrf-token', cartCount: 3, operator: false, quarantined: 0 }
const operator: PageContext = { ...context, operator: true, quarantined: 2 }

const lines = [lineOf(TEA_SHOP.products[0]!, 1), lineOf(TEA_SHOP.products[2]!, 2)]
const HASH = '0x8c4f1f6b2a7d9e03c5b8a1d2e3f405162738495a6b7c8d9eafb0c1d2e3f40516'
const ADDRESS = '0x71C7656EC7ab88b098defB751B7401B5f6d8976F'
const address: PaymentInstructions = {
  kind: 'address',
  address: ADDRESS,
  coin: 'USDT',
  network: 'Ethereum',
  walletUrl: 'http://127.0.0.1:4000/gateway/pay/addr_5b1e9c7d3f20',
}
const link: PaymentInstructions = { kind: 'link', url: 'https://pay.example.com/i/8c4f1f6b2a7d9e03c5b8a1d2e3f40516' }

const CURRENCY: Readonly<Record<ProviderName, string>> = {
  stripe: 'EUR',
  'crypto-gateway': 'USDT',
  'coinbar-pay': 'EUR',
  'coins-ph': 'PHP',
  'city-pay': 'USD',
}

function order(provider: ProviderName, status: OrderStatus, more: Partial<OrderView> = {}): OrderView {
  const currency = CURRENCY[provider]
  const expected = totalsOf(lines).find((total) => total.currency === currency)!
  return {
    id: 'Zk3vQm1xT9pLr7WnYb2cHd',
    reference: 'ORDER-7K3M9QXT2V',
    provider,
    placedAt: '2026-03-05T13:58:00.000Z',
    email: 'a.very.long.address.of.somebody@a-long-domain.example',
    lines: linesIn(currency, lines),
    status,
    version: 3,
    expected,
    received: '0',
    pending: '0',
    authorized: '0',
    refunded: '0',
    disputed: '0',
    shortfall: expected.amount,
    due: expected.amount,
    excess: '0',
    reasons: [],
    transactions: [],
    expiresAt: '2026-03-05T14:28:00.000Z',
    confirmedAt: null,
    requiredConfirmations: provider === 'crypto-gateway' ? 12 : null,
    payment: null,
    canPayAgain: false,
    final: false,
    ...more,
  }
}

function transaction(amount: string, state: 'detected' | 'confirmed' | 'failed', confirmations: number | null) {
  const hash = HASH.slice(0, -1) + String(confirmations ?? 0).slice(-1)
  const seenAt = '2026-03-05T14:01:10.000Z'
  return {
    ...{ provider: 'crypto-gateway', paymentId: 'addr_4d8e21f06b9a', id: `tx_${amount}_${state}`, hash },
    ...{ network: 'ethereum', original: null, amount, state, confirmations, seenAt, isFinal: state === 'confirmed' },
  }
}

const partPaid = order('crypto-gateway', 'payment_insufficient', {
  received: '50.5',
  shortfall: '65.5',
  due: '65.5',
  payment: address,
  transactions: [transaction('50.5', 'confirmed', 12)],
})
const inReview = order('crypto-gateway', 'needs_review', {
  received: '116',
  shortfall: '0',
  reasons: ['paid_late', 'amount_conflict'],
  transactions: [transaction('116', 'confirmed', 12)],
})

const orders: Readonly<Record<string, OrderView>> = {
  'awaiting-address': order('crypto-gateway', 'awaiting_payment', { payment: address }),
  'awaiting-link': order('coinbar-pay', 'awaiting_payment', { payment: link }),
  'awaiting-for-days': order('coins-ph', 'awaiting_payment', { payment: link, expiresAt: '2026-03-11T14:28:00.000Z' }),
  'awaiting-for-hours': order('coins-ph', 'awaiting_payment', { payment: link, expiresAt: '2026-03-05T17:28:00.000Z' }),
  'awaiting-over': order('city-pay', 'awaiting_payment', { expiresAt: NOW }),
  detected: order('crypto-gateway', 'payment_detected', {
    pending: '116',
    due: '0',
    transactions: [transaction('116', 'detected', 3)],
  }),
  'detected-part': order('crypto-gateway', 'payment_detected', {
    pending: '50.5',
    due: '65.5',
    payment: address,
    transactions: [transaction('50.5', 'detected', 0)],
  }),
  'detected-hosted': order('coinbar-pay', 'payment_detected', {}),
  'part-paid': partPaid,
  'part-paid-hosted': order('city-pay', 'payment_insufficient', { received: '40', shortfall: '76', canPayAgain: true }),
  confirmed: order('coins-ph', 'confirmed', { received: '6600', shortfall: '0', confirmedAt: NOW }),
  overpaid: order('crypto-gateway', 'confirmed', {
    received: '120.000001',
    shortfall: '0',
    excess: '4.000001',
    reasons: ['overpaid'],
    confirmedAt: NOW,
    transactions: [transaction('50', 'confirmed', 14), transaction('70.000001', 'confirmed', 12)],
  }),
  failed: order('coinbar-pay', 'payment_failed', { canPayAgain: true }),
  'failed-transaction': order('crypto-gateway', 'payment_failed', {
    payment: address,
    transactions: [transaction('116', 'failed', null)],
  }),
  canceled: order('city-pay', 'canceled', { canPayAgain: true }),
  expired: order('coins-ph', 'expired', { expiresAt: '2026-03-05T14:00:00.000Z' }),
  'expired-payment': order('coinbar-pay', 'expired', { canPayAgain: true }),
  'expired-part-paid': order('coins-ph', 'expired', { received: '600', expiresAt: '2026-03-05T14:00:00.000Z' }),
  reserved: order('stripe', 'payment_authorized', { authorized: '116' }),
  'partly-refunded': order('coins-ph', 'partially_refunded', { received: '6000', refunded: '600', shortfall: '600' }),
  refunded: order('coinbar-pay', 'refunded', { refunded: '116', final: true }),
  'failed-card': order('stripe', 'payment_failed', { payment: link }),
  disputed: order('stripe', 'disputed', { disputed: '107' }),
  review: inReview,
}

const row = (status: OrderStatus, index: number) => {
  const { id, reference, placedAt, provider, email, expected, received } = Object.values(orders)[index]!
  return { id: `${id}${index}`, reference, placedAt, provider, email, expected, received, status }
}

const hostile = '<img src=x onerror=alert(1)>'
const hostileProduct = { ...TEA_SHOP.products[0]!, name: hostile, description: `</p><script>${hostile}</script>` }

/** By the name of the page in a list of screenshots. */
export const viewSamples: Readonly<Record<string, VNode>> = {
  catalogue: <pages.CataloguePage context={context} products={TEA_SHOP.products} />,
  'hostile-names': <pages.CataloguePage context={context} products={[hostileProduct]} />,
  cart: <pages.CartPage context={context} lines={lines} totals={totalsOf(lines)} lastOrder={null} problem={null} />,
  'cart-empty': (
    <pages.CartPage
      context={{ ...context, cartCount: 0 }}
      lines={[]}
      totals={[]}
      lastOrder={{ id: 'Zk3vQm1xT9pLr7WnYb2cHd', reference: 'ORDER-7K3M9QXT2V' }}
      problem={null}
    />
  ),
  'cart-problem': (
    <pages.CartPage
      context={context}
      lines={lines}
      totals={totalsOf(lines)}
      lastOrder={null}
      problem={{ product: lines[0]!.product.id, entered: '9.5', text: 'Please enter a whole number, and at most 99.' }}
    />
  ),
  checkout: checkout(null, ''),
  'checkout-problem': (
    <pages.CheckoutPage
      {...checkout('coins-ph', 'somebody@example.com').props}
      problems={{ form: 'Coins.ph cannot be reached right now.', provider: null, email: null }}
    />
  ),
  'checkout-problems': (
    <pages.CheckoutPage
      {...checkout('coins-ph', 'somebody@').props}
      problems={{
        form: 'Coins.ph cannot be reached right now. Nothing was ordered; try again, or pay another way.',
        provider: 'Choose how you would like to pay.',
        email: 'Enter an e-mail address such as name@example.com.',
      }}
    />
  ),
  ...Object.fromEntries(
    Object.entries(orders).map(([name, sample]) => [
      `order-${name}`,
      <pages.OrderPage context={context} order={sample} problem={null} />,
    ]),
  ),
  'order-problem': (
    <pages.OrderPage
      context={context}
      order={orders['failed']!}
      problem="CoinbarPay cannot be reached right now. Try it again in a moment."
    />
  ),
  return: <pages.ReturnPage context={context} order={orders['detected-hosted']!} />,
  'return-unknown': <pages.ReturnPage context={context} order={null} />,
  'operator-login': <pages.OperatorLoginPage context={context} problem="That is not the token." />,
  'operator-orders': (
    <pages.OperatorOrdersPage
      context={operator}
      orders={(['awaiting_payment', 'payment_insufficient', 'confirmed', 'expired', 'needs_review'] as const).map(row)}
      counts={{ awaiting_payment: 1, confirmed: 1284, needs_review: 1 }}
      status={null}
      search={null}
      next="2026-03-05T13:58:00.000Z"
    />
  ),
  'operator-orders-none': (
    <pages.OperatorOrdersPage context={operator} orders={[]} counts={{}} status={null} search="ORDER-7" next={null} />
  ),
  'operator-order': operatorOrder(null),
  'operator-order-problem': operatorOrder({ field: 'amount-reprice', entered: '12,50' }),
  ...Object.fromEntries(
    ([400, 403, 404, 500, 503] as const).map((status) => [
      `error-${status}`,
      <pages.ErrorPage context={context} status={status} requestId={status === 500 ? 'b3f1c2d4e5' : null} />,
    ]),
  ),
}

function checkout(provider: ProviderName | null, email: string) {
  const choices = (Object.keys(CURRENCY) as ProviderName[]).map((name) => ({
    name,
    total: totalsOf(lines).find(({ currency }) => currency === CURRENCY[name])!,
  }))
  return (
    <pages.CheckoutPage
      context={context}
      lines={lines}
      choices={choices}
      entered={{ provider, email }}
      problems={{ provider: null, email: null, form: null }}
    />
  )
}

function operatorOrder(fault: FieldAtFault | null) {
  return (
    <pages.OperatorOrderPage
      context={operator}
      order={inReview}
      payments={[
        {
          ...{
            provider: 'coins-ph',
            paymentId: '2f9c1d37-8a44-4b0e-9c55-1d2e3f405162',
            reason: null,
            state: 'complete',
          },
          paymentIds: ['2f9c1d37-8a44-4b0e-9c55-1d2e3f405162'],
          verdicts: { pending: null, confirmed: NOW },
          ...{ authorized: '0', seen: '0', settled: '116', returned: '0', disputed: '0' },
          ...{ refunds: [], disputes: [], transfers: [] },
          strays: [{ eventId: `coins-ph:${HASH}`, reason: 'currency_mismatch' }],
        },
      ]}
      audit={[
        {
          at: '2026-03-05T14:01:10.000Z',
          from: 'awaiting_payment',
          to: 'payment_detected',
          eventId: 'crypto-gateway:transaction.detected:tx_7f3a9c21d4',
          eventType: 'transaction.detected',
          note: null,
        },
        { at: NOW, from: 'payment_detected', to: 'needs_review', eventId: null, eventType: null, note: 'placed' },
      ]}
      mails={[
        { createdAt: NOW, subject: 'Your order ORDER-7K3M9QXT2V', sentAt: NOW, attempts: 1 },
        { createdAt: NOW, subject: 'We are looking at your payment', sentAt: null, attempts: 2 },
      ]}
      shippedAt={null}
      decision={null}
      cards={[{ paymentId: 'pi_3Qa7Lm2eZvKYlo2C1h9XtR4d', capturable: '40', refundable: '76' }]}
      changes={['cancel', 'paid', 'reprice', 'reopen']}
      notice={null}
      problem={fault === null ? null : 'The amount must be above zero, in figures and with a point.'}
      fault={fault}
    />
  )
}
