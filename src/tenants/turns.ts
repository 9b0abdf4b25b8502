/** Limits how many look-ups run at a time and how many wait. */
import { DeliveryError } from '../errors.js'
import { clock } from '../lib/clock.js'

/** Look-ups at a time. Strangers, who may name any tenant, get at most half of them. */
const MAX_RUNNING = 16
const MAX_FOR_STRANGERS = MAX_RUNNING / 2

const MAX_WAITING = 500

/** Limit for look-ups of names that this process has never found: a number at once, and then a number per second. */
const STRANGERS_AT_ONCE = 500
const STRANGERS_PER_SECOND = 50

type Kind = 'known' | 'stranger'

export class Turns {
  #running = 0
  readonly #waiting: Record<Kind, (() => void)[]> = { known: [], stranger: [] }
  #left = STRANGERS_AT_ONCE
  #countedAt = clock.monotonic()

  /**
   * Runs one look-up in its turn.
   *
   * @throws DeliveryError `TENANT_UNAVAILABLE` when too many wait
   */
  async run<T>(kind: Kind, lookUp: () => Promise<T>): Promise<T> {
    if (kind === 'stranger') this.#takeOne()
    if (!this.#isFree(kind)) await this.#turn(kind)
    else this.#running++
    try {
      return await lookUp()
    } finally {
      this.#running--
      this.#next()
    }
  }

  #isFree(kind: Kind): boolean {
    return this.#running < (kind === 'known' ? MAX_RUNNING : MAX_FOR_STRANGERS)
  }

  /** The look-up that ends counts the waiting one as running, so that no other look-up gets in between. */
  #turn(kind: Kind): Promise<void> {
    const waiting = this.#waiting[kind]
    if (waiting.length >= MAX_WAITING) throw busy(`${MAX_WAITING} look-ups of tenants are waiting`)
    return new Promise((resolve) => waiting.push(resolve))
  }

  #next(): void {
    for (const kind of ['known', 'stranger'] as const) {
      if (!this.#isFree(kind)) continue
      const resolve = this.#waiting[kind].shift()
      if (resolve === undefined) continue
      this.#running++
      resolve()
      return
    }
  }

  #takeOne(): void {
    const now = clock.monotonic()
    const gained = ((now - this.#countedAt) / 1000) * STRANGERS_PER_SECOND
    this.#left = Math.min(STRANGERS_AT_ONCE, this.#left + gained)
    this.#countedAt = now
    if (this.#left < 1) throw busy(`more than ${STRANGERS_PER_SECOND} unknown tenants a second are named`)
    this.#left--
  }
}

function busy(why: string): DeliveryError {
  return new DeliveryError('TENANT_UNAVAILABLE', why)
}
