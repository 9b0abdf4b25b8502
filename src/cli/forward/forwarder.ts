/** Polls the provider's API and delivers new events to the shop, in the order of the list. */
import { clock as wallClock } from '../../lib/clock.js'
import { isDeliveryError } from '../../lib/thrown.js'
import type { Listed } from '../../lister.js'
import { CommandError, usageError } from '../command.js'
import { messageOf, sentence } from '../connection-error.js'
import { Deliveries, type Delivering, type Item } from './deliveries.js'
import { labelOf, markOf } from './label.js'
import { orStopped, STOPPED } from './or-stopped.js'
import { Seen } from './seen.js'
import type { OpenSource, Source } from './source.js'

/** The pause between two polls, and the longest pause after failures, in milliseconds. */
const POLL_MS = 3000
const MAX_POLL_MS = 60_000

/** How far each poll reaches back: lists show some events late. */
const OVERLAP_MS = 5 * 60_000

/** The shortest window of a poll, in milliseconds. */
const SHORTEST_MS = 1000

export interface Forwarding extends Delivering {
  readonly name: string
  readonly source: Source
  readonly open: OpenSource
  /** Events from this time on are new. */
  readonly since: Date
  /** True if the command line named that time. */
  readonly isBacklogWanted: boolean
}

/** The result of a run. */
export interface Totals {
  readonly events: number
  readonly taken: number
  /** False if the last poll did not finish: the list may contain more. */
  readonly isListed: boolean
  /** The time at which the next run has to start; null if nothing is left. */
  readonly goOnFrom: string | null
}

export class Forwarder {
  readonly #about: Forwarding
  readonly #deliveries: Deliveries
  readonly #seen = new Seen()
  #events = 0
  #isListed = false
  /** The newest listed callback, while its delivery has not started. */
  #next: Item | null = null

  constructor(about: Forwarding) {
    this.#about = about
    this.#deliveries = new Deliveries(about)
  }

  /**
   * Runs until it is stopped.
   *
   * @throws CommandError when a real payment is listed, and any error of the first poll
   */
  async run(): Promise<void> {
    const { since, isBacklogWanted, source, stop, say } = this.#about
    let from = since
    let pauseMs = POLL_MS
    let isFirst = true
    let said: string | undefined
    while (!stop.aborted) {
      // An empty window would make no request, so it would not test the key.
      const until = new Date(Math.max(wallClock.now(), from.getTime() + SHORTEST_MS))
      try {
        await this.#look(from, until, isFirst && source.listsStates === true ? !isBacklogWanted : null)
        if (stop.aborted) break
        from = new Date(Math.max(since.getTime(), until.getTime() - OVERLAP_MS))
        pauseMs = POLL_MS
        isFirst = false
        this.#isListed = true
        said = undefined
      } catch (thrown) {
        if (stop.aborted) break
        this.#isListed = false
        // A payment that cannot be read is no failure of the list, which did answer.
        const isRefused = isFirst && !isDeliveryError(thrown)
        if (isRefused || thrown instanceof CommandError) throw thrown
        const message = messageOf(thrown)
        if (said !== message) say(`${sentence(message)} It is asked again`)
        said = message
        pauseMs = Math.min(pauseMs * 2, MAX_POLL_MS)
      }
      await this.#deliveries.rest(pauseMs)
    }
  }

  get totals(): Totals {
    const { missing: onTheirWay, taken } = this.#deliveries
    const missing = this.#next === null ? onTheirWay : [this.#next, ...onTheirWay]
    const times = missing.map(({ occurredAt }) => Date.parse(occurredAt ?? '')).filter((time) => !Number.isNaN(time))
    const oldest = Math.min(this.#about.since.getTime(), ...times)
    const isLeft = missing.length > 0 || !this.#isListed
    const goOnFrom = isLeft ? new Date(oldest).toISOString() : null
    return { events: this.#events, taken, isListed: this.#isListed, goOnFrom }
  }

  /** @param skipsUndated for the first poll of states: whether a state without a time is old; null if every entry is new */
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
      // Not awaited: a list that hangs gets to this call only when it continues.
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
    await this.#deliveries.makeRoom()
    if (stop.aborted) return
    const item = this.#next
    this.#next = null
    await this.#deliveries.send(item)
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
}
