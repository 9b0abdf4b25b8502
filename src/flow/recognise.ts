/**
 * What was thrown, by its name: an application may load this package both as ESM and as CommonJS, each with classes of
 * its own, and a provider or a handler may have got the other one's.
 */
import type { DeliveryError, PaymentWebhookError, RetryLater } from '../errors.js'

export function isDeliveryError(thrown: unknown): thrown is DeliveryError {
  return isNamed(thrown, 'DeliveryError') && 'code' in thrown
}

export function isPaymentWebhookError(thrown: unknown): thrown is PaymentWebhookError {
  return isDeliveryError(thrown) || (isNamed(thrown, 'ConfigurationError') && 'code' in thrown)
}

export function isRetryLater(thrown: unknown): thrown is RetryLater {
  return isNamed(thrown, 'RetryLater') && 'afterSeconds' in thrown
}

function isNamed(thrown: unknown, name: string): thrown is Error {
  return thrown instanceof Error && thrown.name === name
}
