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
  /** The secret API key, `sk_live_...` or `sk_test_...`, which signs webhooks too; several while it is changed. */
  readonly secretKey: Secret
  /** Keys that were replaced: refused, and named as such to the operator. */
  readonly retired?: Secret
  /** Events of the other mode reach no handler of money, and a key of the other mode stops the start. @default 'live' */
  readonly mode?: 'live' | 'test'
  /**
   * A payment request that is paid is announced by its charge and by itself. `charge` takes the money from charges, which
   * every payment has; `payment_request` takes it from payment requests. @default 'charge'
   */
  readonly money?: 'charge' | 'payment_request'
  /** Where the order's name stands: in the metadata, or as the transaction's reference. @default 'metadata' */
  readonly orderFrom?: 'metadata' | 'reference'
  /** The key of the metadata that holds the order's name. @default 'order_id' */
  readonly orderKey?: string
  /**
   * How many decimals amounts in XOF come with. The franc has no minor unit, and is sent multiplied by 100 all the same.
   * @default 2
   */
  readonly xofDecimals?: 0 | 2
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
 *   on: { 'payment.confirmed': async (event) => orders.markPaid(event.orderId, event.received) },
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

/** A key of the other mode among several would let its callbacks pass as well. */
function checkMode(secretKey: Secret, mode: PaystackReading['mode']): void {
  const other = mode === 'live' ? 'test' : 'live'
  if (checkSecrets('paystack: secretKey', secretKey).some((key) => key.startsWith(`sk_${other}_`))) {
    invalidOption('paystack', `secretKey is a key of ${other} mode, and mode is '${mode}'`)
  }
}
