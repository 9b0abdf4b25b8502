/** The payment providers in words for buyers. */
import type { ProviderName } from './props.js'

interface ProviderText {
  readonly label: string
  /** What paying this way is like. */
  readonly summary: string
}

export const PROVIDERS: Readonly<Record<ProviderName, ProviderText>> = {
  'crypto-gateway': {
    label: 'USDT on Ethereum',
    summary: 'Send coins from your own wallet to an address made for this order.',
  },
  'coinbar-pay': {
    label: 'CoinbarPay',
    summary: 'Pay in euros from your Coinbar account, on Coinbar’s page.',
  },
  'coins-ph': {
    label: 'Coins.ph',
    summary: 'Pay in pesos from your Coins.ph wallet or over the counter.',
  },
  'city-pay': {
    label: 'CityPay',
    summary: 'Choose a coin on CityPay’s page; the price is in dollars.',
  },
}
