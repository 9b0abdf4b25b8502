/**
 * Checkout.com: payments, captures, refunds and disputes.
 * Source: checkout.com/docs (receive-webhooks, event-types, calculating-the-amount), checkout/checkout-woocommerce-plugin
 * 5.1.2 and issue checkout-sdk-node#408. The official package verifies nothing, and no source prints a test vector: the
 * vectors of the tests are computed from the documented layout.
 */
import type { HeaderAuthentication } from '../../authentication.js'
import { hmacSignature } from '../../crypto/hmac-signature.js'
import type { Secret } from '../../crypto/secrets.js'
import { tokenHeader } from '../../crypto/token-header.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { defineProvider } from '../../provider.js'
import { CHECKOUT_COM_TYPES, interpret, type CheckoutComReading } from './interpret.js'
import { body } from './payload.js'

export type { WebhookEvent } from '../../event.js'
export type { Provider } from '../../provider.js'

export type { CheckoutComEvent } from './payload.js'

/** Options of `checkoutCom`. */
export interface CheckoutComOptions {
  /** The signature key of the webhook, a text that the shop chooses. Give several for several webhooks, or during a rotation. */
  readonly signatureKey: Secret
  /** Replaced keys. A delivery signed with one is refused, and the explanation for the operator says so. */
  readonly retired?: Secret
  /**
   * The value of the `Authorization` header, if the webhook has one. It is then required in addition to the signature.
   *
   * @default none is required
   */
  readonly authorization?: Secret
  /** Events whose links lead to the other mode never reach a handler for payments. @default 'live' */
  readonly mode?: 'live' | 'test' | undefined
  /**
   * How often a payment is captured. `single`: its one capture confirms it. `several`: each capture is a transaction, and
   * `orders` adds them up. @default 'single'
   */
  readonly captures?: 'single' | 'several' | undefined
  /**
   * `payment`: `payment_paid` confirms a payment, as some local methods use it. Payouts send it too, so choose this only if
   * the shop makes no payouts. @default 'native'
   */
  readonly paid?: 'native' | 'payment' | undefined
  /** The key of the metadata that holds the order's name, for payments without `reference`. @default 'order_id' */
  readonly orderKey?: string | undefined
}

const NAMES = ['signatureKey', 'retired', 'authorization', 'mode', 'captures', 'paid', 'orderKey']

/**
 * Checkout.com, authenticated by `Cko-Signature`, and by `Authorization` if the webhook has one.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe key, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { checkoutCom } from 'express-payment-webhooks/providers/checkout-com'
 *
 * app.use('/webhooks/checkout', paymentWebhook(checkoutCom({ signatureKey: process.env.CKO_SIGNATURE_KEY }), {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function checkoutCom(options: CheckoutComOptions) {
  rejectUnknown('checkoutCom', options, NAMES)
  const { mode = 'live', captures = 'single', paid = 'native', orderKey = 'order_id' } = options
  oneOf('mode', mode, ['live', 'test'])
  oneOf('captures', captures, ['single', 'several'])
  oneOf('paid', paid, ['native', 'payment'])
  if (typeof orderKey !== 'string' || orderKey === '') {
    invalidOption('checkoutCom', 'orderKey must be a key of the metadata')
  }
  const reading: CheckoutComReading = { mode, captures, paid, orderKey }
  return defineProvider({
    name: 'checkout-com',
    types: CHECKOUT_COM_TYPES,
    authentication: authenticationOf(options),
    schema: body,
    toEvent: (event) => interpret(event, reading),
  })
}

function oneOf(option: string, value: string, values: readonly string[]): void {
  if (!values.includes(value)) invalidOption('checkoutCom', `${option} must be '${values.join("' or '")}'`)
}

/** If both are configured, both are required: the header alone can be copied to any body. */
function authenticationOf({ signatureKey, retired, authorization }: CheckoutComOptions): HeaderAuthentication {
  const proof = hmacSignature({
    header: 'cko-signature',
    secret: signatureKey,
    secretOption: 'checkoutCom: signatureKey',
    ...(retired !== undefined && { retired }),
  })
  if (authorization === undefined) return proof
  const login = tokenHeader({ token: authorization, secretOption: 'checkoutCom: authorization' })
  return {
    verify(delivery) {
      login.verify(delivery)
      return proof.verify(delivery)
    },
    explain(delivery) {
      try {
        login.verify(delivery)
      } catch {
        return login.explain?.(delivery) ?? null
      }
      return proof.explain?.(delivery) ?? null
    },
    sign: (bytes) => ({ ...proof.sign(bytes), ...login.sign(bytes) }),
  }
}
