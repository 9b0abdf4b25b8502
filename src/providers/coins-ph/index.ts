/**
 * Coins.ph invoices and payment requests.
 * Source: docs.coins.asia, "Payment requests callback"; docs.coins.ph (four events). The callback carries the merchant API
 * token, and no proof that covers the body. It has no event id, no status and no time.
 */
import { z } from 'zod'
import type { Secret } from '../../crypto/secrets.js'
import { tokenHeader } from '../../crypto/token-header.js'
import type { EventDraft } from '../../event.js'
import { compareDecimals } from '../../money.js'
import { currencyCode, decimal, identifier, optionalIdentifier, validate } from '../../payload.js'
import { defineProvider } from '../../provider.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'

export type { WebhookEvent } from '../../event.js'
export type { Lister } from '../../lister.js'
export type { Provider } from '../../provider.js'

export { coinsPhInvoices, type CoinsPhInvoicesOptions } from './invoices.js'

const EVENTS = [
  'invoice.created',
  'invoice.updated',
  'invoice.fully_paid',
  'invoice.payment_reference_number_generated',
] as const

const envelope = z.object({ event: z.object({ name: z.string().min(1).max(100), data: z.unknown() }) })

const invoice = z.object({
  /** The invoice, even for a payment request: never the payment request's own id. */
  id: identifier,
  currency: currencyCode,
  amount: decimal,
  /** The amount received so far, in total. */
  amount_received: decimal,
  /** The merchant's own id; payment requests have none. */
  external_transaction_id: optionalIdentifier,
})

/** A Coins.ph callback as documented. */
export interface CoinsPhPayload {
  readonly event: { readonly name: (typeof EVENTS)[number]; readonly data: z.output<typeof invoice> }
}

type CoinsPhType = 'payment.pending' | 'payment.partially_paid' | 'payment.detected' | 'payment.confirmed'

/**
 * Coins.ph, authenticated by `Authorization: Token <merchant API token>`.
 *
 * @param options.token the merchant API token from the dashboard; several during a rotation
 * @param options.retired replaced tokens: a delivery with one is refused, and the explanation for the operator says so
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe token, `CONFIG_OPTION_UNKNOWN`
 * @example
 * ```ts
 * import { coinsPh, memoryStore, paymentWebhook } from 'express-payment-webhooks'
 *
 * app.use('/webhooks/coins-ph', paymentWebhook(coinsPh({ token: process.env.COINS_PH_TOKEN }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function coinsPh(options: { readonly token: Secret; readonly retired?: Secret }) {
  rejectUnknown('coinsPh', options, ['token', 'retired'])
  return defineProvider({
    name: 'coins-ph',
    types: ['payment.pending', 'payment.partially_paid', 'payment.detected', 'payment.confirmed'],
    authentication: tokenHeader({ scheme: 'Token', secretOption: 'coinsPh: token', ...options }),
    // A sister product treats any other text as a failure. For this product nothing is documented.
    answers: { accepted: { body: 'OK' } },
    schema: envelope,
    toEvent({ event: { name, data } }) {
      if (!isKnown(name)) return { unrecognised: name, native: { event: { name, data } } }
      return toDraft({ event: { name, data: validate(invoice, data) } })
    },
  })
}

function toDraft(native: CoinsPhPayload): EventDraft<CoinsPhType, CoinsPhPayload> {
  const { name, data } = native.event
  const { id, amount, amount_received: received, currency } = data
  return {
    type: typeOf(name, received, amount),
    // invoice.updated comes once per payment, and the cumulative amount distinguishes one from the next.
    identity: [name, id, received, amount],
    orderId: data.external_transaction_id,
    paymentId: id,
    expected: { amount, currency },
    received: { amount: received, currency, basis: 'total' },
    native,
  }
}

function typeOf(name: CoinsPhPayload['event']['name'], received: string, amount: string): CoinsPhType {
  if (name === 'invoice.fully_paid') return 'payment.confirmed'
  // invoice.updated also reports that a Bitcoin rate expired, with unchanged amounts.
  if (name !== 'invoice.updated' || received === '0') return 'payment.pending'
  return compareDecimals(received, amount) < 0 ? 'payment.partially_paid' : 'payment.detected'
}

function isKnown(name: string): name is CoinsPhPayload['event']['name'] {
  return (EVENTS as readonly string[]).includes(name)
}
