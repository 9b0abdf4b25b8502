/**
 * Never runs, only compiles. No provider takes a handler for an event that it does not send, and nothing is used before it is
 * proven.
 */
import { z } from 'zod'
import {
  bodyToken,
  decimal,
  defineProvider,
  identifier,
  memoryStore,
  paymentWebhook,
  readBack,
} from 'express-payment-webhooks'
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

const store = memoryStore()
const secret = process.env['SECRET']
const url = 'https://shop.example/hook'
const handle = () => {}

const adyenPay = adyen({ hmacKey: secret, merchantAccount: 'x', capture: 'manual' })
// @ts-expect-error a payment by card is never paid in parts
paymentWebhook(adyenPay, { store, on: { 'payment.partially_paid': handle } })
// @ts-expect-error Binance Pay reserves nothing
paymentWebhook(binancePay({ keys: {} }), { store, on: { 'payment.authorized': handle } })
// @ts-expect-error BitPay reports each refund separately
paymentWebhook(bitPay({ token: secret }), { store, on: { 'payment.refunded': handle } })
// @ts-expect-error BTCPay Server tells of no refund that has arrived
paymentWebhook(btcPayServer({ secret }), { store, on: { 'refund.confirmed': handle } })
// @ts-expect-error a payment by card is never paid in parts
paymentWebhook(checkoutCom({ signatureKey: secret }), { store, on: { 'payment.partially_paid': handle } })
// @ts-expect-error Coinbase Business tells of nothing that is only opened
paymentWebhook(coinbaseBusiness({ secret }), { store, on: { 'payment.pending': handle } })
const coinGatePay = coinGate({ orderToken: () => null, readOrder: async () => null })
// @ts-expect-error CoinGate reserves nothing
paymentWebhook(coinGatePay, { store, on: { 'payment.authorized': handle } })
const coinPaymentsPay = coinPayments({ ipnSecret: secret, merchantId: 'x' })
// @ts-expect-error CoinPayments reports only refunds of a whole payment
paymentWebhook(coinPaymentsPay, { store, on: { 'refund.confirmed': handle } })
// @ts-expect-error nobody disputes coins
paymentWebhook(cryptomus({ paymentKey: secret }), { store, on: { 'dispute.opened': handle } })
// @ts-expect-error a payment of Mollie is never paid in parts
paymentWebhook(mollie({ secret }), { store, on: { 'payment.partially_paid': handle } })
// @ts-expect-error nobody disputes coins
paymentWebhook(nowPayments({ ipnSecret: secret }), { store, on: { 'dispute.opened': handle } })
// @ts-expect-error nobody disputes coins
paymentWebhook(openNode({ apiKey: secret }), { store, on: { 'dispute.opened': handle } })
// @ts-expect-error PayMongo tells of no disputes
paymentWebhook(payMongo({ secret }), { store, on: { 'dispute.opened': handle } })
const payPal = paypal({ webhookId: 'x', readBack: async () => null })
// @ts-expect-error PayPal cancels what nobody pays
paymentWebhook(payPal, { store, on: { 'payment.expired': handle } })
// @ts-expect-error Paystack tells of nothing that runs out
paymentWebhook(paystack({ secretKey: secret }), { store, on: { 'payment.expired': handle } })
// @ts-expect-error Polar reserves nothing
paymentWebhook(polar({ secret }), { store, on: { 'payment.authorized': handle } })
// @ts-expect-error Razorpay reports each refund separately
paymentWebhook(razorpay({ secret }), { store, on: { 'payment.refunded': handle } })
// @ts-expect-error a payment by card is never paid in parts
paymentWebhook(square({ signatureKey: secret, url }), { store, on: { 'payment.partially_paid': handle } })
const standard = standardWebhooks({ secret, types: ['standard-webhooks.a'] })
// @ts-expect-error a shop says itself what it takes from a sender of Standard Webhooks
paymentWebhook(standard, { store, on: { 'standard-webhooks.b': handle } })
// @ts-expect-error Stripe reports each refund separately
paymentWebhook(stripe({ secret }), { store, on: { 'payment.refunded': handle } })
// @ts-expect-error Xendit tells of no disputes
paymentWebhook(xendit({ token: secret, trustBody: true }), { store, on: { 'dispute.opened': handle } })

// Content of an unproven callback reaches neither an event nor a handler: both are made of the data that was read.
const payment = z.object({ id: identifier, paid: decimal })
const hinted = defineProvider({
  name: 'hinted',
  types: ['payment.confirmed'],
  // @ts-expect-error before it is proven, a body has no fields to be used: every one is unknown
  authentication: bodyToken({ field: 'token', expected: (body) => body['order_id'].toLowerCase() }),
  schema: z.object({ id: identifier, amount: decimal }),
  toEvent: (callback) =>
    readBack({
      key: callback.id,
      read: async () => payment.parse({}),
      toEvent: (read) => ({ type: 'payment.confirmed', identity: [read.id], native: read }),
    }),
})
paymentWebhook(hinted, {
  store,
  on: {
    'payment.confirmed'({ native }) {
      const paid: string = native.paid
      // @ts-expect-error the amount that the callback claims is not in what was read
      return [paid, native.amount]
    },
  },
})
