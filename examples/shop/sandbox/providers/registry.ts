/** The providers by name. */
import type { Accounts } from '../accounts.js'
import type { Payment, ProviderName } from '../payment.js'
import { cityPay } from './city-pay.js'
import { coinbarPay } from './coinbar-pay.js'
import { coinsPh } from './coins-ph.js'
import { cryptoGateway } from './crypto-gateway.js'
import type { SandboxProvider } from './provider.js'
import { stripe } from './stripe/stripe.js'

const providers: Readonly<Record<ProviderName, SandboxProvider>> = {
  'coins-ph': coinsPh,
  'crypto-gateway': cryptoGateway,
  'coinbar-pay': coinbarPay,
  'city-pay': cityPay,
  stripe,
}

export function providerOf({ provider }: Pick<Payment, 'provider'>): SandboxProvider {
  return providers[provider]
}

/** True if something proves the origin of the provider's callbacks. If nothing does, their content counts for nothing. */
export function isSigned(payment: Pick<Payment, 'provider'>, accounts: Accounts): boolean {
  return Object.keys(providerOf(payment).sign(accounts, '', 0)).length > 0
}
