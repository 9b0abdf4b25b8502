/**
 * A thrown value can be anything, even an object whose properties throw when read. This package's own errors are
 * recognised by name: an application may load it both as ESM and as CommonJS, each with classes of its own.
 */
import type { DeliveryError, PaymentWebhookError, RetryLater, UnknownOrder } from '../errors.js'

export function isDeliveryError(thrown: unknown): thrown is DeliveryError {
  return isNamed(thrown, 'DeliveryError', 'code')
}

export function isPaymentWebhookError(thrown: unknown): thrown is PaymentWebhookError {
  return isDeliveryError(thrown) || isNamed(thrown, 'ConfigurationError', 'code')
}

export function isRetryLater(thrown: unknown): thrown is RetryLater {
  return isNamed(thrown, 'RetryLater', 'afterSeconds') || isUnknownOrder(thrown)
}

export function isUnknownOrder(thrown: unknown): thrown is UnknownOrder {
  return isNamed(thrown, 'UnknownOrder', 'afterSeconds')
}

/** A transactional store's `complete` rejects with such an error when the handler's work was refused for good. */
export function isWorkRefused(thrown: unknown): boolean {
  try {
    return (thrown as { readonly workRefused?: unknown } | null | undefined)?.workRefused === true
  } catch {
    return false
  }
}

export function messageOf(thrown: unknown): string {
  return textOf(() => (thrown instanceof Error ? thrown.message : thrown))
}

export function stackOf(thrown: unknown): string {
  return textOf(() => (thrown instanceof Error ? (thrown.stack ?? thrown.message) : thrown))
}

/**
 * A copy of the error with only its message and stack, for causes that are logged. HTTP clients store the request in
 * their errors, and with it the API key.
 */
export function withoutFields(thrown: unknown): Error {
  const error = new Error(messageOf(thrown))
  error.stack = stackOf(thrown)
  return error
}

function isNamed(thrown: unknown, name: string, field: string): boolean {
  try {
    return thrown instanceof Error && thrown.name === name && field in thrown
  } catch {
    return false
  }
}

function textOf(read: () => unknown): string {
  try {
    return String(read())
  } catch {
    return 'something that cannot be shown as text'
  }
}
