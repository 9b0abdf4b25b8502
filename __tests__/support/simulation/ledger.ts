/** What really happened, seen from outside: what senders were told, and what handlers did. It judges a history at its end. */
import type { ModelStore, Row } from './model-store.js'
import type { SimulatedProcess } from './world.js'

/** One run of a handler. */
export interface HandlerRun {
  readonly eventId: string
  readonly content: string
  readonly key: string
  readonly process: SimulatedProcess
  readonly startedAt: number
  /** When it had its effect; null where it never had. */
  effectAt: number | null
  /** It is at work, and will come to an end. */
  isRunning: boolean
}

/** A delivery that came to a process of the shop. */
export interface Arrival {
  readonly eventId: string
  readonly process: SimulatedProcess
  readonly at: number
  /** Null as long as nobody has told its sender anything. */
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
 * A sender's event: genuine; one whose handler fails until all is well; forged; one whose content changes under the same
 * id; or one that cannot be read.
 */
export type Kind = 'genuine' | 'unlucky' | 'forged' | 'changing' | 'unreadable'

/** One event, as its sender knows it. */
export interface Sent {
  readonly eventId: string
  readonly kind: Kind
  /** What it says when it is sent for the first time, and from then on until that is acknowledged. */
  readonly content: string
  /** Every content that the sender was told is taken care of. */
  readonly acknowledged: Set<string>
}

export class Ledger {
  readonly runs: HandlerRun[] = []
  readonly outages: Period[] = []
  readonly sent = new Map<string, Sent>()
  /** When the store had an event recorded as done, by its key. */
  readonly doneAt = new Map<string, number>()
  /** Events of which the store was told to keep a delivery for the operator. */
  readonly quarantined = new Set<string>()
  /** Claims that the store gave, whenever their process heard of it. */
  readonly claims: { readonly key: string; readonly process: SimulatedProcess; readonly at: number }[] = []
  /** Calls that were to hold a claim for longer, and when they came to the store, if ever. */
  readonly renewals: Renewal[] = []
  /** Lapsed leases that somebody else took over. */
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

  /** What is wrong with the history, in words; nothing where it is as promised. */
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
   * The gaps that docs/stores.md names: the process that did it first has ended, or gave its claims back; its handler hung;
   * the store was away for longer than a record is tried; or, while its lapsed lease was contested, that process could not
   * reach the store or stood still, or the store's clock was set.
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

  /** When the store gave it the claim, of which it heard later. */
  #claimedAt({ key, process, startedAt }: HandlerRun): number {
    const mine = this.claims.findLast(
      (claim) => claim.key === key && claim.process === process && claim.at <= startedAt,
    )
    return mine?.at ?? startedAt
  }

  /** It tried while others contested its claim, and no call came through. */
  #couldNotRenew(key: string, process: SimulatedProcess, { from, until }: Period): boolean {
    const tried = this.renewals.filter(
      (renewal) => renewal.key === key && renewal.process === process && renewal.at >= from && renewal.at <= until,
    )
    return tried.length > 0 && tried.every(({ reachedAt }) => reachedAt > until)
  }

  /**
   * A process that hears late that it has a claim starts its handler, and the claim was taken from it meanwhile although its
   * lease has not passed: the store's clock was set, first past the lease and then past the contest.
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

  /** Whatever the store and the handler do, its sender hears of a delivery in time from a process that lives and does not stand still. */
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

/** Whose handler may run at all. */
const MAY_RUN: Readonly<Record<Kind, boolean>> = {
  genuine: true,
  unlucky: true,
  forged: false,
  changing: true,
  unreadable: false,
}

/** Its sender has not been told that it is taken care of, and goes on until it is. */
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

/** As many leases a handler may run, and a record may be tried for. */
const HANGS_AFTER_LEASES = 10

/**
 * Its sender was told that it is kept, and nobody runs it although it could long be done. A store's clock that was set may
 * have it due much later, or have the day pass after which it waits for its operator.
 */
function neverRunAgain({ acceptedAt, dueAt, request }: Row, storeNow: number, isClockTrue: boolean): string[] {
  if (acceptedAt === null || (!isClockTrue && (dueAt === null || dueAt > storeNow))) return []
  return [`stuck: ${String(request?.orderId)} is kept, and was not run again`]
}

/** What the store holds with all that it takes to run it again, and until then: what nobody was told of may expire. */
function keptContents({ kept, quarantined, acceptedAt }: Row): string[] {
  return [acceptedAt === null ? null : kept, quarantined].flatMap((held) => {
    if (held === null) return []
    const { id, amount = UNREADABLE } = JSON.parse(held.body.toString()) as { id: string; amount?: string }
    return [named(id, amount)]
  })
}

/** What an event says that cannot be read. */
export const UNREADABLE = 'nothing'
