/** Times as facts: ISO 8601 in UTC with milliseconds, so that the smaller text is the earlier time. */
import type { WebhookEvent } from '../event.js'

/** Without a zone the built-in parser would take a time for one of this machine. */
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/

/** The same instant in one form, or null for what names none. */
export function instantOf(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null
  const time = new Date(WITHOUT_ZONE.test(text) ? `${text}Z` : text)
  return Number.isNaN(time.getTime()) ? null : time.toISOString()
}

/** When the money of an event was seen: by the provider's clock, which may run ahead, and never after it was told. */
export function seenAtOf({ transaction, occurredAt, receivedAt }: WebhookEvent): string {
  const told = instantOf(receivedAt)!
  const seen = instantOf(transaction?.seenAt) ?? instantOf(occurredAt) ?? told
  return seen < told ? seen : told
}

/** True when both times are known, and the first is the later. */
export function follows(later: string | null | undefined, earlier: string | null | undefined): boolean {
  return later != null && earlier != null && later > earlier
}

/** Of two, null standing for none. */
export function earlierOf(a: string | null, b: string | null): string | null {
  return a === null || b === null ? (a ?? b) : a < b ? a : b
}

/** Of two, null standing for none. */
export function laterOf(a: string | null, b: string | null): string | null {
  return a === null || b === null ? (a ?? b) : a > b ? a : b
}
