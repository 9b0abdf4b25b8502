/**
 * Paystack: cards, bank transfers, mobile money and other channels in Nigeria, Ghana, Kenya, South Africa and the
 * Ivory Coast.
 *
 * Source: paystack.com/docs/payments/webhooks and PaystackOSS/doc-code-snippets (February 2026). Paystack publishes no
 * package that verifies webhooks.
 */
import { checkSecrets, type Secret } from '../../crypto/secrets.js'
import { signature } from '../../crypto/signature.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { interpret, PAYSTACK_TYPES, type PaystackReading } from './interpret.js'
import { delivery } from './payload.js'

export type { WebhookEvent } from '../../event.js'
export type { Provider } from '../../provider.js'

export type { PaystackEvent } from './payload.js'

/** Options of `paystack`. */
export interface PaystackOptions {
  /** The secret API key, `sk_live_...` or `sk_test_...`, which also signs webhooks. Give several during a rotation. */
  readonly secretKey: Secret
  /** Replaced keys. A delivery signed with one is refused, and the explanation for the operator says so. */
  readonly retired?: Secret
  /** Events of the other mode never reach a handler for payments, and a key of the other mode stops the start. @default 'live' */
  readonly mode?: 'live' | 'test' | undefined
  /**
   * Paystack reports a paid payment request twice: by its charge, and as a payment request. `charge` counts the money of
   * charges, which every payment has; `payment_request` counts that of payment requests. @default 'charge'
   */
  readonly money?: 'charge' | 'payment_request' | undefined
  /** The place of the order's name: the metadata, or the transaction's reference. @default 'metadata' */
  readonly orderFrom?: 'metadata' | 'reference' | undefined
  /** The key of the metadata that holds the order's name. @default 'order_id' */
  readonly orderKey?: string | undefined
  /**
   * The number of decimals in amounts in XOF. The franc has no minor unit, but Paystack multiplies these amounts by 100 as
   * well.
   * @default 2
   */
  readonly xofDecimals?: 0 | 2 | undefined
}

const NAMES = ['secretKey', 'retired', 'mode', 'money', 'orderFrom', 'orderKey', 'xofDecimals']

/**
 * Paystack, authenticated by `x-paystack-signature`.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe key, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { paystack } from 'express-payment-webhooks/providers/paystack'
 *
 * app.use('/webhooks/paystack', paymentWebhook(paystack({ secretKey: process.env.PAYSTACK_SECRET_KEY }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function paystack(options: PaystackOptions) {
  rejectUnknown('paystack', options, NAMES)
  const { secretKey, retired, mode = 'live', money = 'charge' } = options
  const { orderFrom = 'metadata', orderKey = 'order_id', xofDecimals = 2 } = options
  oneOf('mode', mode, ['live', 'test'])
  oneOf('money', money, ['charge', 'payment_request'])
  oneOf('orderFrom', orderFrom, ['metadata', 'reference'])
  if (typeof orderKey !== 'string' || orderKey === '') {
    invalidOption('paystack', 'orderKey must be a key of the metadata')
  }
  if (xofDecimals !== 0 && xofDecimals !== 2) invalidOption('paystack', 'xofDecimals must be 0 or 2')
  checkMode(secretKey, mode)
  const reading: PaystackReading = { mode, money, orderFrom, orderKey, xofDecimals }
  return defineProvider({
    name: 'paystack',
    types: PAYSTACK_TYPES,
    authentication: signature({
      header: 'x-paystack-signature',
      algorithm: 'sha512',
      secret: secretKey,
      secretOption: 'paystack: secretKey',
      ...(retired !== undefined && { retired }),
    }),
    schema: delivery,
    toEvent: (event) => interpret(event, reading),
  })
}

function oneOf(name: string, value: string, values: readonly string[]): void {
  if (values.includes(value)) return
  invalidOption('paystack', `${name} must be ${values.map((one) => `'${one}'`).join(' or ')}`)
}

/** If one of several keys were of the other mode, callbacks of that mode would also pass. */
function checkMode(secretKey: Secret, mode: PaystackReading['mode']): void {
  const other = mode === 'live' ? 'test' : 'live'
  if (checkSecrets('paystack: secretKey', secretKey).some((key) => key.startsWith(`sk_${other}_`))) {
    invalidOption('paystack', `secretKey is a key of ${other} mode, and mode is '${mode}'`)
  }
}
