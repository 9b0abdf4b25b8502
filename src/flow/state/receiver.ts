/** State that a receiver keeps between deliveries. Made once per receiver; nothing in it is computed per request. */
import type { Lease } from '../claims/lease.js'
import { RateLimit } from '../../lib/rate-limit.js'
import { InProgress } from '../../lib/in-progress.js'
import type { ResolvedOptions } from '../../options.js'
import type { Outcome } from '../../outcome.js'
import type { Provider } from '../../provider.js'
import { Tally } from './tally.js'

/** An event in work, or an event that was handled and is not recorded yet. */
export interface InFlight {
  readonly contentHash: string
  /** Undefined only while the work begins. */
  outcome: Promise<Outcome> | undefined
}

/** Owner of a record that is due to run. */
export interface DueRecord {
  readonly provider: string
  readonly account: string
}

export interface ReceiverState {
  readonly provider: Provider
  readonly options: ResolvedOptions
  /** Events in work in this process, and events that are not recorded yet, by store key. */
  readonly inFlight: Map<string, InFlight>
  /** Claims whose handlers are running. */
  readonly leases: Set<Lease>
  /** Deliveries, replays and records that are not finished. Closing waits for them. */
  readonly inProgress: InProgress
  /** Verifications that deliveries wait for. */
  readonly verifications: InProgress
  /** Look-ups in the shop's own data that deliveries wait for. */
  readonly lookUps: InProgress
  readonly tally: Tally
  /** Limit for explanations of refusals: enough to find a fault, and too few to be worth an attack. */
  readonly explanations: RateLimit
  /** Aborts when the receiver is closed. After that no new work begins. */
  readonly closing: AbortController
  /** Present if receivers are made on demand. Gets each due record for which no receiver is open. */
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
