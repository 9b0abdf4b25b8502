/**
 * The real course of a history, from outside: the answers to senders, and the runs of handlers. It judges the history at its end.
 */
import type { ModelStore, Row } from './model-store.js'
import type { SimulatedProcess } from './world.js'

/** One run of a handler. */
export interface HandlerRun {
  readonly eventId: string
  readonly content: string
  readonly key: string
  readonly process: SimulatedProcess
  readonly startedAt: number
  /** The time of its effect; null if it had none. */
  effectAt: number | null
  /** It is running, and will end. */
  isRunning: boolean
}

/** A delivery that reached a process of the shop. */
export interface Arrival {
  readonly eventId: string
  readonly process: SimulatedProcess
  readonly at: number
  /** Null until its sender gets an answer. */
  answeredAt: number | null
}

/** One call of `extend`. */
interface Renewal {
  readonly key: string
  readonly process: SimulatedProcess
  readonly at: number
  reachedAt: number
}

interface Period {
  readonly from: number
  readonly until: number
}

interface Times {
  readonly timeoutMs: number
  readonly leaseMs: number
}

/**
 * A sender's event: genuine; with a handler that fails until recovery; forged; with content that changes under the same id; or
 * unreadable.
 */
export type Kind = 'genuine' | 'unlucky' | 'forged' | 'changing' | 'unreadable'

/** One event from the view of its sender. */
export interface Sent {
  readonly eventId: string
  readonly kind: Kind
  /** The content of the first delivery, and of every further one until it is acknowledged. */
  readonly content: string
  /** Every content whose delivery was acknowledged to the sender. */
  readonly acknowledged: Set<string>
}

export class Ledger {
  readonly runs: HandlerRun[] = []
  readonly outages: Period[] = []
  readonly sent = new Map<string, Sent>()
  /** The time at which the store recorded an event as done, by its key. */
  readonly doneAt = new Map<string, number>()
  /** Events of which the store was asked to keep a delivery for the operator. */
  readonly quarantined = new Set<string>()
  /** Claims that the store gave, whether or not their process has got the answer. */
  readonly claims: { readonly key: string; readonly process: SimulatedProcess; readonly at: number }[] = []
  /** Calls that should extend a claim, and the times at which they reached the store, if ever. */
  readonly renewals: Renewal[] = []
  /** Lapsed leases that another claim took over. */
  readonly takeovers: { readonly key: string; readonly at: number; readonly contestedForMs: number }[] = []
  readonly arrivals: Arrival[] = []
  deliveries = 0

  arrive(arrival: Omit<Arrival, 'answeredAt'>): Arrival {
    const arrived = { ...arrival, answeredAt: null }
    this.arrivals.push(arrived)
    return arrived
  }

  renew(renewal: Omit<Renewal, 'reachedAt'>): Renewal {
    const renewed = { ...renewal, reachedAt: Infinity }
    this.renewals.push(renewed)
    return renewed
  }

  start(run: Pick<HandlerRun, 'eventId' | 'content' | 'key' | 'process' | 'startedAt'>): HandlerRun {
    const started = { ...run, effectAt: null, isRunning: false }
    this.runs.push(started)
    return started
  }

  /** Faults of the history, in words; empty if all promises hold. */
  violations(settings: Times, { rows, now }: ModelStore, storeJumps: readonly number[]): string[] {
    return [
      ...this.#forged(),
      ...this.#twice(settings, storeJumps),
      ...this.#lost(rows),
      ...this.#misjudged(),
      ...this.#stuck(),
      ...this.#unanswered(settings),
      ...[...rows.values()].flatMap((row) => neverRunAgain(row, now(), storeJumps.length === 0)),
    ]
  }

  #forged(): string[] {
    return this.runs
      .filter(({ eventId }) => !MAY_RUN[this.sent.get(eventId)?.kind ?? 'forged'])
      .map(({ eventId }) => `forged: a handler ran for ${eventId}`)
  }

  #misjudged(): string[] {
    return [...this.sent.values()]
      .filter(({ eventId, kind }) => (kind === 'genuine' || kind === 'unlucky') && this.quarantined.has(eventId))
      .map(({ eventId }) => `misjudged: ${eventId} was kept for the operator, and nothing is wrong with it`)
  }

  #twice(settings: Times, storeJumps: readonly number[]): string[] {
    const violations: string[] = []
    const effects = this.runs.filter(({ effectAt }) => effectAt !== null).sort((a, b) => a.startedAt - b.startedAt)
    const first = new Map<string, HandlerRun>()
    for (const run of effects) {
      const before = first.get(run.key)
      first.set(run.key, run)
      if (before === undefined) continue
      const doneAt = this.doneAt.get(run.key) ?? Infinity
      if (this.#lostToClock(run, storeJumps)) continue
      if (doneAt <= run.startedAt) violations.push(`twice: ${run.eventId} had an effect after it was recorded as done`)
      else if (!this.#mayBeRepeated(before, run, settings, storeJumps)) {
        violations.push(
          `twice: ${run.eventId} by ${before.process.name} at ${before.effectAt!} and by ${run.process.name} at ${run.effectAt!}`,
        )
      }
    }
    return violations
  }

  /**
   * The gaps that docs/stores.md names: the process that did it first has ended, or released its claims; its handler hung; the
   * store was unreachable for longer than a record is retried; or, while its lapsed lease was contested, that process could not
   * reach the store or was paused, or the store's clock was set.
   */
  #mayBeRepeated(first: HandlerRun, second: HandlerRun, { leaseMs }: Times, storeJumps: readonly number[]): boolean {
    const { process, startedAt, key } = first
    const claimedAt = this.#claimedAt(first)
    const longest = HANGS_AFTER_LEASES * leaseMs
    if (process.endedAt <= second.effectAt! || process.closingAt <= second.startedAt) return true
    if (first.effectAt! - startedAt > longest || second.effectAt! - second.startedAt > longest) return true
    const between = { from: startedAt, until: second.startedAt }
    if (this.outages.some((outage) => overlap(outage, between) && outage.until - outage.from > longest)) return true
    return this.takeovers.some(({ at, contestedForMs, ...taken }) => {
      if (taken.key !== key || at < startedAt) return false
      const contested = { from: Math.max(claimedAt, at - contestedForMs), until: at }
      return (
        [...this.outages, ...process.pauses].some((period) => overlap(period, contested)) ||
        this.#couldNotRenew(key, process, contested) ||
        storeJumps.some((jump) => jump >= contested.from && jump <= at)
      )
    })
  }

  /** The time at which the store gave it the claim; the process got the answer later. */
  #claimedAt({ key, process, startedAt }: HandlerRun): number {
    const mine = this.claims.findLast(
      (claim) => claim.key === key && claim.process === process && claim.at <= startedAt,
    )
    return mine?.at ?? startedAt
  }

  /** It tried to renew while others contested its claim, and no call reached the store. */
  #couldNotRenew(key: string, process: SimulatedProcess, { from, until }: Period): boolean {
    const tried = this.renewals.filter(
      (renewal) => renewal.key === key && renewal.process === process && renewal.at >= from && renewal.at <= until,
    )
    return tried.length > 0 && tried.every(({ reachedAt }) => reachedAt > until)
  }

  /**
   * If a process gets the answer to its claim late, it starts its handler. The claim may have been taken over meanwhile although
   * its lease has not passed: the store's clock was set, first past the lease and then past the contest.
   */
  #lostToClock(run: HandlerRun, storeJumps: readonly number[]): boolean {
    const { key, startedAt } = run
    const claimedAt = this.#claimedAt(run)
    return this.takeovers.some(
      (taken) =>
        taken.key === key &&
        taken.at > claimedAt &&
        taken.at <= startedAt &&
        storeJumps.filter((jump) => jump >= claimedAt && jump <= taken.at).length > 1,
    )
  }

  #lost(rows: ReadonlyMap<string, Row>): string[] {
    const safe = new Set([...rows.values()].flatMap(keptContents))
    for (const { eventId, content, effectAt } of this.runs) if (effectAt !== null) safe.add(named(eventId, content))
    return [...this.sent.values()].flatMap(({ eventId, acknowledged }) =>
      [...acknowledged]
        .filter((content) => !safe.has(named(eventId, content)))
        .map((content) => `lost: ${named(eventId, content)} was acknowledged, had no effect, and is not kept`),
    )
  }

  #stuck(): string[] {
    return [...this.sent.values()]
      .filter((sent) => isWaiting(sent))
      .map(({ eventId }) => `stuck: ${eventId} is still refused, long after all was well`)
  }

  /** For any store and handler, a process that is alive and not paused answers a delivery in time. */
  #unanswered({ timeoutMs }: Times): string[] {
    return this.arrivals.flatMap(({ eventId, process, at, answeredAt }) => {
      const waited = { from: at, until: answeredAt ?? Infinity }
      if (process.endedAt <= waited.until || waited.until - at <= timeoutMs + ROUNDING_MS) return []
      if (process.pauses.some((pause) => overlap(pause, waited))) return []
      const how = answeredAt === null ? 'never answered' : `answered after ${answeredAt - at} ms`
      return [`late: ${eventId}, which came to ${process.name} at ${at}, was ${how}`]
    })
  }
}

/** Events whose handler may run at all. */
const MAY_RUN: Readonly<Record<Kind, boolean>> = {
  genuine: true,
  unlucky: true,
  forged: false,
  changing: true,
  unreadable: false,
}

/** Its sender has got no acknowledgement, and continues until it gets one. */
export function isWaiting({ kind, content, acknowledged }: Sent): boolean {
  return kind !== 'forged' && !acknowledged.has(content)
}

function named(eventId: string, content: string): string {
  return `${eventId} (${content})`
}

function overlap(a: Period, b: Period): boolean {
  return a.from <= b.until && a.until >= b.from
}

/** The moments of a history are sums of fractions of a millisecond. */
const ROUNDING_MS = 0.001

/** The number of leases for which a handler may run, or a record may be retried. */
const HANGS_AFTER_LEASES = 10

/**
 * The event is kept and acknowledged, but nothing runs it although it has long been due. If a store's clock was set, the event
 * may be due much later, or the day may have passed after which it waits for its operator.
 */
function neverRunAgain({ acceptedAt, dueAt, request }: Row, storeNow: number, isClockTrue: boolean): string[] {
  if (acceptedAt === null || (!isClockTrue && (dueAt === null || dueAt > storeNow))) return []
  return [`stuck: ${String(request?.orderId)} is kept, and was not run again`]
}

/**
 * Contents that the store still holds with everything that a run needs: kept events may expire if their sender got no
 * acknowledgement.
 */
function keptContents({ kept, quarantined, acceptedAt }: Row): string[] {
  return [acceptedAt === null ? null : kept, quarantined].flatMap((held) => {
    if (held === null) return []
    const { id, amount = UNREADABLE } = JSON.parse(held.body.toString()) as { id: string; amount?: string }
    return [named(id, amount)]
  })
}

/** The content of an event that cannot be read. */
export const UNREADABLE = 'nothing'
