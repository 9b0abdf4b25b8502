/** A clock that a test sets. */

export interface FakeClock {
  /** Milliseconds since 1970, like `Date.now`. Pass it to options called `now`. */
  readonly now: () => number
  /** The same time as a `Date`. */
  readonly date: () => Date
  /** Moves the clock forward, or back if negative. */
  readonly advance: (milliseconds: number) => void
}

/**
 * A clock that stands still until a test moves it.
 *
 * @param start Default: 2025-03-04T10:15:00Z, which fits the samples.
 * @example
 * ```ts
 * import { cryptoGateway, memoryStore } from 'express-payment-webhooks'
 * import { fakeClock } from 'express-payment-webhooks/testing'
 *
 * const clock = fakeClock()
 * const gateway = cryptoGateway({ secret: process.env.GATEWAY_SECRET, mode: 'timestamped', now: clock.now })
 * const store = memoryStore({ now: clock.now })
 * clock.advance(5 * 60_000)
 * ```
 */
export function fakeClock(start: Date | string = '2025-03-04T10:15:00Z'): FakeClock {
  let time = new Date(start).getTime()
  if (Number.isNaN(time)) throw new TypeError(`fakeClock: ${JSON.stringify(start)} is not a time`)
  return {
    now: () => time,
    date: () => new Date(time),
    advance(milliseconds) {
      time += milliseconds
    },
  }
}
