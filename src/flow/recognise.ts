/**
 * What was thrown, by its name: an application may load this package both as ESM and as CommonJS, each with classes of
 * its own, and a provider or a handler may have got the other one's.
 */
import type { DeliveryError, PaymentWebhookError, RetryLater } from '../errors.js'

export function isDeliveryError(thrown: unknown): thrown is DeliveryError {
  return isNamed(thrown, 'DeliveryError', 'code')
}

export function isPaymentWebhookError(thrown: unknown): thrown is PaymentWebhookError {
  return isDeliveryError(thrown) || isNamed(thrown, 'ConfigurationError', 'code')
}

export function isRetryLater(thrown: unknown): thrown is RetryLater {
  return isNamed(thrown, 'RetryLater', 'afterSeconds') || isNamed(thrown, 'UnknownOrder', 'afterSeconds')
}

/** What a transactional store's `complete` rejects with when it is the handler's work that was refused. */
export function isRefusal(thrown: unknown): boolean {
  return (thrown as { readonly isRefusal?: unknown } | null | undefined)?.isRefusal === true
}

/** Anything may be thrown, also what cannot be looked at. */
function isNamed(thrown: unknown, name: string, field: string): boolean {
  try {
    return thrown instanceof Error && thrown.name === name && field in thrown
  } catch {
    return false
  }
}
