/**
 * Adyen: standard webhooks about payments, captures, refunds and disputes.
 *
 * Source: docs.adyen.com (webhooks, dispute-notifications, currency-codes), the official package
 * @adyen/api-library 32.1.0, which signed and checked the vectors of the tests, and Adyen/php-webhook-module.
 */
import { checkSecrets, type Secret } from '../../crypto/secrets.js'
import { tokenHeader } from '../../crypto/token-header.js'
import { DeliveryError } from '../../errors.js'
import { isPromise, type Awaitable } from '../../lib/awaitable.js'
import { invalidOption } from '../../lib/invalid-option.js'
import { rejectUnknown } from '../../lib/reject-unknown.js'
import { validate } from '../../payload.js'
import { defineProvider } from '../../provider.js'
import { ADYEN_TYPES, paymentOf, type AdyenDraft } from './drafts.js'
import { checkHmacKey } from './hmac-key.js'
import { dependsOnCapture, interpret, type Capture } from './interpret.js'
import { body, item, type AdyenItem } from './payload.js'
import { isUnsigned, itemsOf, signedItems } from './signed-items.js'

export type { WebhookEvent } from '../../event.js'
export type { Provider } from '../../provider.js'

export { adyenEvents, type AdyenEvent, type AdyenEventsOptions } from './events.js'
export type { AdyenItem } from './payload.js'

/** The signed facts about a payment, enough to look up how it is captured. */
export interface AdyenPayment {
  /** The shop's reference. */
  readonly orderId: string | null
  /** Adyen's reference of the authorisation. */
  readonly paymentId: string
  readonly merchantAccount: string
}

/** Options of `adyen`. */
export interface AdyenOptions {
  /** The HMAC key of the endpoint, 64 hex digits. Give several during a key rotation. */
  readonly hmacKey: Secret
  /** The shop's merchant account, or all of them if it has several. */
  readonly merchantAccount: string | readonly string[] | undefined
  /**
   * `automatic` if Adyen captures payments itself, `manual` if the shop requests each capture. Give a function if it
   * differs from payment to payment. No event contains this.
   */
  readonly capture: Capture | ((payment: AdyenPayment) => Awaitable<Capture>)
  /** The user name and password of the endpoint. @default none: no log-in is required */
  readonly basicAuth?: { readonly username: string | undefined; readonly password: Secret } | undefined
  /**
   * Handling of the codes that Adyen does not sign, without `basicAuth`: nothing proves them. `refuse`: Adyen redelivers
   * them for 30 days. `acknowledge`: they are acknowledged and dropped. @default 'refuse'
   */
  readonly unsigned?: 'refuse' | 'acknowledge' | undefined
}

const NAMES = ['hmacKey', 'merchantAccount', 'capture', 'basicAuth', 'unsigned']

/** The page of another product gives this figure for the same webhooks (docs: japan-sellers-screening/webhooks). */
const PATIENCE_MS = 10_000

/**
 * Adyen's standard webhooks, authenticated by the signature in each item.
 *
 * @throws ConfigurationError `CONFIG_SECRET_*` for an unsafe key or password, `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore, paymentWebhook } from 'express-payment-webhooks'
 * import { adyen } from 'express-payment-webhooks/providers/adyen'
 *
 * const provider = adyen({
 *   hmacKey: process.env.ADYEN_HMAC_KEY,
 *   merchantAccount: process.env.ADYEN_MERCHANT_ACCOUNT,
 *   capture: 'automatic',
 * })
 * app.use('/webhooks/adyen', paymentWebhook(provider, {
 *   store: memoryStore(),
 *   on: { 'payment.confirmed': async (event) => orders.recordPaid(event.orderId, event.received) },
 * }))
 * ```
 */
export function adyen(options: AdyenOptions) {
  rejectUnknown('adyen', options, NAMES)
  const { hmacKey, capture, basicAuth, unsigned = 'refuse' } = options
  checkHmacKey('adyen', hmacKey)
  checkCapture(capture)
  if (unsigned !== 'refuse' && unsigned !== 'acknowledge') {
    invalidOption('adyen', "unsigned must be 'refuse' or 'acknowledge'")
  }
  if (unsigned === 'acknowledge' && basicAuth !== undefined) {
    invalidOption('adyen', 'unsigned is only for endpoints without basicAuth')
  }
  return defineProvider({
    name: 'adyen',
    types: ADYEN_TYPES,
    authentication: signedItems({
      hmacKey,
      merchantAccounts: accountsOf(options.merchantAccount),
      login: basicAuth === undefined ? null : loginOf(basicAuth),
      unsigned,
    }),
    // Adyen once required this text. Today any 2xx with any of several bodies is enough, and this is one of them.
    answers: { accepted: { body: '[accepted]' } },
    patienceMs: PATIENCE_MS,
    // An endpoint's retry queue continues with the next event only after this one is accepted (docs: troubleshoot).
    unknownOrder: 'keep',
    blocksQueue: true,
    schema: body,
    toEvent(content): Awaitable<AdyenDraft> {
      const items = itemsOf(content)
      if (items.length > 1) throw severalItems(items.length)
      if (unsigned === 'acknowledge' && isUnsigned(items[0])) return { ignored: 'a code that Adyen does not sign' }
      const read: AdyenItem = { ...validate(item, items[0]), live: content['live'] }
      if (typeof capture !== 'function') return interpret(read, capture)
      if (!dependsOnCapture(read)) return interpret(read, 'manual')
      const { merchantReference: orderId, merchantAccountCode: merchantAccount } = read
      const found = capture({ orderId, paymentId: paymentOf(read), merchantAccount })
      return isPromise(found)
        ? found.then((answer) => interpret(read, captureIn(answer)))
        : interpret(read, captureIn(found))
    },
  })
}

/** Adyen's default is not used here: a shop that ships on an authorisation alone may never be paid. */
function checkCapture(capture: unknown): void {
  if (capture === 'automatic' || capture === 'manual' || typeof capture === 'function') return
  invalidOption(
    'adyen',
    "capture must be 'automatic' or 'manual', or a function that answers one of them; see Settings, Account settings, " +
      'Capture delay in the Customer Area: all but manual is automatic',
  )
}

function captureIn(answer: unknown): Capture {
  if (answer === 'automatic' || answer === 'manual') return answer
  throw new DeliveryError('EVENT_INVALID', "adyen: capture() must answer 'automatic' or 'manual'")
}

function accountsOf(merchantAccount: AdyenOptions['merchantAccount']): readonly string[] {
  const accounts: readonly unknown[] = [merchantAccount ?? []].flat()
  const isAccount = (name: unknown): name is string => typeof name === 'string' && /^[^:\s]+$/.test(name)
  if (accounts.length > 0 && accounts.every(isAccount)) return accounts
  return invalidOption(
    'adyen',
    'merchantAccount must be the name of the merchant account, which the Customer Area shows at its top, and webhooks as ' +
      'merchantAccountCode',
  )
}

function loginOf({ username, password }: NonNullable<AdyenOptions['basicAuth']>) {
  // In RFC 7617, section 2, the user name ends at the first colon.
  if (typeof username !== 'string' || !/^[^:]+$/.test(username)) {
    invalidOption('adyen', 'basicAuth.username must be the user name of the endpoint, without a colon')
  }
  const tokens = checkSecrets('adyen: basicAuth.password', password).map((text) => ({
    value: Buffer.from(`${username}:${text}`, 'utf8').toString('base64'),
    unchecked: true as const,
  }))
  return tokenHeader({ scheme: 'Basic', token: tokens })
}

function severalItems(count: number): DeliveryError {
  return new DeliveryError(
    'SEVERAL_ITEMS',
    `the body holds ${count} notification items, but Adyen documents several items only for SOAP: have the endpoint send JSON`,
  )
}
