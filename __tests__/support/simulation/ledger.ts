/** What really happened, seen from outside: what senders were told, and what handlers did. It judges a history at its end. */
import type { Row } from './model-store.js'
import type { SimulatedProcess } from './world.js'

/** One run of a handler. */
export interface HandlerRun {
  readonly eventId: string
  readonly key: string
  readonly process: SimulatedProcess
  readonly startedAt: number
  /** When it had its effect; null where it never had. */
  effectAt: number | null
  /** It is at work, and will come to an end. */
  isRunning: boolean
}

interface Period {
  readonly from: number
  readonly until: number
}

interface Times {
  readonly leaseMs: number
  readonly timeoutMs: number
}

/** How long a lapsed lease is contested, in milliseconds. */
const CONTEST_MS = 3000

/** One event, as its sender knows it. */
interface Sent {
  readonly eventId: string
  readonly isForged: boolean
  acknowledgedAt: number | null
}

export class Ledger {
  readonly runs: HandlerRun[] = []
  readonly outages: Period[] = []
  readonly sent = new Map<string, Sent>()
  /** When the store had an event recorded as done, by its key. */
  readonly doneAt = new Map<string, number>()
  /** Lapsed leases that somebody else took over. */
  readonly takeovers: { readonly key: string; readonly at: number; readonly contestedForMs: number }[] = []
  deliveries = 0

  start(eventId: string, key: string, process: SimulatedProcess, at: number): HandlerRun {
    const run = { eventId, key, process, startedAt: at, effectAt: null, isRunning: false }
    this.runs.push(run)
    return run
  }

  /** What is wrong with the history, in words; nothing where it is as promised. */
  violations(settings: Times, rows: ReadonlyMap<string, Row>, storeJumps: readonly number[]): string[] {
    return [
      ...this.#forged(),
      ...this.#twice(settings, storeJumps),
      ...this.#lost(rows),
      ...this.#stuck(),
      ...[...rows.values()].flatMap(neverRunAgain),
    ]
  }

  #forged(): string[] {
    return this.runs
      .filter(({ eventId }) => this.sent.get(eventId)?.isForged !== false)
      .map(({ eventId }) => `forged: a handler ran for ${eventId}`)
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
  #mayBeRepeated(
    first: HandlerRun,
    second: HandlerRun,
    { leaseMs, timeoutMs }: Times,
    storeJumps: readonly number[],
  ): boolean {
    const { process, startedAt, key } = first
    const longest = HANGS_AFTER_LEASES * leaseMs
    if (process.endedAt <= second.effectAt! || process.closingAt <= second.startedAt) return true
    if (first.effectAt! - startedAt > longest || second.effectAt! - second.startedAt > longest) return true
    const between = { from: startedAt, until: second.startedAt }
    if (this.outages.some((outage) => overlap(outage, between) && outage.until - outage.from > longest)) return true
    return this.takeovers.some(({ at, contestedForMs, ...taken }) => {
      if (taken.key !== key || at < startedAt) return false
      const contested = { from: Math.max(startedAt, at - contestedForMs), until: at }
      return (
        [...this.outages, ...process.pauses].some((period) => overlap(period, contested)) ||
        storeJumps.some((jump) => jump >= contested.from && jump <= at) ||
        // A quick handler's claim is not renewed; the clock that was set on has ended it.
        (at < startedAt + timeoutMs + CONTEST_MS && storeJumps.some((jump) => jump >= startedAt && jump <= at))
      )
    })
  }

  #lost(rows: ReadonlyMap<string, Row>): string[] {
    const done = new Set(this.runs.filter(({ effectAt }) => effectAt !== null).map(({ eventId }) => eventId))
    const kept = new Set([...rows.values()].flatMap(keptIds))
    return [...this.sent.values()]
      .filter(({ eventId, acknowledgedAt }) => acknowledgedAt !== null && !done.has(eventId) && !kept.has(eventId))
      .map(({ eventId }) => `lost: ${eventId} was acknowledged, had no effect, and is not kept`)
  }

  #stuck(): string[] {
    return [...this.sent.values()]
      .filter(({ isForged, acknowledgedAt }) => !isForged && acknowledgedAt === null)
      .map(({ eventId }) => `stuck: ${eventId} is still refused, long after all was well`)
  }
}

function overlap(a: Period, b: Period): boolean {
  return a.from <= b.until && a.until >= b.from
}

/** As many leases a handler may run, and a record may be tried for. */
const HANGS_AFTER_LEASES = 10

/** Its sender was told that it is kept, and nobody runs it although it could long be done. */
function neverRunAgain({ acceptedAt, request }: Row): string[] {
  return acceptedAt === null ? [] : [`stuck: ${String(request?.orderId)} is kept, and was not run again`]
}

/** Events, by the ids of their orders, that the store holds with all that it takes to run them again. */
function keptIds({ kept, request, quarantined }: Row): string[] {
  const delivery = quarantined === null ? null : (JSON.parse(quarantined.body.toString()) as { id: string }).id
  const ids = [delivery, kept === null ? null : request?.orderId]
  return ids.filter((id): id is string => typeof id === 'string')
}
