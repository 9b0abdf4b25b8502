/** CoinbarPay: a payment request, paid on its page. A buyer whose payment fails may try again under the same request. */
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { coinbarGatewayUrl, identifier } from 'express-payment-webhooks'
import type { ShopConfig } from '../config.js'
import { accept, callProvider } from './call-provider.js'
import type { PaymentClient } from './payment-client.js'
import { paymentUrl } from './safe-url.js'

const answer = z.object({
  result: z.literal('success'),
  request_token: identifier,
  // Documented for only one of the two calls.
  payment_id_coinbar: identifier.optional(),
})

export function coinbarPayClient({ providers: { coinbarPay }, paymentHosts }: ShopConfig): PaymentClient {
  const { url, clientId, secretKey } = coinbarPay
  return {
    network: null,
    async open({ reference, amount, email }) {
      const body = JSON.stringify({
        service_client_id: clientId,
        payment_request_id: reference,
        input_coin: amount.currency,
        products: [
          {
            product_name: reference,
            // The documentation requires a number. Prices have two decimals, which a number keeps.
            product_price: Number(amount.amount),
            product_amount: 1,
            product_id: reference,
            product_type: 'ecommerce',
          },
        ],
        email,
        user_id: reference,
        timestamp: Date.now(),
      })
      const { request_token: requestToken, payment_id_coinbar: firstAttempt } = await callProvider({
        provider: 'coinbar-pay',
        url: `${url}/coinbar/api/v2/pay/gateway/request`,
        headers: {
          'cbpay-api-key': clientId,
          signature: createHmac('sha256', secretKey).update(body).digest('hex'),
          source: 'web',
        },
        body,
        answer,
      })
      const page = coinbarGatewayUrl({ requestToken, clientId, baseUrl: url })
      return {
        // Buyers whose payment fails may retry on that page, under an id that is chosen there. The event must name this order.
        paymentIds: firstAttempt === undefined ? [null] : [null, firstAttempt],
        instructions: { kind: 'link', url: accept('coinbar-pay', () => paymentUrl(page, paymentHosts)) },
        token: null,
      }
    },
  }
}
