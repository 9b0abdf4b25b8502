/**
 * NOWPayments: payments in many coins, reported by instant payment notifications.
 * Source: NOWPayments' API documentation and help centre (nowpayments.zendesk.com), and src/ipn.js of
 * NowPaymentsIO/nowpayments-sdk-nodejs 0.2.1, which signed and checked the vectors of the tests.
 */
import type { Secret } from '../../crypto/secrets.js'
import { signature } from '../../crypto/signature.js'
import { jsonSource } from '../../formats/json-source.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { interpret, TYPES } from './interpret.js'
import { notification } from './payload.js'

export type { WebhookEvent } from '../../event.js'
export type { Provider } from '../../provider.js'

export type { NowPaymentsPayment, NowPaymentsPayout } from './payload.js'

/** Options of `nowPayments`. */
export interface NowPaymentsOptions {
  /** The IPN secret of the account. Give several during a rotation. */
  readonly ipnSecret: Secret
  /** Replaced secrets. A delivery signed with one is refused, and the explanation for the operator says so. */
  readonly retired?: Secret
}

/** How long NOWPayments waits for an answer (docs: help centre). */
const PATIENCE_MS = 3000

/**
 * NOWPayments, authenticated by `x-nowpayments-sig`, an HMAC-SHA512 of the body with its keys sorted. Numbers and texts are
 * verified exactly as the body has them: no number passes through a float.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe secret, `CONFIG_OPTION_UNKNOWN`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { nowPayments } from 'express-payment-webhooks/providers/nowpayments'
 *
 * app.use('/webhooks/nowpayments', paymentWebhook(nowPayments({ ipnSecret: process.env.NOWPAYMENTS_IPN_SECRET }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function nowPayments(options: NowPaymentsOptions) {
  rejectUnknown('nowPayments', options, ['ipnSecret', 'retired'])
  const { ipnSecret, retired } = options
  return defineProvider({
    name: 'nowpayments',
    types: TYPES,
    authentication: signature({
      header: 'x-nowpayments-sig',
      algorithm: 'sha512',
      secret: ipnSecret,
      secretOption: 'nowPayments: ipnSecret',
      ...(retired !== undefined && { retired }),
      message: ({ body }) => [jsonSource(body).sorted()],
    }),
    patienceMs: PATIENCE_MS,
    // NOWPayments repeats a notification a few times within minutes, and only if the account enables that (docs: help centre).
    unknownOrder: 'keep',
    schema: notification,
    toEvent: (content) => interpret(content),
  })
}
