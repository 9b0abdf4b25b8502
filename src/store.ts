/** The contract between the flow and a store of events. docs/add-a-store.md explains it in prose. */
import type { Awaitable } from './lib/awaitable.js'

/** One attempt to get the exclusive right to handle an event. */
export interface ClaimRequest {
  /** Fixed-size digest of provider, account and event id; valid as a key in every database. */
  readonly key: string
  /** Chosen by the caller, so that a claim can be repeated if its answer was lost. */
  readonly token: string
  /** Digest of the content on which two deliveries of one event must agree. */
  readonly contentHash: string
  /** How long the claim holds without `extend`, in milliseconds. */
  readonly leaseMs: number
  /** How long an expired lease is contested before another claim may take it over, in milliseconds. */
  readonly contestMs: number
  /** How long a completed event is remembered, in milliseconds. */
  readonly retainMs: number
  /** The readable event id, for the operator. */
  readonly eventId: string
  readonly eventType: string
  readonly provider: string
  /** Distinguishes two accounts with one provider. */
  readonly account: string
  readonly orderId: string | null
  readonly paymentId: string | null
  /** The money that the event is about, such as `100 EUR`; null if the event has no amount. */
  readonly amount: string | null
}

/** Result of a claim. */
export type ClaimResult<Tx = undefined> =
  | {
      readonly state: 'claimed'
      /** How often the event was claimed, not counting claims that were released as `unused`. */
      readonly attempt: number
      /** Milliseconds since the sender was first told that the event is kept; null if it was never told. */
      readonly acceptedForMs: number | null
      readonly tx: Tx
      /** Present if the store itself notices the loss of a claim. Calls the listener then, at most once. */
      readonly onLost?: ((listener: () => void) => void) | undefined
    }
  /** A handler has already resolved for this event. */
  | { readonly state: 'done' }
  /** Another claim is held: its lease has not expired, or has expired and is contested for less than `contestMs`. */
  | { readonly state: 'busy' }
  /** The event id is stored with other content. */
  | { readonly state: 'conflict' }

/**
 * How a claim ended without `done`. `failed`: the handler failed or was cut off. `deferred`: it asked for a later
 * delivery. `unused`: no handler was started.
 */
export type ClaimEnding = 'failed' | 'deferred' | 'unused'

/** Data to run a failed event again, in any process. */
export interface KeptEvent {
  /**
   * `delivery`: the authentic bytes, as they may be kept. `event`: the confirmed event as JSON, if the bytes alone
   * prove nothing.
   */
  readonly form: 'delivery' | 'event'
  readonly body: Buffer
  /** Headers that the proof of a delivery covered, by lower-case name: never a secret, a token or a signature. */
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds until the event is due in `listEvents` and `takeDue`; null: not before an operator requests it. */
  readonly retryInMs: number | null
  /** True if the sender is told that the event is kept. No sender delivers it again, so the record must not expire. */
  readonly isAccepted: boolean
}

/**
 * Stores which events were handled. Every method is atomic across all processes that share the store. `complete`,
 * `release` and `extend` succeed only for the token that holds the claim.
 */
export interface Store<Tx = undefined> {
  /** Shown to the operator. */
  readonly name: string
  /** True if the handler's effect and its completion commit together. A failed `complete` then rolls back both. */
  readonly transactional?: boolean | undefined
  /** Prepares tables and scripts. Awaited before the first claim; repeated after a failure. */
  init(): Awaitable<void>
  /**
   * One atomic step, one round trip. An expired lease is taken over in two steps. The first claim marks it contested
   * and returns `busy`. A claim `contestMs` later succeeds, unless the holder has renewed or completed meanwhile; the
   * attempt then counts up. A lease also counts as expired if it ends later than the store's clock plus its own
   * `leaseMs`, because the clock was set back. The kept copy of a failed run stays until `complete`.
   */
  claim(request: ClaimRequest): Awaitable<ClaimResult<Tx>>
  /**
   * Marks the event done, and deletes its kept copy in the same step. False if the token no longer holds the claim. A
   * transactional store may find the handler's work permanently refused, for example by a constraint. It then rejects
   * with an error that has `workRefused: true`, and accepts a `release` of the same claim afterwards.
   */
  complete(key: string, token: string): Awaitable<boolean>
  /**
   * Frees the claim. Attempt and content stay, and the last error is stored. `unused` takes the attempt back, as if
   * there had been no claim. The default ending is `failed`. A durable store writes `kept` into the event's own record
   * in the same step: a new copy replaces the old one, and without a new copy the old one stays. True means that
   * everything is written.
   */
  release(key: string, token: string, lastError: string, ending?: ClaimEnding, kept?: KeptEvent): Awaitable<boolean>
  /** Renews the claim for another `leaseMs` from now, and ends its contest. False if the token no longer holds the claim. */
  extend(key: string, token: string, leaseMs: number): Awaitable<boolean>
  /**
   * Rejects if written data may be lost, for example after a change of the server's settings. `init` and, once a
   * minute, a health check call it. @default nothing is checked
   */
  check?: (() => Awaitable<void>) | undefined
  /** Present on durable stores: keeps an authentic delivery that could not be used. */
  quarantine?: ((delivery: QuarantinedDelivery) => Awaitable<void>) | undefined
  /** Closes resources that the store itself opened. */
  close(): Awaitable<void>
}

/** An authentic delivery that could not be read as an event, or that conflicts with a known event. */
export interface QuarantinedDelivery {
  /** Digest of provider, account, signed headers and body, so the same delivery is kept once. Never equals an event's key. */
  readonly key: string
  readonly provider: string
  /** Distinguishes two accounts with one provider. */
  readonly account: string
  /** Null when the body could not be read as an event. */
  readonly eventId: string | null
  /** Null if the delivery has no order id, or could not be read. */
  readonly orderId: string | null
  readonly code: string
  readonly message: string
  readonly body: Buffer
  /** Headers that the proof covered, by lower-case name: never a secret, a token or a signature. */
  readonly headers: Readonly<Record<string, string>>
}

export type EventState = 'processing' | 'done' | 'failed' | 'quarantined' | 'replay_requested'

/** One failed run of an event. */
export interface FailedRun {
  /** ISO 8601, by the store's clock. */
  readonly at: string
  readonly attempt: number
  readonly ending: Exclude<ClaimEnding, 'unused'>
  readonly error: string
}

/** A durable store's record of one event, or of one delivery that could not be read as an event. */
export interface EventRecord {
  readonly key: string
  /**
   * `processing` includes claims whose holder died. `failed`: released and not claimed since. `replay_requested`: a
   * quarantined delivery that a running shop will take through its handlers soon.
   */
  readonly state: EventState
  /** Null for a quarantined delivery that could not be read as an event. */
  readonly eventId: string | null
  /** Null for a quarantined delivery. */
  readonly eventType: string | null
  readonly provider: string
  /** Null in a record of an older version, which did not write it. */
  readonly account: string | null
  readonly orderId: string | null
  readonly paymentId: string | null
  /** The money that the event is about, such as `100 EUR`. */
  readonly amount: string | null
  /** Number of times a handler was started; for a quarantined delivery, the number of times it arrived. */
  readonly attempts: number
  /** Reason why the last attempt failed, or why the delivery was quarantined. Stays after a later success. */
  readonly lastError: string | null
  /** The last five failed runs, newest first. */
  readonly failedRuns: readonly FailedRun[]
  /** The error code of a quarantined delivery; `DISMISSED` for an event that is done because it was dismissed. */
  readonly code: string | null
  /** Form of the kept copy; null if none is kept. A quarantined delivery is kept as `delivery`. */
  readonly keptAs: KeptEvent['form'] | null
  /** When the event is due to run again, ISO 8601 by the store's clock; null if it runs only on request. */
  readonly dueAt: string | null
  /** ISO 8601, by the store's clock. */
  readonly createdAt: string
  /** ISO 8601, by the store's clock. */
  readonly updatedAt: string
  /** The kept bytes, if the record was read with `getEvent` or `takeDue`. */
  readonly body: Buffer | null
  /** The signed headers kept with the body. */
  readonly headers: Readonly<Record<string, string>> | null
}

/** Filter of `listEvents`: a record has to meet all conditions. */
export interface EventQuery {
  /** @default all states */
  readonly state?: EventState | undefined
  /** Only records about this order. */
  readonly orderId?: string | undefined
  /** Only records about this payment, by the provider's id. */
  readonly paymentId?: string | undefined
  /** Only records with this readable event id: the event, and its quarantined deliveries. */
  readonly eventId?: string | undefined
  /** Narrows the result of the other conditions. No store needs an index for it. */
  readonly provider?: string | undefined
  /** Narrows the result in the same way as `provider`. */
  readonly account?: string | undefined
  /** Only records created at this time or later: a `Date`, or ISO 8601. */
  readonly since?: Date | string | undefined
  /** Only records created before this time: a `Date`, or ISO 8601. */
  readonly until?: Date | string | undefined
  /** If true, only records that are due now: requested replays, and failed events whose retry time has come. */
  readonly due?: true | undefined
  /** Maximum number of records, up to 1000. @default 100 */
  readonly limit?: number | undefined
  /** The last record of the previous page. The result starts after it. */
  readonly before?: Pick<EventRecord, 'createdAt' | 'key'> | undefined
}

/** Number of records in each state. */
export type EventCounts = Readonly<Record<EventState, number>>

/** A store that outlives the process, with methods for an operator to inspect and repair. */
export interface DurableStore<Tx = undefined> extends Store<Tx> {
  /**
   * Keeps each delivery once. If the delivery is already kept, a requested replay is withdrawn, and code and message
   * are replaced. Only `ID_CONFLICT` stays: a replay needs to recognise that the event's own record belongs to other
   * content. Throws if it cannot keep the delivery, also if the key is an event's key.
   */
  quarantine(delivery: QuarantinedDelivery): Awaitable<void>
  /** Newest first by `createdAt`, without bodies. Omits keys that begin with `~`, which health checks leave behind. */
  listEvents(query?: EventQuery): Promise<EventRecord[]>
  /**
   * Counts the records of each state up to a limit, so that the cost does not grow with their number. Expired records
   * may count until they are pruned.
   *
   * @param options.upTo a state with more records returns this number, from 1 to 100000. Default 10000
   */
  countEvents(options?: { readonly upTo?: number | undefined }): Promise<EventCounts>
  /**
   * Requests another run of a quarantined delivery, or of a failed event with a kept copy. It is due at once, and a
   * shop that has its provider mounted takes it within seconds. False if the key has no such record.
   */
  replay(key: string): Promise<boolean>
  /**
   * Takes a due record in one atomic step. Exactly one caller gets it, with its body, and it is not due again for
   * `forMs`. Returns null to all other callers, if nothing is due under this key, and if the record is locked: the call
   * must not wait for it.
   */
  takeDue(key: string, forMs: number): Promise<EventRecord | null>
  /**
   * Finds a record by key or by readable event id. If several records share an id, the event comes before its
   * quarantined deliveries. Use keys to distinguish these.
   */
  getEvent(id: string): Promise<EventRecord | null>
  /** Deletes a quarantined delivery, even if its replay was requested. False if the key has no such record. */
  removeQuarantined(key: string): Promise<boolean>
  /**
   * Marks a failed event as done without a run, for an operator who knows that nobody can handle it. In one atomic step
   * its kept copy and its due time are deleted, and its code becomes `DISMISSED`. Attempts, last error and failed runs
   * stay. It is remembered as long as a completed event, so that a later delivery is a duplicate. False if there is no
   * failed event under this key, if it has expired, and if it is claimed now; the call must not wait for a claim.
   */
  dismiss(key: string): Promise<boolean>
  /**
   * Deletes customers' data about an order, and returns the number of changed records. Quarantined deliveries are
   * deleted completely. Events lose their bodies, headers and error texts, but stay known, so that a duplicate is still
   * recognised.
   */
  forget(about: { readonly orderId: string }): Promise<number>
  /** Deletes at most 500 expired records, and returns their number. The store's own timer calls it. */
  prune(): Promise<number>
  /** A short text that processes leave for each other, such as the progress of one of them; null if there is none. */
  readNote(name: string): Promise<string | null>
  /** Replaces the note, or deletes it with null. At most 2000 characters. A note never expires. */
  writeNote(name: string, value: string | null): Promise<void>
  /**
   * Takes a lock in one atomic step, or renews it for the token that holds it. False while another token holds it. The
   * lock expires `forMs` after the last call by the store's clock, or earlier if the clock was set back. A lock only
   * saves duplicate work; work that must not happen twice needs a claim.
   */
  lock(name: string, token: string, forMs: number): Promise<boolean>
  /** Releases a lock. False if the token does not hold it. */
  unlock(name: string, token: string): Promise<boolean>
}
