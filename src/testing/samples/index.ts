/**
 * Every provider with samples, by name. Each provider has a file in this folder, which exports:
 *
 * - `samples`: the payloads, by the provider's own names for its events
 * - `types`: the type of the event that each sample becomes. `sample` finds the first sample of a type
 * - `ids`: the places of the ids in the samples
 * - `account`: the account with which the command signs
 */
import type { SampleAccount } from './account.js'
import type { SampleIds } from './ids.js'
import * as adyen from './adyen.js'
import * as binancePay from './binance-pay.js'
import * as bitPay from './bitpay.js'
import * as btcPayServer from './btcpay-server.js'
import * as checkoutCom from './checkout-com.js'
import * as cityPay from './city-pay.js'
import * as coinbarPay from './coinbar-pay.js'
import * as coinbaseBusiness from './coinbase-business.js'
import * as coinGate from './coingate.js'
import * as coinPayments from './coinpayments.js'
import * as coinsPh from './coins-ph.js'
import * as cryptoGateway from './crypto-gateway.js'
import * as cryptomus from './cryptomus.js'
import * as mollie from './mollie.js'
import * as nowPayments from './nowpayments.js'
import * as openNode from './opennode.js'
import * as payMongo from './paymongo.js'
import * as paypal from './paypal.js'
import * as paystack from './paystack.js'
import * as polar from './polar.js'
import * as razorpay from './razorpay.js'
import * as square from './square.js'
import * as standardWebhooks from './standard-webhooks.js'
import * as stripe from './stripe.js'
import * as xendit from './xendit.js'

export interface SampleFile {
  readonly samples: Readonly<Record<string, object>>
  readonly types: Readonly<Record<string, string>>
  readonly ids: SampleIds
  readonly account: SampleAccount
  /** The accounts of samples that are signed in another way, by the sample's name. @default none */
  readonly otherAccounts?: Readonly<Record<string, SampleAccount>>
}

export const CATALOGUE = {
  adyen,
  'binance-pay': binancePay,
  bitpay: bitPay,
  'btcpay-server': btcPayServer,
  'checkout-com': checkoutCom,
  'city-pay': cityPay,
  'coinbar-pay': coinbarPay,
  'coinbase-business': coinbaseBusiness,
  coingate: coinGate,
  coinpayments: coinPayments,
  'coins-ph': coinsPh,
  'crypto-gateway': cryptoGateway,
  cryptomus,
  mollie,
  nowpayments: nowPayments,
  opennode: openNode,
  paymongo: payMongo,
  paypal,
  paystack,
  polar,
  razorpay,
  square,
  'standard-webhooks': standardWebhooks,
  stripe,
  xendit,
} as const satisfies Readonly<Record<string, SampleFile>>
