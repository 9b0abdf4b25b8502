/** Stripe: a checkout session, paid by card on Stripe's page, and staff's later actions on the money. */
import { toMinorUnits, type Money } from 'express-payment-webhooks'
import { z } from 'zod'
import type { ShopConfig } from '../config.js'
import { paths } from '../views/paths.js'
import { accept, callProvider } from './call-provider.js'
import type { PaymentClient } from './payment-client.js'
import { paymentUrl } from './safe-url.js'

const MINUTE_MS = 60_000
/**
 * A session is open for half an hour to a day (stripe-node, `SessionCreateParams.expires_at`). The extra minute covers clocks
 * that differ.
 */
const LEAST_MS = 31 * MINUTE_MS
const MOST_MS = (24 * 60 - 1) * MINUTE_MS

const session = z.object({ url: z.string().max(2000) })
const object = z.object({ id: z.string() })

export function stripeClient({ providers, paymentHosts, publicUrl }: ShopConfig): PaymentClient {
  return {
    network: null,
    async open({ reference, amount, email, expiresAt }) {
      const back = `${publicUrl}${paths.return}?${new URLSearchParams({ order_id: reference }).toString()}`
      const { url } = await call(providers.stripe, 'checkout/sessions', session, {
        mode: 'payment',
        client_reference_id: reference,
        customer_email: email,
        success_url: back,
        cancel_url: back,
        expires_at: String(Math.floor(sessionEnd(expiresAt.getTime(), Date.now()) / 1000)),
        'payment_method_types[0]': 'card',
        'line_items[0][quantity]': '1',
        'line_items[0][price_data][currency]': amount.currency.toLowerCase(),
        'line_items[0][price_data][unit_amount]': unitsOf(amount),
        'line_items[0][price_data][product_data][name]': reference,
        // Stripe does not copy a session's metadata to its intent, whose events report the money.
        'payment_intent_data[metadata][order_id]': reference,
      })
      return {
        // Stripe creates the intent when the buyer pays. Its event must name this order.
        paymentIds: [null],
        instructions: { kind: 'link', url: accept('stripe', () => paymentUrl(url, paymentHosts)) },
        token: null,
      }
    },
  }
}

/** As close to the shop's own deadline as Stripe allows. If the session ends earlier, another one follows. */
function sessionEnd(deadline: number, now: number): number {
  return Math.min(Math.max(deadline, now + LEAST_MS), now + MOST_MS)
}

/** Staff's actions on a card payment. Stripe's events report the results to the order. */
export interface CardPayments {
  /**
   * Charges the reserved amount, or a part of it, which releases the rest.
   *
   * @param key the same for the same click: Stripe answers a repeated call like the first one, and does nothing more
   * @throws ProviderError when Stripe refuses the call or cannot be reached
   */
  capture(paymentId: string, amount: Money, key: string): Promise<void>
  release(paymentId: string, key: string): Promise<void>
  refund(paymentId: string, amount: Money, key: string): Promise<void>
}

export function cardPayments({ providers: { stripe } }: Pick<ShopConfig, 'providers'>): CardPayments {
  const change = async (path: string, key: string, fields: Readonly<Record<string, string>>) => {
    await call(stripe, path, object, fields, { 'idempotency-key': key })
  }
  const intent = (id: string) => `payment_intents/${encodeURIComponent(id)}`
  return {
    capture: (id, amount, key) => change(`${intent(id)}/capture`, key, { amount_to_capture: unitsOf(amount) }),
    release: (id, key) => change(`${intent(id)}/cancel`, key, {}),
    refund: (id, amount, key) => change('refunds', key, { payment_intent: id, amount: unitsOf(amount) }),
  }
}

function call<Schema extends z.ZodType>(
  { url, secretKey }: ShopConfig['providers']['stripe'],
  path: string,
  answer: Schema,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<z.output<Schema>> {
  return callProvider({
    provider: 'stripe',
    url: `${url}/v1/${path}`,
    headers: {
      authorization: `Bearer ${secretKey}`,
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    body: new URLSearchParams(fields).toString(),
    answer,
  })
}

const unitsOf = ({ amount, currency }: Money): string => String(toMinorUnits(amount, currency))
