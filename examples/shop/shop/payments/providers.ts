/** The payment providers and the currency of each. The shop has one price list per currency, and no exchange rates. */
import type { ProviderName } from '../views/props.js'

export const CURRENCIES: Readonly<Record<ProviderName, string>> = {
  stripe: 'EUR',
  'crypto-gateway': 'USDT',
  'coinbar-pay': 'EUR',
  'coins-ph': 'PHP',
  'city-pay': 'USD',
}

export const PROVIDERS = Object.keys(CURRENCIES) as readonly ProviderName[]
