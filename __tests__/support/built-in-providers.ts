/**
 * Every provider of this package, one row each, for the tests that all of them run: conformance, and samples. A provider with
 * several kinds of webhooks has a row for each.
 */
import { cityPay, coinbarPay, coinsPh, cryptoGateway, type Provider } from 'express-payment-webhooks'
import { adyen } from 'express-payment-webhooks/providers/adyen'
import { binancePay } from 'express-payment-webhooks/providers/binance-pay'
import { bitPay } from 'express-payment-webhooks/providers/bitpay'
import { btcPayServer } from 'express-payment-webhooks/providers/btcpay-server'
import { checkoutCom } from 'express-payment-webhooks/providers/checkout-com'
import { coinbaseBusiness } from 'express-payment-webhooks/providers/coinbase-business'
import { coinGate } from 'express-payment-webhooks/providers/coingate'
import { coinPayments } from 'express-payment-webhooks/providers/coinpayments'
import { cryptomus } from 'express-payment-webhooks/providers/cryptomus'
import { mollie } from 'express-payment-webhooks/providers/mollie'
import { nowPayments } from 'express-payment-webhooks/providers/nowpayments'
import { openNode } from 'express-payment-webhooks/providers/opennode'
import { payMongo } from 'express-payment-webhooks/providers/paymongo'
import { paypal } from 'express-payment-webhooks/providers/paypal'
import { paystack } from 'express-payment-webhooks/providers/paystack'
import { polar } from 'express-payment-webhooks/providers/polar'
import { razorpay } from 'express-payment-webhooks/providers/razorpay'
import { square } from 'express-payment-webhooks/providers/square'
import { standardWebhooks } from 'express-payment-webhooks/providers/standard-webhooks'
import { stripe } from 'express-payment-webhooks/providers/stripe'
import { xendit } from 'express-payment-webhooks/providers/xendit'
import {
  binancePayTestKeys,
  payPalTestKeys,
  sample,
  sampleCityPayOrder,
  type CityPayOrderStatus,
  type SampleProvider,
} from 'express-payment-webhooks/testing'

export interface BuiltIn {
  /** The provider whose samples its webhooks carry. */
  readonly provider: SampleProvider
  /** The provider with a safe secret. Its API answers with the content of the payload. */
  readonly create: (payload: string, body?: object) => Provider
  /** Samples that such a webhook can carry. @default all of the provider's */
  readonly brings?: (payload: string) => boolean
  /** True if samples become events of other types than their lists say, because of another set-up. */
  readonly hasOtherTypes?: boolean
  /** Headers that the sender may send several times. */
  readonly repeatable?: readonly string[]
}

export const secret = '4f1d9a7c2b6e80354f1d9a7c2b6e80354f1d9a7c2b6e80354f1d9a7c2b6e8035'

/** By the name in test titles. */
export const BUILT_IN: Readonly<Record<string, BuiltIn>> = {
  adyen: {
    provider: 'adyen',
    create: () => adyen({ hmacKey: secret, merchantAccount: 'ExampleShopECOM', capture: 'automatic' }),
  },
  'adyen, with a login': {
    provider: 'adyen',
    create: () =>
      adyen({
        hmacKey: secret,
        merchantAccount: 'ExampleShopECOM',
        capture: 'manual',
        basicAuth: { username: 'shop', password: secret },
      }),
    hasOtherTypes: true,
    // A provider with manual capture and signed codes.
    brings: (payload) => /^(CAPTURE|REFUND)/.test(payload),
  },
  'binance-pay': { provider: 'binance-pay', create: () => binancePay({ keys: {}, testKeys: binancePayTestKeys() }) },
  bitpay: { provider: 'bitpay', create: () => bitPay({ token: secret }) },
  'btcpay-server': { provider: 'btcpay-server', create: () => btcPayServer({ secret }) },
  'checkout-com': { provider: 'checkout-com', create: () => checkoutCom({ signatureKey: secret }) },
  'city-pay': { provider: 'city-pay', create: cityPayFor },
  'coinbar-pay': {
    provider: 'coinbar-pay',
    create: () => coinbarPay({ clientId: '7b0c2f3e-5a41-4d8e-9c67-1f2a3b4c5d6e', secretKey: secret }),
  },
  coingate: { provider: 'coingate', create: coinGateFor },
  'coinbase-business': { provider: 'coinbase-business', create: () => coinbaseBusiness({ secret }) },
  'coins-ph': { provider: 'coins-ph', create: () => coinsPh({ token: secret }) },
  coinpayments: {
    provider: 'coinpayments',
    create: () => coinPayments({ ipnSecret: secret, merchantId: 'f3a1c7e85b2d4906' }),
  },
  'crypto-gateway': { provider: 'crypto-gateway', create: () => cryptoGateway({ secret }) },
  'crypto-gateway, timestamped': {
    provider: 'crypto-gateway',
    create: () => cryptoGateway({ secret, mode: 'timestamped' }),
  },
  cryptomus: { provider: 'cryptomus', create: () => cryptomus({ paymentKey: secret }) },
  mollie: {
    provider: 'mollie',
    create: () => mollie({ secret }),
    repeatable: ['x-mollie-signature'],
    brings: (payload) => payload !== 'classic',
  },
  'mollie, classic': { provider: 'mollie', create: classicMollieFor, brings: (payload) => payload === 'classic' },
  nowpayments: { provider: 'nowpayments', create: () => nowPayments({ ipnSecret: secret }) },
  paymongo: { provider: 'paymongo', create: () => payMongo({ secret }) },
  opennode: { provider: 'opennode', create: openNodeFor },
  paypal: { provider: 'paypal', create: payPalFor },
  paystack: { provider: 'paystack', create: () => paystack({ secretKey: secret }) },
  polar: { provider: 'polar', create: () => polar({ secret }) },
  square: {
    provider: 'square',
    create: () => square({ signatureKey: secret, url: 'https://shop.example/webhooks/square' }),
  },
  razorpay: { provider: 'razorpay', create: () => razorpay({ secret }) },
  'standard-webhooks': {
    provider: 'standard-webhooks',
    create: () => standardWebhooks({ secret, types: ['standard-webhooks.invoice.paid'] }),
  },
  stripe: { provider: 'stripe', create: () => stripe({ secret }) },
  xendit: { provider: 'xendit', create: () => xendit({ token: secret, trustBody: true }) },
}

/** Mollie answers that the payment is paid, without an order. */
function classicMollieFor(_payload: string, body: object = sample('mollie', 'classic')): Provider {
  const payment = sample('mollie', 'payment.paid')._embedded.entity
  return mollie({ readBack: async () => ({ ...payment, metadata: null, ...body }) })
}

function coinGateFor(payload: string, body: object = sample('coingate', 'paid')): Provider {
  const { token, ...order } = { ...sample('coingate', 'paid'), ...body, status: payload.split(' ')[0]! }
  return coinGate({ orderToken: () => token, readOrder: async () => order })
}

function cityPayFor(payload: string, body?: object): Provider {
  const [status, isPart] = [payload.split(' ')[0] as CityPayOrderStatus, payload.includes('part')]
  return cityPay({
    orderToken: () => '730914458201',
    readBack: async () => {
      const { data, ...answer } = sampleCityPayOrder(status, isPart ? '30.00' : undefined) as CityPayAnswer
      if (body === undefined) return { ...answer, data }
      const { order_id: id, transaction_id: hash } = body as ReturnType<typeof sample<'city-pay', 'CONFIRMED'>>
      return {
        ...answer,
        data: { ...data, id, transactions: data.transactions.map((one) => ({ ...one, id: hash, hash })) },
      }
    },
    allowedIps: ['127.0.0.1'],
  })
}

interface CityPayAnswer {
  readonly data: { readonly transactions: readonly object[] }
}

/** OpenNode answers the content of the callback. */
function openNodeFor(payload: string, body: object = sample('opennode', (payload || 'paid') as 'paid')): Provider {
  const { id, status, order_id } = body as ReturnType<typeof sample<'opennode', 'paid'>>
  const charge = { id, status, amount: 142000, currency: 'EUR', fiat_value: 129, order_id }
  return openNode({ apiKey: secret, readBack: async () => ({ data: charge }) })
}

export const WEBHOOK_ID = '8PT597110X687430L'

/** PayPal answers each resource exactly as in the event. */
function payPalFor(
  payload: string,
  body: object = sample('paypal', (payload || 'PAYMENT.CAPTURE.COMPLETED') as 'PAYMENT.CAPTURE.COMPLETED'),
): Provider {
  const event = body as { readonly resource: object }
  return paypal({
    webhookId: WEBHOOK_ID,
    testKeys: payPalTestKeys(),
    readBack: async (path) => (path.includes('/webhooks-events/') ? event : event.resource),
  })
}
