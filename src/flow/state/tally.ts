/** How a provider's deliveries have been going, in this process: silence and wrong secrets show in it. */
import { clock } from '../../lib/clock.js'
import type { Outcome } from '../../outcome.js'

/** Refusals are counted over this time, and over as much before it. */
const WINDOW_MS = 5 * 60_000

interface Window {
  authentic: number
  refused: number
}

export interface Figures {
  /** When the last authentic delivery came, ISO 8601 in UTC; null where none has come to this process. */
  readonly lastAuthenticAt: string | null
  /** When a handler last resolved, ISO 8601 in UTC; null where none has in this process. */
  readonly lastHandledAt: string | null
  /** How many of the last five to ten minutes' deliveries were not authentic, from 0 to 1; null where none came. */
  readonly mismatchShare: number | null
}

export class Tally {
  #lastAuthenticAt: number | null = null
  #lastHandledAt: number | null = null
  #startedAt = clock.monotonic()
  #current: Window = { authentic: 0, refused: 0 }
  #before: Window = { authentic: 0, refused: 0 }

  count(kind: Outcome['kind'], isAuthentic: boolean): void {
    if (kind === 'handled') this.#lastHandledAt = clock.now()
    if (!isAuthentic && kind !== 'not_authentic') return
    this.#turn()
    if (kind === 'not_authentic') this.#current.refused++
    else {
      this.#current.authentic++
      this.#lastAuthenticAt = clock.now()
    }
  }

  figures(): Figures {
    this.#turn()
    const refused = this.#current.refused + this.#before.refused
    const all = refused + this.#current.authentic + this.#before.authentic
    return {
      lastAuthenticAt: iso(this.#lastAuthenticAt),
      lastHandledAt: iso(this.#lastHandledAt),
      mismatchShare: all === 0 ? null : refused / all,
    }
  }

  #turn(): void {
    const passed = clock.monotonic() - this.#startedAt
    if (passed < WINDOW_MS) return
    this.#before = passed < 2 * WINDOW_MS ? this.#current : { authentic: 0, refused: 0 }
    this.#current = { authentic: 0, refused: 0 }
    this.#startedAt = clock.monotonic()
  }
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
