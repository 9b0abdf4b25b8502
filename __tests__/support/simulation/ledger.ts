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
  deliveries = 0

  start(eventId: string, key: string, process: SimulatedProcess, at: number): HandlerRun {
    const run = { eventId, key, process, startedAt: at, effectAt: null, isRunning: false }
    this.runs.push(run)
    return run
  }

  /** What is wrong with the history, in words; nothing where it is as promised. */
  violations(
    settings: { readonly leaseMs: number },
    rows: ReadonlyMap<string, Row>,
    storeJumps: readonly number[],
  ): string[] {
    return [...this.#forged(), ...this.#twice(settings.leaseMs, storeJumps), ...this.#lost(rows), ...this.#stuck()]
  }

  #forged(): string[] {
    return this.runs
      .filter(({ eventId }) => this.sent.get(eventId)?.isForged !== false)
      .map(({ eventId }) => `forged: a handler ran for ${eventId}`)
  }

  #twice(leaseMs: number, storeJumps: readonly number[]): string[] {
    const violations: string[] = []
    const effects = this.runs.filter(({ effectAt }) => effectAt !== null).sort((a, b) => a.effectAt! - b.effectAt!)
    const first = new Map<string, HandlerRun>()
    for (const run of effects) {
      const before = first.get(run.eventId)
      first.set(run.eventId, run)
      if (before === undefined) continue
      const doneAt = this.doneAt.get(run.key) ?? Infinity
      if (doneAt <= run.startedAt) violations.push(`twice: ${run.eventId} had an effect after it was recorded as done`)
      else if (!this.#mayBeRepeated(before, run, leaseMs, storeJumps)) {
        violations.push(
          `twice: ${run.eventId} by ${before.process.name} at ${before.effectAt!} and by ${run.process.name} at ${run.effectAt!}`,
        )
      }
    }
    return violations
  }

  /**
   * The gaps that docs/stores.md names: the process that did it first has ended, stood still for longer than its lease,
   * ran a handler that hung, or could not reach the store for longer than its record is tried; or the store's own clock
   * was set on twice.
   */
  #mayBeRepeated(first: HandlerRun, second: HandlerRun, leaseMs: number, storeJumps: readonly number[]): boolean {
    const { process, startedAt } = first
    if (process.endedAt <= second.effectAt! || process.closingAt <= second.startedAt) return true
    const within = ({ from, until }: Period) => from < second.startedAt && until > startedAt
    if (process.pauses.some((pause) => within(pause) && pause.until - pause.from > leaseMs / 2)) return true
    if (first.effectAt! - startedAt > HANGS_AFTER_LEASES * leaseMs) return true
    if (this.outages.some((outage) => within(outage) && outage.until - outage.from > HANGS_AFTER_LEASES * leaseMs))
      return true
    return storeJumps.filter((at) => at > startedAt && at < second.startedAt).length > 1
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

/** As many leases a handler may run, and a record may be tried for. */
const HANGS_AFTER_LEASES = 10

function keptIds({ kept, request, state }: Row): string[] {
  const ids = [kept?.eventId, state === 'quarantined' ? request?.eventId : null]
  return ids.filter((id): id is string => typeof id === 'string')
}
