/** The shop's client for each provider. */
import type { ShopConfig } from '../config.js'
import { cityPayClient } from './city-pay.js'
import { coinbarPayClient } from './coinbar-pay.js'
import { coinsPhClient } from './coins-ph.js'
import { cryptoGatewayClient } from './crypto-gateway.js'
import type { PaymentClient } from './payment-client.js'
import { stripeClient } from './stripe.js'
import type { ProviderName } from '../views/props.js'

export type PaymentClients = Readonly<Record<ProviderName, PaymentClient>>

export function createPaymentClients(config: ShopConfig): PaymentClients {
  return {
    stripe: stripeClient(config),
    'crypto-gateway': cryptoGatewayClient(config),
    'coinbar-pay': coinbarPayClient(config),
    'coins-ph': coinsPhClient(config),
    'city-pay': cityPayClient(config),
  }
}
