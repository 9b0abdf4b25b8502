/** Coins.ph: an invoice, paid on its page. Callbacks name the invoice and the amount that it has received. */
import { z } from 'zod'
import { identifier } from 'express-payment-webhooks'
import type { ShopConfig } from '../config.js'
import { accept, callProvider } from './call-provider.js'
import type { PaymentClient } from './payment-client.js'
import { paymentUrl } from './safe-url.js'

const answer = z.object({ invoice: z.object({ id: identifier, payment_url: z.string().max(2000) }) })

export function coinsPhClient({ providers: { coinsPh }, paymentHosts }: ShopConfig): PaymentClient {
  return {
    network: null,
    async open({ reference, amount, expiresAt }) {
      const { invoice } = await callProvider({
        provider: 'coins-ph',
        url: `${coinsPh.url}/v3/invoices/`,
        headers: { authorization: `Token ${coinsPh.token}` },
        body: JSON.stringify({
          amount: amount.amount,
          currency: amount.currency,
          external_transaction_id: reference,
          expires_at: expiresAt.toISOString(),
        }),
        answer,
      })
      return {
        paymentIds: [invoice.id],
        instructions: { kind: 'link', url: accept('coins-ph', () => paymentUrl(invoice.payment_url, paymentHosts)) },
        token: null,
      }
    },
  }
}
