/** The contract between the flow and whatever remembers events. docs/add-a-store.md explains it in prose. */
import type { Awaitable } from './lib/awaitable.js'

/** One attempt to become the only one who handles an event. */
export interface ClaimRequest {
  /** Fixed-size digest of provider, account and event id; safe in every database. */
  readonly key: string
  /** Chosen by the caller, so that a claim whose answer got lost may be repeated. */
  readonly token: string
  /** Digest of what must agree between two deliveries of one event. */
  readonly contentHash: string
  /** How long the claim holds without `extend`, in milliseconds. */
  readonly leaseMs: number
  /** How long a lapsed lease is contested before it may be taken over, in milliseconds. */
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
  /** The money that the event is about, such as `100 EUR`; null where it names none. */
  readonly amount: string | null
}

/** What came of a claim. */
export type ClaimResult<Tx = undefined> =
  | {
      readonly state: 'claimed'
      /** How often the event was claimed, without the claims that were released as `unused`. */
      readonly attempt: number
      /** How long ago the sender was first told that the event is kept, in milliseconds; null where it never was. */
      readonly acceptedForMs: number | null
      readonly tx: Tx
      /** Present where the store itself notices that a claim is lost: calls back when it does, once at most. */
      readonly onLost?: (listener: () => void) => void
    }
  /** Somebody's handler resolved for this event. */
  | { readonly state: 'done' }
  /** Somebody holds the claim: its lease has not passed, or has passed and is contested for less than `contestMs`. */
  | { readonly state: 'busy' }
  /** The event id is known with other content. */
  | { readonly state: 'conflict' }

/**
 * How a claim ended that did not come to `done`: the handler failed or was cut off, it asked for a later delivery, or
 * none was ever started.
 */
export type ClaimEnding = 'failed' | 'deferred' | 'unused'

/** What runs a failed event again, whoever does it. */
export interface KeptEvent {
  /** `delivery`: the authentic bytes, as they may be kept. `event`: the confirmed event as JSON, where the bytes prove nothing. */
  readonly form: 'delivery' | 'event'
  readonly body: Buffer
  /** The headers that the proof of a delivery covered, by lower-case name: never a secret, a token or a signature. */
  readonly headers: Readonly<Record<string, string>>
  /** After how many milliseconds the event is due, as `listEvents` and `takeDue` see it; null: when an operator says so. */
  readonly retryInMs: number | null
  /** True when the sender is told that the event is kept: nobody will deliver it again, so it must not expire by itself. */
  readonly isAccepted: boolean
}

/**
 * Remembers which events were handled. Every method is atomic across everyone who shares the store;
 * `complete`, `release` and `extend` succeed only for the token that holds the claim.
 */
export interface Store<Tx = undefined> {
  /** Shown to the operator. */
  readonly name: string
  /** True when the handler's effect and its completion commit together: a failed `complete` then undid both. */
  readonly transactional?: boolean
  /** Prepares tables and scripts. Awaited before the first claim; repeated after a failure. */
  init(): Awaitable<void>
  /**
   * One atomic step, one round trip. A lease that has passed is taken over in two steps: the first claim of it marks it
   * contested and answers `busy`, and one that comes `contestMs` later wins it, where the holder has neither renewed nor
   * completed meanwhile; the attempt then counts up. A lease has also passed when it ends later than the store's clock
   * plus its own `leaseMs`: the clock was set back. What was kept of a failed run stays until `complete`.
   */
  claim(request: ClaimRequest): Awaitable<ClaimResult<Tx>>
  /**
   * Marks the event done, and forgets in the same step what was kept to run it again. False when the token no longer holds
   * the claim. A transactional store that finds the handler's work refused for good, by a constraint for example, rejects
   * with an error that has `workRefused: true`, and takes a `release` of the same claim afterwards.
   */
  complete(key: string, token: string): Awaitable<boolean>
  /**
   * Frees the claim; attempt and content stay, and the last error is kept. `unused` takes the attempt back, as if there had
   * been no claim. Without an ending it is `failed`. A durable store keeps `kept` in the event's own record, in the same
   * step: the newest copy counts, and without one the older stays. True means that all of it is written.
   */
  release(key: string, token: string, lastError: string, ending?: ClaimEnding, kept?: KeptEvent): Awaitable<boolean>
  /** Lets the claim hold for another `leaseMs` from now, and ends its contest. False when the token no longer holds it. */
  extend(key: string, token: string, leaseMs: number): Awaitable<boolean>
  /**
   * Rejects where what was written may not stay, such as after a change of the server's settings. `init` and, once a
   * minute, a health check ask it. @default nothing is asked
   */
  check?(): Awaitable<void>
  /** Present on durable stores: keeps an authentic delivery that could not be used. */
  quarantine?(delivery: QuarantinedDelivery): Awaitable<void>
  /** Closes what the store itself opened. */
  close(): Awaitable<void>
}

/** An authentic delivery that could not become, or must not repeat, an event. */
export interface QuarantinedDelivery {
  /** Digest of provider and body, never an event's key: the same delivery is kept once. */
  readonly key: string
  readonly provider: string
  /** Distinguishes two accounts with one provider. */
  readonly account: string
  /** Null when the body could not be read as an event. */
  readonly eventId: string | null
  /** Null when it names no order, or could not be read. */
  readonly orderId: string | null
  readonly code: string
  readonly message: string
  readonly body: Buffer
  /** The headers that the proof covered, by lower-case name: never a secret, a token or a signature. */
  readonly headers: Readonly<Record<string, string>>
}

export type EventState = 'processing' | 'done' | 'failed' | 'quarantined' | 'replay_requested'

/** One run of an event that failed. */
export interface FailedRun {
  /** ISO 8601, by the store's clock. */
  readonly at: string
  readonly attempt: number
  readonly ending: Exclude<ClaimEnding, 'unused'>
  readonly error: string
}

/** What a durable store knows about one event, or about one delivery that could not become an event. */
export interface EventRecord {
  readonly key: string
  /**
   * `processing` also covers a claim whose holder died; `failed` means released and not claimed since;
   * `replay_requested` is a quarantined delivery that a running shop is about to take through its handlers.
   */
  readonly state: EventState
  /** Null for a quarantined delivery that could not be read as an event. */
  readonly eventId: string | null
  /** Null for a quarantined delivery. */
  readonly eventType: string | null
  readonly provider: string
  /** Null in a record of a version that did not write it. */
  readonly account: string | null
  readonly orderId: string | null
  readonly paymentId: string | null
  /** The money that the event is about, such as `100 EUR`. */
  readonly amount: string | null
  /** How often a handler was started; for a quarantined delivery, how often it arrived. */
  readonly attempts: number
  /** Why the last attempt failed, or why the delivery was quarantined. Stays after a later success. */
  readonly lastError: string | null
  /** The last five runs that failed, newest first. */
  readonly failedRuns: readonly FailedRun[]
  /** The error code of a quarantined delivery. */
  readonly code: string | null
  /** What is kept to run it again; null for nothing. A quarantined delivery is kept as one. */
  readonly keptAs: KeptEvent['form'] | null
  /** From when it is due to run again, ISO 8601 by the store's clock; null where nobody runs it without being asked. */
  readonly dueAt: string | null
  /** ISO 8601, by the store's clock. */
  readonly createdAt: string
  /** ISO 8601, by the store's clock. */
  readonly updatedAt: string
  /** What is kept of it, when it was read with `getEvent` or `takeDue`. */
  readonly body: Buffer | null
  /** The signed headers kept with the body. */
  readonly headers: Readonly<Record<string, string>> | null
}

/** Which records `listEvents` answers: those of which all of it is true. */
export interface EventQuery {
  /** @default all states */
  readonly state?: EventState
  /** Only what was said about this order. */
  readonly orderId?: string
  /** Only what was said about this payment, by the provider's own name for it. */
  readonly paymentId?: string
  /** Only this readable event id: the event, and the deliveries of it that are quarantined. */
  readonly eventId?: string
  /** Narrows what the other conditions find: no store has to have an index for it. */
  readonly provider?: string
  /** Narrows, as `provider` does. */
  readonly account?: string
  /** Only records made at this time or later: a `Date`, or ISO 8601. */
  readonly since?: Date | string
  /** Only records made before this time: a `Date`, or ISO 8601. */
  readonly until?: Date | string
  /** True answers only what is due to run now: requested replays, and failed events whose time has come. */
  readonly due?: true
  /** At most this many, up to 1000. @default 100 */
  readonly limit?: number
  /** The last record of the page before: the answer goes on behind it. */
  readonly before?: Pick<EventRecord, 'createdAt' | 'key'>
}

/** How many records each state has. */
export type EventCounts = Readonly<Record<EventState, number>>

/** A store that outlives the process, with what an operator needs to see and repair. */
export interface DurableStore<Tx = undefined> extends Store<Tx> {
  /**
   * The same delivery is kept once; keeping it again takes back the request for its replay, and tells the newer code
   * and message. Only `ID_CONFLICT` stays: a replay has to know that the event's own record belongs to other content.
   * Throws where it cannot keep it, also because the key is an event's.
   */
  quarantine(delivery: QuarantinedDelivery): Awaitable<void>
  /** Newest first by `createdAt`, without bodies, and without keys that begin with `~`: health checks leave those. */
  listEvents(query?: EventQuery): Promise<EventRecord[]>
  /**
   * Counts the records of each state up to a limit, so that it costs the same however many there are. Records that have
   * expired may count until they are pruned.
   *
   * @param options.upTo a state with more records answers this number, from 1 to 100000. Default 10000
   */
  countEvents(options?: { readonly upTo?: number }): Promise<EventCounts>
  /**
   * Has a quarantined delivery, or a failed event of which something is kept, run again: it is due at once, and a shop
   * that has its provider mounted takes it up within seconds. False when there is none under this key.
   */
  replay(key: string): Promise<boolean>
  /**
   * Takes what is due, in one atomic step: of all who ask, one gets it, with its body, and it is not due again for `forMs`.
   * Null for everybody else, and where nothing under this key is due, or where it is locked: it must not be waited for.
   */
  takeDue(key: string, forMs: number): Promise<EventRecord | null>
  /**
   * By key or by readable event id. Where several records share an id, the event itself comes before
   * quarantined deliveries of it; those are told apart by key.
   */
  getEvent(id: string): Promise<EventRecord | null>
  /** Forgets a quarantined delivery, whether its replay was requested or not. False when there is none under this key. */
  removeQuarantined(key: string): Promise<boolean>
  /**
   * Removes what is kept of customers' data about an order, and says from how many records: quarantined deliveries as a
   * whole, and of events the bodies, headers and error texts. An event stays known, so a duplicate of it stays one.
   */
  forget(about: { readonly orderId: string }): Promise<number>
  /** Forgets at most 500 expired records, and says how many. The store's own timer calls it. */
  prune(): Promise<number>
  /** A short text that processes leave for one another, such as how far one of them has come; null where there is none. */
  readNote(name: string): Promise<string | null>
  /** Replaces the note, or removes it with null. At most 2000 characters; a note never expires. */
  writeNote(name: string, value: string | null): Promise<void>
  /**
   * Takes a lock, in one atomic step, and renews it for the token that has it. False while another token has it. It ends
   * by itself `forMs` after it was last taken, by the store's clock, and earlier where the clock was set back. It saves
   * work that would be done twice: what must not happen twice is claimed.
   */
  lock(name: string, token: string, forMs: number): Promise<boolean>
  /** Gives a lock back. False when the token does not have it. */
  unlock(name: string, token: string): Promise<boolean>
}
