/** What one mounted provider keeps between deliveries. Made once; nothing in it is computed per request. */
import type { WebhookEvent } from './event.js'
import type { Lease } from './flow/lease.js'
import { UnderWay } from './flow/under-way.js'
import type { ResolvedOptions, WebhookOptions } from './options.js'
import type { Outcome } from './outcome.js'
import type { Provider } from './provider.js'
import { resolveOptions } from './resolve-options.js'

/** An event that is being worked on, or that was handled and is still to be recorded. */
export interface InFlight {
  readonly contentHash: string
  /** Undefined for the moment in which the work begins. */
  outcome: Promise<Outcome> | undefined
}

export interface Receiver {
  readonly provider: Provider
  readonly options: ResolvedOptions
  /** Events being worked on in this process, and those still to be recorded, by store key. */
  readonly inFlight: Map<string, InFlight>
  /** Claims whose handlers are running. */
  readonly leases: Set<Lease>
  /** Deliveries, replays and records that are not finished: what closing waits for. */
  readonly underWay: UnderWay
  /** Deliveries that are being confirmed with the provider. */
  readonly readBacks: UnderWay
  /** Aborts when the receiver is closed: nothing new is begun. */
  readonly closing: AbortController
}

/** @throws ConfigurationError when provider or options cannot be safe */
export function createReceiver<Event extends WebhookEvent, Tx>(
  provider: Provider<Event>,
  options: WebhookOptions<Event, Tx>,
): Receiver {
  return {
    provider,
    options: resolveOptions(provider, options),
    inFlight: new Map(),
    leases: new Set(),
    underWay: new UnderWay(),
    readBacks: new UnderWay(),
    closing: new AbortController(),
  }
}
