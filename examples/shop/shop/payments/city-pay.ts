/** CityPay: an order at CityPay, paid on its page. The shop later reads the order back with its token. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { identifier } from 'express-payment-webhooks'
import type { ShopConfig } from '../config.js'
import { accept, callProvider, ProviderError } from './call-provider.js'
import type { PaymentClient } from './payment-client.js'
import { paymentUrl } from './safe-url.js'

const created = z.object({ id: identifier, payment_url: z.string().max(2000), token: identifier })
/** One page of the documentation has the answer under `data`, another under `message`. */
const answer = z.union([
  z.object({ data: created }).transform(({ data }) => data),
  z.object({ message: created }).transform(({ message }) => message),
])

export function cityPayClient({ providers: { cityPay }, paymentHosts }: ShopConfig): PaymentClient {
  return {
    network: null,
    async open({ reference, amount }) {
      // The token opens the order, so it must not be guessable.
      const token = randomBytes(18).toString('base64url')
      const order = await callProvider({
        provider: 'city-pay',
        url: `${cityPay.url}/api/generateOrder`,
        headers: {},
        body: JSON.stringify({
          customer_id: cityPay.customerId,
          access_token: cityPay.accessToken,
          order_id: reference,
          order_token: token,
          amount: amount.amount,
        }),
        answer,
      })
      if (order.token !== token) throw new ProviderError('city-pay: answered with another order than the one created')
      return {
        paymentIds: [order.id],
        instructions: { kind: 'link', url: accept('city-pay', () => paymentUrl(order.payment_url, paymentHosts)) },
        token,
      }
    },
  }
}
