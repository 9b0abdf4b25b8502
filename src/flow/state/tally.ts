/** How a provider's deliveries have been going, in this process: silence and wrong secrets show in it. */
import { clock } from '../../lib/clock.js'
import type { Outcome } from '../../outcome.js'

/** Refusals are counted over this time, and over as much before it. */
const WINDOW_MS = 5 * 60_000

/** What came within it. */
export interface Window {
  authentic: number
  refused: number
}

/** Times are in milliseconds since 1970. */
export class Tally {
  lastAuthenticAt: number | null = null
  lastHandledAt: number | null = null
  #startedAt = clock.monotonic()
  current: Window = { authentic: 0, refused: 0 }
  before: Window = { authentic: 0, refused: 0 }

  count(kind: Outcome['kind'], isAuthentic: boolean): void {
    if (kind === 'handled') this.lastHandledAt = clock.now()
    if (!isAuthentic && kind !== 'not_authentic') return
    this.turn()
    if (kind === 'not_authentic') this.current.refused++
    else {
      this.current.authentic++
      this.lastAuthenticAt = clock.now()
    }
  }

  /** Begins another window when this one is over. */
  turn(): void {
    const passed = clock.monotonic() - this.#startedAt
    if (passed < WINDOW_MS) return
    this.before = passed < 2 * WINDOW_MS ? this.current : { authentic: 0, refused: 0 }
    this.current = { authentic: 0, refused: 0 }
    this.#startedAt = clock.monotonic()
  }
}
