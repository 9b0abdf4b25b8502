/** The payment providers in words for buyers. */
import type { ProviderName } from './props.js'

interface ProviderText {
  readonly label: string
  /** The company that takes the money, in a sentence. */
  readonly company: string
  /** How this way of paying works. */
  readonly summary: string
}

export const PROVIDERS: Readonly<Record<ProviderName, ProviderText>> = {
  stripe: {
    label: 'Card',
    company: 'Stripe',
    summary: 'Pay by card in euros, on Stripe’s page.',
  },
  'crypto-gateway': {
    label: 'USDT on Ethereum',
    company: 'the gateway',
    summary: 'Send coins from your own wallet to an address made for this order.',
  },
  'coinbar-pay': {
    label: 'CoinbarPay',
    company: 'CoinbarPay',
    summary: 'Pay in euros from your Coinbar account, on Coinbar’s page.',
  },
  'coins-ph': {
    label: 'Coins.ph',
    company: 'Coins.ph',
    summary: 'Pay in pesos from your Coins.ph wallet or over the counter.',
  },
  'city-pay': {
    label: 'CityPay',
    company: 'CityPay',
    summary: 'Choose a coin on CityPay’s page; the price is in dollars.',
  },
}
