/** Deliveries to the shop: one at a time. A delivery that the shop refuses is retried again and again. */
import { clock as wallClock } from '../../lib/clock.js'
import type { Listed } from '../../lister.js'
import { requestOf, type SignedRequest } from '../../testing/signed-request.js'
import { CommandError } from '../command.js'
import { sentence } from '../connection-error.js'
import { postTo, type Answered } from '../endpoint.js'
import type { Io } from '../io.js'
import type { Label } from './label.js'
import { orStopped, STOPPED } from './or-stopped.js'
import type { OpenSource } from './source.js'

/** The first and the longest pause before a refused delivery is sent again, in milliseconds. */
const FIRST_PAUSE_MS = 1000
const MAX_PAUSE_MS = 60_000

/** The longest pause while the shop is down. An attempt then costs nothing, and a restarted shop soon gets what it missed. */
const MAX_AWAY_MS = 5000

/** The number of callbacks that may wait for a retry. At this number, nothing new is taken from the list. */
const MAX_WAITING = 100

/** One callback on its way to the shop. */
export interface Item extends Label {
  readonly listed: Listed
  readonly attempts: number
}

interface Waiting extends Item {
  readonly dueAt: number
}

/** The shop's answer, and the milliseconds until the next attempt; null if the shop accepted the delivery. */
export interface Attempt {
  readonly item: Item
  readonly answer: Answered
  /** The time of the answer, in milliseconds since 1970. */
  readonly at: number
  readonly againInMs: number | null
}

export interface Delivering {
  readonly open: Pick<OpenSource, 'provider'>
  readonly url: URL
  readonly io: Io
  readonly stop: AbortSignal
  readonly onAttempt: (attempt: Attempt) => void
  /** Reports a temporary problem. */
  readonly say: (text: string) => void
}

export class Deliveries {
  readonly #about: Delivering
  #waiting: readonly Waiting[] = []
  #current: Item | null = null
  #taken = 0

  constructor(about: Delivering) {
    this.#about = about
  }

  /** The number of callbacks that the shop accepted. */
  get taken(): number {
    return this.#taken
  }

  /** The callbacks that the shop has not accepted. */
  get missing(): readonly Item[] {
    return this.#current === null ? this.#waiting : [this.#current, ...this.#waiting]
  }

  /** Resolves when one more callback may wait. */
  async makeRoom(): Promise<void> {
    do await this.rest(this.#waiting.length < MAX_WAITING ? 0 : FIRST_PAUSE_MS)
    while (this.#waiting.length >= MAX_WAITING && !this.#about.stop.aborted)
  }

  /** Waits, and meanwhile retries refused deliveries. */
  async rest(ms: number): Promise<void> {
    const { clock } = this.#about.io
    const until = clock.now() + ms
    for (;;) {
      await this.#sendDue()
      const due = Math.min(until, ...this.#waiting.map(({ dueAt }) => dueAt))
      if (this.#about.stop.aborted || clock.now() >= until) return
      await this.#pause(Math.max(1, due - clock.now()))
    }
  }

  async #sendDue(): Promise<void> {
    const now = this.#about.io.clock.now()
    const due = this.#waiting.filter(({ dueAt }) => dueAt <= now)
    for (const item of due) {
      if (this.#about.stop.aborted) return
      this.#waiting = this.#waiting.filter((other) => other !== item)
      await this.send(item)
    }
  }

  async send(item: Item): Promise<void> {
    const { onAttempt, io } = this.#about
    this.#current = item
    const answer = await this.#answerTo(item)
    if (answer === STOPPED) return
    this.#current = null
    const tried = { ...item, attempts: item.attempts + 1 }
    if (answer.status >= 200 && answer.status < 300) {
      this.#taken++
      return onAttempt({ item: tried, answer, at: wallClock.now(), againInMs: null })
    }
    const againInMs = Math.min(FIRST_PAUSE_MS * 2 ** item.attempts, MAX_PAUSE_MS)
    this.#waiting = [...this.#waiting, { ...tried, dueAt: io.clock.now() + againInMs }]
    onAttempt({ item: tried, answer, at: wallClock.now(), againInMs })
  }

  /** While the shop does not answer at all, everything waits, in its order. */
  async #answerTo({ listed }: Item): Promise<Answered | typeof STOPPED> {
    const { url, io, say, stop } = this.#about
    for (let pauseMs = FIRST_PAUSE_MS, isTold = false; !stop.aborted; pauseMs = Math.min(pauseMs * 2, MAX_AWAY_MS)) {
      try {
        return await orStopped(stop, postTo(url, this.#signed(listed), io.clock))
      } catch (thrown) {
        if (!(thrown instanceof CommandError)) throw thrown
        if (!isTold) say(`${sentence(thrown.message)} Everything waits for it`)
        isTold = true
        await this.#pause(pauseMs)
      }
    }
    return STOPPED
  }

  /** Signs anew for each attempt, because a timestamp belongs to one attempt. */
  #signed({ body, headers }: Listed): SignedRequest {
    return requestOf(this.#about.open.provider.sign(body, headers))
  }

  async #pause(ms: number): Promise<void> {
    const { io, stop } = this.#about
    await orStopped(stop, io.clock.sleep(ms))
  }
}
