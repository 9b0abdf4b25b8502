/** Times in ISO 8601, in UTC with milliseconds, so that the smaller text is the earlier time. */
import type { WebhookEvent } from '../event.js'

/** For such a time without a zone, the built-in parser would assume the zone of this machine. */
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/

/** The instant in one form, or null if the text is not a time. */
export function instantOf(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null
  const time = new Date(WITHOUT_ZONE.test(text) ? `${text}Z` : text)
  return Number.isNaN(time.getTime()) ? null : time.toISOString()
}

/** When an event's money was seen: by the provider's clock, which may be fast, but never later than the event arrived. */
export function seenAtOf({ transaction, occurredAt, receivedAt }: WebhookEvent): string {
  const told = instantOf(receivedAt)!
  const seen = instantOf(transaction?.seenAt) ?? instantOf(occurredAt) ?? told
  return seen < told ? seen : told
}

/** True if both times are known and the first is later. */
export function follows(later: string | null | undefined, earlier: string | null | undefined): boolean {
  return later != null && earlier != null && later > earlier
}

/** The earlier time; null means no time. */
export function earlierOf(a: string | null, b: string | null): string | null {
  return a === null || b === null ? (a ?? b) : a < b ? a : b
}

/** The later time; null means no time. */
export function laterOf(a: string | null, b: string | null): string | null {
  return a === null || b === null ? (a ?? b) : a > b ? a : b
}
