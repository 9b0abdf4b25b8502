/** Asks the providers about events without a callback, for example after the shop was down. */
import { cityPayOrders } from 'express-payment-webhooks/providers/city-pay'
import { coinsPhInvoices } from 'express-payment-webhooks/providers/coins-ph'
import { cryptoGatewayTransactions } from 'express-payment-webhooks/providers/crypto-gateway'
import { stripeEvents } from 'express-payment-webhooks/providers/stripe'
import { reconcileEvery, type Lister, type ReconcileEveryOptions } from 'express-payment-webhooks/reconcile'
import type { PaymentWebhook } from 'express-payment-webhooks'
import type { ShopConfig } from './config.js'
import type { AwaitedPayment, Orders } from './orders/orders.js'
import type { ProviderName } from './views/props.js'

/** The interval, and the age at which a callback counts as missed. @default a quarter of an hour each */
export type Reconciling = Pick<ReconcileEveryOptions, 'everyMs' | 'graceMs'>

/** Not CoinbarPay: its documentation does not define the signed text of a call without a body. */
type Asked = Exclude<ProviderName, 'coinbar-pay'>

/** Each poller ends with its webhook. */
export function findMissed(
  webhooks: Readonly<Record<Asked, PaymentWebhook>>,
  { providers: { stripe, coinsPh, cryptoGateway } }: ShopConfig,
  orders: Orders,
  reconciling: Reconciling = {},
): void {
  const awaited = (provider: Asked, name: keyof AwaitedPayment) => async () =>
    (await orders.awaited(provider)).map((payment) => payment[name])
  const lists: Readonly<Record<Asked, Lister>> = {
    stripe: stripeEvents({ apiKey: stripe.secretKey, apiUrl: stripe.url }),
    'coins-ph': coinsPhInvoices({
      token: coinsPh.token,
      apiUrl: coinsPh.url,
      orders: awaited('coins-ph', 'paymentId'),
    }),
    'crypto-gateway': cryptoGatewayTransactions({
      apiKey: cryptoGateway.apiKey,
      apiUrl: `${cryptoGateway.url}/api/v1`,
      orders: awaited('crypto-gateway', 'paymentId'),
    }),
    'city-pay': cityPayOrders({ orders: awaited('city-pay', 'reference') }),
  }
  for (const [provider, list] of Object.entries(lists) as [Asked, Lister][]) {
    reconcileEvery(webhooks[provider], { list, ...reconciling })
  }
}
