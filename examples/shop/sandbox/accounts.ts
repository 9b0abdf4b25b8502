/** The shop's accounts with the providers: the secrets that each of them shares with the shop. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { ProviderName } from './payment.js'

export interface Accounts {
  readonly coinsPh: { readonly token: string }
  /** The key is for calls to the gateway. With the secret, the gateway signs its callbacks. */
  readonly cryptoGateway: { readonly apiKey: string; readonly secret: string }
  readonly coinbarPay: { readonly clientId: string; readonly secretKey: string }
  readonly cityPay: { readonly customerId: string; readonly accessToken: string }
  /** The key is for calls to Stripe. With the endpoint's secret, Stripe signs its events. */
  readonly stripe: { readonly secretKey: string; readonly webhookSecret: string }
}

/** @throws Error that names every missing variable, and no value */
export function accountsFrom(environment: Readonly<Record<string, string | undefined>>): Accounts {
  const missing: string[] = []
  const read = (name: string): string => {
    const value = environment[name]
    if (!value) missing.push(name)
    return value ?? ''
  }
  const accounts: Accounts = {
    coinsPh: { token: read('COINS_PH_TOKEN') },
    cryptoGateway: { apiKey: read('GATEWAY_API_KEY'), secret: read('GATEWAY_SECRET') },
    coinbarPay: { clientId: read('COINBAR_CLIENT_ID'), secretKey: read('COINBAR_SECRET_KEY') },
    cityPay: { customerId: read('CITYPAY_CUSTOMER_ID'), accessToken: read('CITYPAY_ACCESS_TOKEN') },
    stripe: { secretKey: read('STRIPE_SECRET_KEY'), webhookSecret: read('STRIPE_WEBHOOK_SECRET') },
  }
  if (missing.length > 0) throw new Error(`set ${missing.join(', ')}: the shop and the sandbox need the same values`)
  return accounts
}

/** Accounts that nobody had before. */
export function newAccounts(): Accounts {
  return {
    coinsPh: { token: secret() },
    cryptoGateway: { apiKey: `sk_test_${secret()}`, secret: secret() },
    coinbarPay: { clientId: randomUUID(), secretKey: secret() },
    cityPay: { customerId: '115', accessToken: secret() },
    stripe: { secretKey: `sk_test_${secret()}`, webhookSecret: `whsec_${secret()}` },
  }
}

/** Accounts of an attacker who knows everything about the real ones except the secrets. */
export function impostor(accounts: Accounts): Accounts {
  const { coinsPh, cryptoGateway, coinbarPay, stripe } = newAccounts()
  return {
    ...accounts,
    coinsPh,
    cryptoGateway,
    stripe,
    coinbarPay: { ...coinbarPay, clientId: accounts.coinbarPay.clientId },
  }
}

/** The settings that a merchant enters in the providers' dashboards. */
export interface ShopUrls {
  readonly callbacks: Readonly<Record<ProviderName, string>>
  /** The address to which the payer is sent after paying. */
  readonly returnUrl: string
}

/** The addresses of the shop in this example. */
export function shopAt(url: string): ShopUrls {
  return {
    callbacks: {
      'coins-ph': new URL('/webhooks/coins-ph', url).href,
      'crypto-gateway': new URL('/webhooks/gateway', url).href,
      'coinbar-pay': new URL('/webhooks/coinbar', url).href,
      'city-pay': new URL('/webhooks/city-pay', url).href,
      stripe: new URL('/webhooks/stripe', url).href,
    },
    returnUrl: new URL('/return', url).href,
  }
}

function secret(): string {
  return randomBytes(24).toString('hex')
}
