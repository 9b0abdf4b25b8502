/** Asks the provider's API again and again, and delivers to the shop what is new: one at a time, in the order of the list. */
import { clock as wallClock } from '../../lib/clock.js'
import { isDeliveryError } from '../../lib/thrown.js'
import type { Listed } from '../../lister.js'
import { requestOf, type SignedRequest } from '../../testing/signed-request.js'
import { CommandError, usageError } from '../command.js'
import { messageOf } from '../connection-error.js'
import { postTo, type Answered } from '../endpoint.js'
import type { Io } from '../io.js'
import { labelOf, markOf, type Label } from './label.js'
import { Seen } from './seen.js'
import type { OpenSource, Source } from './source.js'

/** How often the API is asked, and how much longer after it failed, in milliseconds. */
const POLL_MS = 3000
const MAX_POLL_MS = 60_000

/** How far back each look goes: lists show some events late. */
const OVERLAP_MS = 5 * 60_000

/** The shortest window, in milliseconds. */
const SHORTEST_MS = 1000

/** How soon what was refused is sent again, and how late at most, in milliseconds. */
const FIRST_PAUSE_MS = 1000
const MAX_PAUSE_MS = 60_000

/** While nobody listens, an attempt costs nothing: a shop that is started again gets what it missed at once. */
const MAX_AWAY_MS = 5000

/** Callbacks that wait to be sent again. Where there are more, nothing new is taken from the list. */
const MAX_WAITING = 100

/** One callback on its way to the shop. */
export interface Item extends Label {
  readonly listed: Listed
  readonly attempts: number
}

interface Waiting extends Item {
  readonly dueAt: number
}

/** What the shop answered, and in how many milliseconds it is sent again; null where it was taken. */
export interface Attempt {
  readonly item: Item
  readonly answer: Answered
  /** When it was answered, in milliseconds since 1970. */
  readonly at: number
  readonly againInMs: number | null
}

export interface Forwarding {
  readonly name: string
  readonly source: Source
  readonly open: OpenSource
  readonly url: URL
  /** From when on events are news. */
  readonly since: Date
  /** True where that was asked for. */
  readonly isBacklogWanted: boolean
  readonly io: Io
  readonly stop: AbortSignal
  readonly onAttempt: (attempt: Attempt) => void
  /** Trouble that passes. */
  readonly say: (text: string) => void
}

/** What came of it. */
export interface Totals {
  readonly events: number
  readonly taken: number
  /** False where the last look at the list did not end: it may hold more. */
  readonly isListed: boolean
  /** From when on to begin another time; null where nothing is left. */
  readonly goOnFrom: string | null
}

/** With its end. */
export function sentence(message: string): string {
  return /[.?!]$/.test(message) ? message : `${message}.`
}

const STOPPED = Symbol('stopped')

/** Leaves nothing behind at the signal, which lives as long as the command. */
function orStopped<T>(stop: AbortSignal, work: Promise<T>): Promise<T | typeof STOPPED> {
  return new Promise((resolve, reject) => {
    const end = () => resolve(STOPPED)
    if (stop.aborted) end()
    stop.addEventListener('abort', end)
    work.then(resolve, reject).finally(() => stop.removeEventListener('abort', end))
  })
}

export class Forwarder {
  readonly #about: Forwarding
  readonly #seen = new Seen()
  #waiting: readonly Waiting[] = []
  #events = 0
  #taken = 0
  #isListed = false
  /** What was listed last, and what is being sent. */
  #next: Item | null = null
  #current: Item | null = null

  constructor(about: Forwarding) {
    this.#about = about
  }

  /**
   * Until it is stopped.
   *
   * @throws CommandError for a real payment that is listed, and whatever the first look at the list throws
   */
  async run(): Promise<void> {
    const { since, isBacklogWanted, source, stop, say } = this.#about
    let from = since
    let pauseMs = POLL_MS
    let isFirst = true
    let said: string | undefined
    while (!stop.aborted) {
      // A window without an instant in it would ask nothing, and say nothing about the key.
      const until = new Date(Math.max(wallClock.now(), from.getTime() + SHORTEST_MS))
      try {
        await this.#look(from, until, isFirst && source.listsStates === true ? !isBacklogWanted : null)
        from = new Date(Math.max(since.getTime(), until.getTime() - OVERLAP_MS))
        pauseMs = POLL_MS
        isFirst = false
        this.#isListed = true
        said = undefined
      } catch (thrown) {
        if (stop.aborted) break
        this.#isListed = false
        // A payment that cannot be read says nothing about the list, which was there.
        const isRefused = isFirst && !isDeliveryError(thrown)
        if (isRefused || thrown instanceof CommandError) throw thrown
        const message = messageOf(thrown)
        if (said !== message) say(`${sentence(message)} It is asked again`)
        said = message
        pauseMs = Math.min(pauseMs * 2, MAX_POLL_MS)
      }
      await this.#rest(pauseMs)
    }
  }

  get totals(): Totals {
    const missing = [this.#next, this.#current, ...this.#waiting].filter((item) => item !== null)
    const times = missing.map(({ occurredAt }) => Date.parse(occurredAt ?? '')).filter((time) => !Number.isNaN(time))
    const oldest = Math.min(this.#about.since.getTime(), ...times)
    const isLeft = missing.length > 0 || !this.#isListed
    const goOnFrom = isLeft ? new Date(oldest).toISOString() : null
    return { events: this.#events, taken: this.#taken, isListed: this.#isListed, goOnFrom }
  }

  /** @param skipsUndated for the first look at states: whether one without a time is old; null where all is news */
  async #look(since: Date, until: Date, skipsUndated: boolean | null): Promise<void> {
    const { open, stop } = this.#about
    const list = open.list({ since, until, signal: stop })[Symbol.asyncIterator]()
    try {
      for (;;) {
        const next = await orStopped(stop, list.next())
        if (next === STOPPED || next.done === true) return
        await this.#take(next.value, skipsUndated)
        if (stop.aborted) return
      }
    } finally {
      // Not waited for: what hangs comes to it when it goes on.
      list.return?.().catch(() => {})
    }
  }

  async #take(listed: Listed, skipsUndated: boolean | null): Promise<void> {
    const { name, open, source, since, stop } = this.#about
    this.#refuseLive(listed)
    const mustRead = source.readsBack === true && listed.state === undefined
    const content = mustRead ? null : markOf(listed)
    if (content !== null && this.#isKnown(content)) return
    const label = await labelOf(name, open, listed, mustRead)
    if (content !== null) this.#seen.add(content)
    if (label.mark !== content && this.#isKnown(label.mark)) return
    this.#seen.add(label.mark)
    if (skipsUndated !== null) {
      const { occurredAt } = label
      if (occurredAt === null ? skipsUndated : Date.parse(occurredAt) < since.getTime()) return
    }
    this.#events++
    this.#next = { ...label, listed, attempts: 0 }
    do await this.#rest(this.#waiting.length < MAX_WAITING ? 0 : FIRST_PAUSE_MS)
    while (this.#waiting.length >= MAX_WAITING && !stop.aborted)
    if (stop.aborted) return
    const item = this.#next
    this.#next = null
    await this.#send(item)
  }

  #refuseLive({ body, state }: Listed): void {
    const { name, source } = this.#about
    const isLive = source.isLive?.(state?.state ?? body) === true
    if (isLive) throw usageError(`${name} lists a real payment with this key: forward is for those of tests`)
  }

  #isKnown(mark: string): boolean {
    if (!this.#seen.has(mark)) return false
    this.#seen.add(mark)
    return true
  }

  /** Meanwhile what was refused is sent again. */
  async #rest(ms: number): Promise<void> {
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
      await this.#send(item)
    }
  }

  async #send(item: Item): Promise<void> {
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

  /** Anew for each attempt, because a timestamp belongs to one. */
  #signed({ body, headers }: Listed): SignedRequest {
    return requestOf(this.#about.open.provider.sign(body, headers))
  }

  async #pause(ms: number): Promise<void> {
    const { io, stop } = this.#about
    await orStopped(stop, io.clock.sleep(ms))
  }
}
