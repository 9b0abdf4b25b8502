/** Counts authentic and refused deliveries of a provider in this process: silence and wrong secrets become visible. */
import { clock } from '../../lib/clock.js'
import type { Outcome } from '../../outcome.js'

/** Deliveries are counted in windows of this length; the current and the previous window are kept. */
const WINDOW_MS = 5 * 60_000

/** Number of deliveries within one window. */
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

  /** Begins a new window if the current one is over. */
  turn(): void {
    const passed = clock.monotonic() - this.#startedAt
    if (passed < WINDOW_MS) return
    this.before = passed < 2 * WINDOW_MS ? this.current : { authentic: 0, refused: 0 }
    this.current = { authentic: 0, refused: 0 }
    this.#startedAt = clock.monotonic()
  }
}
