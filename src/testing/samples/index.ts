/**
 * Every provider with samples, by its name. A provider has a file of this folder, which exports:
 *
 * - `samples`, by the provider's own names for its events
 * - `types`, by the same names: the type of the event that a sample becomes. The first of a type stands for it
 * - `account`: how the command signs; left out where the provider signs with a private key, which nobody else has
 */
import type { SampleAccount } from './account.js'
import * as adyen from './adyen.js'
import * as btcPayServer from './btcpay-server.js'
import * as cityPay from './city-pay.js'
import * as coinbarPay from './coinbar-pay.js'
import * as coinsPh from './coins-ph.js'
import * as cryptoGateway from './crypto-gateway.js'
import * as mollie from './mollie.js'
import * as nowPayments from './nowpayments.js'
import * as paystack from './paystack.js'
import * as standardWebhooks from './standard-webhooks.js'
import * as stripe from './stripe.js'

export interface SampleFile {
  readonly samples: Readonly<Record<string, object>>
  readonly types: Readonly<Record<string, string>>
  readonly account?: SampleAccount
}

export const CATALOGUE = {
  adyen,
  'btcpay-server': btcPayServer,
  'city-pay': cityPay,
  'coinbar-pay': coinbarPay,
  'coins-ph': coinsPh,
  'crypto-gateway': cryptoGateway,
  mollie,
  nowpayments: nowPayments,
  paystack,
  'standard-webhooks': standardWebhooks,
  stripe,
} as const satisfies Readonly<Record<string, SampleFile>>
