/** The default `onError`: one JSON line per error on standard error, rate-limited. */
import { pageOf, type PaymentWebhookError } from '../../errors.js'
import { printable } from '../../lib/printable.js'
import { RateLimit } from '../../lib/rate-limit.js'
import { stackOf } from '../../lib/thrown.js'
import type { ErrorDetails } from '../../options.js'

/** Lines per error code and minute: strangers can cause any number of refusals. */
const LINES_PER_MINUTE = 10

const limits = new Map<string, RateLimit>()

export function logError(
  error: PaymentWebhookError,
  { provider, account, outcome, requestId, event, explanation }: ErrorDetails,
): void {
  const suppressed = limitOf(error.code).take()
  if (suppressed === null) return
  const line = {
    level: 'error',
    package: 'express-payment-webhooks',
    provider,
    account: account === '' ? undefined : account,
    outcome,
    code: error.code,
    message: error.message,
    see: pageOf(error.code),
    requestId,
    explanation: explanation ?? undefined,
    eventType: event?.type,
    eventId: event?.id,
    orderId: event?.orderId,
    paymentIds: event?.paymentIds,
    cause: error.cause === undefined ? undefined : stackOf(error.cause),
    ...(suppressed > 0 && { suppressed }),
  }
  // JSON does not escape some line breaks and control characters, and a forged value may contain any of them.
  console.error(printable(JSON.stringify(line)))
}

function limitOf(code: string): RateLimit {
  let limit = limits.get(code)
  if (limit === undefined) limits.set(code, (limit = new RateLimit(LINES_PER_MINUTE)))
  return limit
}
