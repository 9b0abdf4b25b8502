/** The crypto gateway: an address for each order. The buyer pays it from any wallet, in one transfer or several. */
import { z } from 'zod'
import { identifier } from 'express-payment-webhooks'
import type { ShopConfig } from '../config.js'
import { callProvider, ProviderError } from './call-provider.js'
import type { PaymentClient } from './payment-client.js'

const NETWORK = 'ethereum'

const answer = z.object({
  data: z.object({
    id: identifier,
    // Shown to the buyer and drawn as a QR code, so only an address of this network is accepted.
    address: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
    network: z.string(),
    coin: z.string(),
  }),
})

export function cryptoGatewayClient({ providers: { cryptoGateway } }: ShopConfig): PaymentClient {
  return {
    network: NETWORK,
    async open({ reference, amount, expiresAt }) {
      const coin = amount.currency.toLowerCase()
      const { data } = await callProvider({
        provider: 'crypto-gateway',
        url: `${cryptoGateway.url}/api/v1/addresses`,
        headers: { 'x-api-key': cryptoGateway.apiKey },
        body: JSON.stringify({
          network: NETWORK,
          coin,
          type: 'user',
          metadata: {
            order_id: reference,
            amount: amount.amount,
            currency: amount.currency,
            expires_at: expiresAt.toISOString(),
          },
        }),
        answer,
      })
      // Coins that are sent to an address of another chain are lost.
      if (data.network.toLowerCase() !== NETWORK || data.coin.toLowerCase() !== coin) {
        throw new ProviderError(`crypto-gateway: the address is not for ${coin} on ${NETWORK}`)
      }
      return {
        // Some callbacks name the address's id, others the address itself.
        paymentIds: [data.id, data.address],
        instructions: {
          kind: 'address',
          address: data.address,
          coin: amount.currency,
          network: NETWORK,
          walletUrl: cryptoGateway.walletUrl && `${cryptoGateway.walletUrl}/${data.address}`,
        },
        token: null,
      }
    },
  }
}
