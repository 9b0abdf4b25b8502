/** The default `onError`: one JSON line per error on standard error, and not more than a log can take. */
import type { PaymentWebhookError } from '../errors.js'
import type { ErrorDetails } from '../options.js'
import { printable } from '../printable.js'
import { stackOf } from './describe.js'

/** Lines per code and minute; strangers can cause as many refusals as they like. */
const LINES_PER_MINUTE = 10
const MINUTE = 60_000

const windows = new Map<string, { start: number; lines: number; suppressed: number }>()

export function logError(error: PaymentWebhookError, { provider, outcome, event, explanation }: ErrorDetails): void {
  const suppressed = admit(error.code)
  if (suppressed === null) return
  const line = {
    level: 'error',
    package: 'express-payment-webhooks',
    provider,
    outcome,
    code: error.code,
    message: error.message,
    explanation: explanation ?? undefined,
    eventId: event?.id,
    orderId: event?.orderId,
    cause: error.cause === undefined ? undefined : stackOf(error.cause),
    ...(suppressed > 0 && { suppressed }),
  }
  // JSON leaves some line breaks and controls as they are, and a forged line may use any.
  console.error(printable(JSON.stringify(line)))
}

/** How many lines of this code were left out before this one, or null when this one is left out too. */
function admit(code: string): number | null {
  const now = Date.now()
  let window = windows.get(code)
  if (window === undefined || now - window.start >= MINUTE) {
    const suppressed = window?.suppressed ?? 0
    window = { start: now, lines: 1, suppressed: 0 }
    windows.set(code, window)
    return suppressed
  }
  if (window.lines >= LINES_PER_MINUTE) {
    window.suppressed++
    return null
  }
  window.lines++
  return 0
}
