/** What one receiver keeps between deliveries. Made once; nothing in it is computed per request. */
import type { Lease } from '../claims/lease.js'
import { RateLimit } from '../../lib/rate-limit.js'
import { InProgress } from '../../lib/in-progress.js'
import type { ResolvedOptions } from '../../options.js'
import type { Outcome } from '../../outcome.js'
import type { Provider } from '../../provider.js'
import { Tally } from './tally.js'

/** An event that is being worked on, or that was handled and is still to be recorded. */
export interface InFlight {
  readonly contentHash: string
  /** Undefined for the moment in which the work begins. */
  outcome: Promise<Outcome> | undefined
}

/** Whose a record is that is due to run. */
export interface DueRecord {
  readonly provider: string
  readonly account: string
}

export interface ReceiverState {
  readonly provider: Provider
  readonly options: ResolvedOptions
  /** Events being worked on in this process, and those still to be recorded, by store key. */
  readonly inFlight: Map<string, InFlight>
  /** Claims whose handlers are running. */
  readonly leases: Set<Lease>
  /** Deliveries, replays and records that are not finished: closing waits for them. */
  readonly inProgress: InProgress
  /** Verifications that deliveries wait for. */
  readonly verifications: InProgress
  /** Look-ups in the shop's own data that deliveries wait for. */
  readonly lookUps: InProgress
  readonly tally: Tally
  /** Explanations of refusals: enough to see what is wrong, and no work worth causing. */
  readonly explanations: RateLimit
  /** Aborts when the receiver is closed: nothing new is begun. */
  readonly closing: AbortController
  /** Present where receivers are made when they are needed: is told of a due record that no receiver is open for. */
  readonly adopt?: (record: DueRecord) => void
}

const EXPLANATIONS_PER_MINUTE = 10

export function receiverState(provider: Provider, options: ResolvedOptions): ReceiverState {
  return {
    provider,
    options,
    inFlight: new Map(),
    leases: new Set(),
    inProgress: new InProgress(),
    verifications: new InProgress(),
    lookUps: new InProgress(),
    tally: new Tally(),
    explanations: new RateLimit(EXPLANATIONS_PER_MINUTE),
    closing: new AbortController(),
  }
}
