/** The shop's payment providers, with secrets from the environment. A missing secret stops the shop when it starts. */
import { cityPay, coinbarPay, coinsPh, cryptoGateway, type ReadBack } from 'express-payment-webhooks'
import type { Orders } from './orders.js'

export function createProviders(env: NodeJS.ProcessEnv, orders: Orders, cityPayReadBack?: ReadBack) {
  return {
    coinsPh: coinsPh({ token: env['COINS_PH_TOKEN'] }),
    cryptoGateway: cryptoGateway({ secret: env['GATEWAY_SECRET'] }),
    coinbarPay: coinbarPay({ clientId: env['COINBAR_CLIENT_ID'], secretKey: env['COINBAR_SECRET_KEY'] }),
    cityPay: cityPay({
      async orderToken(reference) {
        const order = await orders.find(reference)
        return order && { token: order.cityPayToken, orderId: order.id }
      },
      ...(cityPayReadBack && { readBack: cityPayReadBack }),
    }),
  }
}

export type Providers = ReturnType<typeof createProviders>
