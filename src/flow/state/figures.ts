/** Figures about a receiver's deliveries, for health checks. */
import type { Tally } from './tally.js'

export interface Figures {
  /** When the last authentic delivery came, ISO 8601 in UTC; null if none has come to this process. */
  readonly lastAuthenticAt: string | null
  /** When a handler last resolved, ISO 8601 in UTC; null if none has in this process. */
  readonly lastHandledAt: string | null
  /** Share of deliveries in the last five to ten minutes that were not authentic, from 0 to 1; null if none came. */
  readonly mismatchShare: number | null
}

export function figuresOf(tally: Tally): Figures {
  tally.turn()
  const { current, before, lastAuthenticAt, lastHandledAt } = tally
  const refused = current.refused + before.refused
  const all = refused + current.authentic + before.authentic
  return {
    lastAuthenticAt: iso(lastAuthenticAt),
    lastHandledAt: iso(lastHandledAt),
    mismatchShare: all === 0 ? null : refused / all,
  }
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
