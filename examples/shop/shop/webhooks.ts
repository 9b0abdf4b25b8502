/** One webhook per provider, all with the same lifecycle. */
import {
  cityPay,
  cityPayReadBack,
  coinbarPay,
  coinsPh,
  cryptoGateway,
  paymentWebhook,
  type ErrorDetails,
  type Outcome,
  type OutcomeReport,
  type PaymentWebhook,
  type PaymentWebhookError,
} from 'express-payment-webhooks'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import type { OrderUpdates } from 'express-payment-webhooks/orders'
import type { ShopConfig } from './config.js'
import type { Database } from './database/database.js'
import { findMissed, type Reconciling } from './missed.js'
import type { Orders } from './orders/orders.js'
import { closingUnderpaid } from './orders/underpaid.js'
import type { Log } from './web/log.js'

export interface WebhookParts {
  readonly config: ShopConfig
  readonly db: Database
  readonly orders: Orders
  readonly lifecycle: OrderUpdates
  /** Called after an event was handled and its effect committed. */
  readonly onHandled: () => void
  readonly reconciling: Reconciling | undefined
  readonly log: Log
}

export interface Webhooks {
  /** By the path at which each is mounted. */
  readonly byPath: ReadonlyMap<string, PaymentWebhook>
  /** Does the work of a CityPay callback with this body. The body is trusted no more than a callback's. */
  readonly takeCityPay: (body: Buffer) => Promise<Outcome>
}

export function createWebhooks(parts: WebhookParts): Webhooks {
  const { config, db, orders, lifecycle, onHandled, log } = parts
  const { coinsPh: coins, cryptoGateway: gateway, coinbarPay: coinbar, cityPay: city } = config.providers
  const { webhookSecret, mode } = config.providers.stripe
  const options = {
    store: db.events,
    on: lifecycle,
    onError: (error: PaymentWebhookError, details: ErrorDetails) => logDelivery(log, error, details),
    onOutcome(report: OutcomeReport) {
      if (report.outcome === 'handled') onHandled()
    },
  }
  const cityPayOrders = cityPay({
    orderToken: (reference) => orders.tokenOf('city-pay', reference),
    readBack: cityPayReadBack(city.orderUrl),
  })
  const cityPayWebhook = paymentWebhook(cityPayOrders, {
    ...options,
    on: { ...lifecycle, 'payment.partially_paid': closingUnderpaid(orders, lifecycle['payment.partially_paid']) },
  })
  const { clientId, secretKey } = coinbar
  const webhooks = {
    stripe: paymentWebhook(stripe({ secret: webhookSecret, mode }), options),
    'coins-ph': paymentWebhook(coinsPh({ token: coins.token }), options),
    'crypto-gateway': paymentWebhook(cryptoGateway({ secret: gateway.secret }), options),
    'coinbar-pay': paymentWebhook(coinbarPay({ clientId, secretKey }), options),
    'city-pay': cityPayWebhook,
  }
  findMissed(webhooks, config, orders, parts.reconciling)
  return {
    byPath: new Map([
      ['/webhooks/stripe', webhooks.stripe],
      ['/webhooks/coins-ph', webhooks['coins-ph']],
      ['/webhooks/gateway', webhooks['crypto-gateway']],
      ['/webhooks/coinbar', webhooks['coinbar-pay']],
      ['/webhooks/city-pay', cityPayWebhook],
    ]),
    takeCityPay: (body) => cityPayWebhook.receive({ body, headers: {} }),
  }
}

/** Never the body: it may contain secrets of the provider and the buyer. Nor the order's id, which opens its page. */
function logDelivery(
  log: Log,
  { code, message }: PaymentWebhookError,
  { provider, outcome, event, explanation }: ErrorDetails,
): void {
  // A provider that is faster than the shop's own commit delivers again, so nobody has to act.
  const level = outcome === 'retry_later' ? 'info' : 'warn'
  const about = event && { eventType: event.type, eventId: event.id, paymentIds: event.paymentIds }
  log(level, 'delivery not handled', { provider, outcome, code, reason: message, explanation, ...about })
}
