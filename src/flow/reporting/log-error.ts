/** The default `onError`: one JSON line per error on standard error, and not more than a log can take. */
import { pageOf, type PaymentWebhookError } from '../../errors.js'
import { printable } from '../../lib/printable.js'
import { RateLimit } from '../../lib/rate-limit.js'
import { stackOf } from '../../lib/thrown.js'
import type { ErrorDetails } from '../../options.js'

/** Lines per code and minute; strangers can cause as many refusals as they like. */
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
  // JSON leaves some line breaks and controls as they are, and a forged line may use any.
  console.error(printable(JSON.stringify(line)))
}

function limitOf(code: string): RateLimit {
  let limit = limits.get(code)
  if (limit === undefined) limits.set(code, (limit = new RateLimit(LINES_PER_MINUTE)))
  return limit
}
