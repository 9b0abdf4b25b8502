/** Every error that this package raises: one class per audience, one stable code per situation. */

/** Raised when a provider, a store or a receiver is made with unsafe options. */
export type ConfigurationCode =
  | 'CONFIG_SECRET_MISSING'
  | 'CONFIG_SECRET_WHITESPACE'
  | 'CONFIG_SECRET_PLACEHOLDER'
  | 'CONFIG_SECRET_SHORT'
  | 'CONFIG_SECRET_MALFORMED'
  | 'CONFIG_OPTION_UNKNOWN'
  | 'CONFIG_OPTION_INVALID'
  | 'CONFIG_EVENT_UNKNOWN'
  | 'CONFIG_PROVIDER_INVALID'
  | 'CONFIG_TRUST_PROXY'
  | 'CONFIG_STORE_UNSAFE'
  | 'CONFIG_ACCOUNT_SHARED'
  | 'CONFIG_ACCOUNT_MISMATCH'
  | 'CONFIG_STORE_NEWER'
  | 'CONFIG_STORE_OUTDATED'

/** Reasons why a delivery was not accepted, or not yet. */
export type DeliveryCode =
  | 'METHOD_NOT_ALLOWED'
  | 'BODY_TOO_LARGE'
  | 'BODY_TIMEOUT'
  | 'BODY_ABORTED'
  | 'BODY_ENCODING_UNSUPPORTED'
  | 'RAW_BODY_CONSUMED'
  | 'AUTH_HEADER_MISSING'
  | 'AUTH_HEADER_REPEATED'
  | 'AUTH_HEADER_MALFORMED'
  | 'AUTH_MISMATCH'
  | 'AUTH_CLIENT_MISMATCH'
  | 'AUTH_TIMESTAMP_MALFORMED'
  | 'AUTH_TIMESTAMP_STALE'
  | 'AUTH_SOURCE_REFUSED'
  | 'AUTH_PROOF_MISSING'
  | 'AUTH_PROOF_MALFORMED'
  | 'AUTH_KEY_UNKNOWN'
  | 'AUTH_TENANT_UNKNOWN'
  | 'AUTH_UNDECIDED'
  | 'AUTH_UNPROVEN'
  | 'TENANT_UNAVAILABLE'
  | 'BODY_EMPTY'
  | 'JSON_NOT_UTF8'
  | 'JSON_INVALID'
  | 'JSON_TOO_DEEP'
  | 'JSON_DUPLICATE_KEY'
  | 'FORM_INVALID'
  | 'FORM_DUPLICATE_FIELD'
  | 'PAYLOAD_INVALID'
  | 'PAYLOAD_LEGACY'
  | 'SEVERAL_ITEMS'
  | 'EVENT_INVALID'
  | 'ORDER_UNKNOWN'
  | 'READ_BACK_UNAVAILABLE'
  | 'READ_BACK_MISMATCH'
  | 'READ_BACK_BEHIND'
  | 'ID_CONFLICT'
  | 'BUSY'
  | 'SHUTTING_DOWN'
  | 'DEADLINE_PASSED'
  | 'STORE_UNAVAILABLE'
  | 'QUEUE_UNAVAILABLE'
  | 'LEASE_LOST'
  | 'COMPLETE_FAILED'
  | 'HANDLER_RETRY_LATER'
  | 'RETRIES_EXHAUSTED'
  | 'HANDLER_FAILED'
  | 'INTERNAL'

/** Reasons why a reconcile run could not look for missed events yet. */
export type ReconcileCode = 'RECONCILE_TOO_EARLY' | 'RECONCILE_TOO_LATE' | 'RECONCILE_RUNNING' | 'LIST_UNAVAILABLE'

export type ErrorCode = ConfigurationCode | DeliveryCode | ReconcileCode

/** Folder of the manual that is installed with the package, relative to the shop's folder. */
export const PAGES = 'node_modules/express-payment-webhooks/docs'

/** Address of the section that explains an error code. */
export function pageOf(code: ErrorCode): string {
  return `${PAGES}/errors.md#${code.toLowerCase()}`
}

/** Base class of all errors of this package: switch over `code`, show `message` to the operator. */
export class PaymentWebhookError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name: string = 'PaymentWebhookError'
  /** Stable across releases; each has a heading in docs/errors.md. */
  readonly code: Code

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * The shop's code or configuration has to change. Thrown while the application starts. The message ends with the page
 * to read.
 */
export class ConfigurationError extends PaymentWebhookError<ConfigurationCode> {
  override readonly name = 'ConfigurationError'

  constructor(code: ConfigurationCode, message: string, options?: ErrorOptions) {
    super(code, `${message} (see ${pageOf(code)})`, options)
  }
}

/** One delivery was refused, could not be used, or could not be finished. Never contains secrets. */
export class DeliveryError extends PaymentWebhookError<DeliveryCode> {
  override readonly name = 'DeliveryError'
}

/**
 * Thrown by a handler that cannot act yet. The sender is asked to deliver again.
 *
 * @example
 * ```ts
 * import { RetryLater } from 'express-payment-webhooks'
 *
 * throw new RetryLater('order not stored yet', { afterSeconds: 5 })
 * ```
 */
export class RetryLater extends Error {
  override readonly name: string = 'RetryLater'
  /** Seconds the sender is asked to wait. @default 5 */
  readonly afterSeconds: number

  constructor(message: string, options: { readonly afterSeconds?: number | undefined } & ErrorOptions = {}) {
    super(message, options)
    const { afterSeconds = 5 } = options
    if (!Number.isInteger(afterSeconds) || afterSeconds < 1) {
      throw new TypeError('RetryLater: afterSeconds must be a whole number of seconds, 1 or more')
    }
    this.afterSeconds = afterSeconds
  }
}

/**
 * Thrown by a handler that finds no order for an event. Like `RetryLater`, it asks for another delivery. It also states
 * that only the order is missing: some providers must not get an error status for that.
 *
 * @example
 * ```ts
 * import { UnknownOrder } from 'express-payment-webhooks'
 *
 * throw new UnknownOrder('order not stored yet')
 * ```
 */
export class UnknownOrder extends RetryLater {
  override readonly name = 'UnknownOrder'
}
