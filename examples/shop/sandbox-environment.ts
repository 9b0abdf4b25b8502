/** The environment of a shop whose providers are all played by the sandbox. For real providers, only this changes. */
import type { Accounts } from './sandbox/accounts.js'

export function sandboxEnvironment(url: string, accounts: Accounts): Record<string, string> {
  const { coinsPh, cryptoGateway, coinbarPay, cityPay, stripe } = accounts
  return {
    COINS_PH_URL: `${url}/coins-ph`,
    COINS_PH_TOKEN: coinsPh.token,
    GATEWAY_URL: `${url}/crypto-gateway`,
    GATEWAY_WALLET_URL: `${url}/crypto-gateway/wallet`,
    GATEWAY_API_KEY: cryptoGateway.apiKey,
    GATEWAY_SECRET: cryptoGateway.secret,
    COINBAR_URL: url,
    COINBAR_CLIENT_ID: coinbarPay.clientId,
    COINBAR_SECRET_KEY: coinbarPay.secretKey,
    CITYPAY_URL: `${url}/city-pay`,
    CITYPAY_ORDER_URL: `${url}/city-pay`,
    CITYPAY_CUSTOMER_ID: cityPay.customerId,
    CITYPAY_ACCESS_TOKEN: cityPay.accessToken,
    STRIPE_URL: url,
    STRIPE_SECRET_KEY: stripe.secretKey,
    STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
    STRIPE_MODE: 'test',
  }
}
