/** Options of every door. `resolve-options` applies the defaults. */
import type { PaymentWebhookError } from './errors.js'
import type { UnrecognisedEvent, WebhookEvent } from './event.js'
import type { Outcome } from './outcome.js'
import type { Queue } from './queue.js'
import type { Store } from './store.js'

/** Second argument of a handler. */
export interface HandlerContext<Tx = undefined> {
  /** 1 for the first run, counting up with every further one. */
  readonly attempt: number
  /** The same in every attempt. Pass it to every call that must not act twice. */
  readonly idempotencyKey: string
  /** The account with the provider: the provider's `account`, or the tenant behind `tenantWebhook`. */
  readonly account: string
  /** The id of the request, as in every report about this delivery. */
  readonly requestId: string
  /**
   * Aborts when the claim on this event is lost and another process may run the handler: stop acting. The signal is
   * made on first access, so read it from the context itself. A copy such as `{ ...context }` does not have it.
   */
  readonly signal: AbortSignal
  /** The store's transaction, if the store has one. */
  readonly tx: Tx
}

/**
 * Acts on one event. If it resolves, the event is acknowledged, whatever the value. If it throws, the event is
 * delivered again.
 */
export type Handler<Event, Tx = undefined> = (event: Event, context: HandlerContext<Tx>) => unknown

/** One handler per event type of the provider. */
export type Handlers<Event extends WebhookEvent, Tx = undefined> = {
  readonly [Type in Event['type']]?: Handler<Extract<Event, { readonly type: Type }>, Tx>
}

/** Second argument of `onError`. Never contains headers, secrets or signatures. */
export interface ErrorDetails {
  readonly provider: string
  /** The provider's `account`, or the tenant behind `tenantWebhook`. */
  readonly account: string
  /** The id that the host gave the request (`requestIdHeader`), or else an id made by this package. */
  readonly requestId: string
  readonly outcome: Outcome['kind']
  /** The event, if the delivery was already read as an event. */
  readonly event: WebhookEvent | null
  /** The body of an authentic delivery that could not be used, without a proof inside it; otherwise null. */
  readonly body: Buffer | null
  /**
   * The change with which a delivery that was not authentic would have matched: for example the same body compacted, a
   * secret with a line break, or the signature in another header. Null if no change that was tried matches, or if more
   * refusals came than are explained.
   */
  readonly explanation: string | null
}

/** One record for every delivery, for counters and timings. */
export interface OutcomeReport {
  readonly provider: string
  /** The provider's `account`, or the tenant behind `tenantWebhook`. */
  readonly account: string
  /** The id that the host gave the request (`requestIdHeader`), or else an id made by this package. */
  readonly requestId: string
  readonly outcome: Outcome['kind']
  readonly code: PaymentWebhookError['code'] | null
  readonly eventId: string | null
  readonly eventType: string | null
  readonly orderId: string | null
  readonly attempt: number | null
  /**
   * The place in the list, from 0, of the secret that the delivery matched. Null with one secret, and if none matched.
   * A rotation can end when no delivery matches the old secret any more.
   */
  readonly secretIndex: number | null
  /** Milliseconds from the complete body to the answer, or from the headers if the body was not read. */
  readonly durationMs: number
}

/** Options of `createReceiver` and of every door. */
export interface WebhookOptions<Event extends WebhookEvent, Tx = undefined> {
  /** The shop's handlers by event type. */
  readonly on: Handlers<Event, Tx>
  /** Stores which events were handled, for example `memoryStore()`. */
  readonly store: Store<Tx>
  /**
   * Keeps events until a worker of `startWorkers` handles them, for example `pgBossQueue(boss)`. The sender is answered
   * as soon as the job is stored. Needs a store that outlives the process. @default handlers run while the sender waits
   */
  readonly queue?: Queue | undefined
  /**
   * `observe` verifies deliveries, reads back if necessary, reports `observed`, and answers 200 to everything
   * authentic. No handler runs and nothing is written, so another receiver can go on handling the events.
   * @default 'handle'
   */
  readonly mode?: 'handle' | 'observe' | undefined
  /** The largest body to read: bytes, or a string such as `'100kb'`. @default '100kb' */
  readonly limit?: number | `${number}kb` | `${number}mb` | undefined
  /**
   * Time limit in milliseconds for the answer to the sender, and for reading its body. At most half of the longest
   * `leaseMs`. If the provider is known to wait for less time, the limit is half a second less than that. @default 4000
   */
  readonly timeoutMs?: number | undefined
  /** How long a claim holds after its process died, in milliseconds; at most 2147483647. @default 60000 */
  readonly leaseMs?: number | undefined
  /**
   * How long a handled event is remembered, in milliseconds: from a week, because senders retry that long, to a hundred
   * years. @default 30 days
   */
  readonly retainMs?: number | undefined
  /**
   * The request header with the id of a delivery for every report, set by a proxy or a middleware; null reads no
   * header. Up to 128 visible ASCII characters. Any other value is replaced by an id made by this package.
   * @default 'x-request-id'
   */
  readonly requestIdHeader?: string | null | undefined
  /** Gets events without a handler in `on`, and is awaited like a handler. @default acknowledged and remembered */
  readonly onUnhandled?: Handler<Event | UnrecognisedEvent<Event['provider']>, Tx> | undefined
  /** Gets every error in full. @default one JSON line on standard error, rate-limited */
  readonly onError?: ((error: PaymentWebhookError, details: ErrorDetails) => void) | undefined
  /** Gets one report for every delivery, for metrics. */
  readonly onOutcome?: ((report: OutcomeReport) => void) | undefined
}

/** Options with every default applied. */
export interface ResolvedOptions {
  readonly on: Pick<ReadonlyMap<string, Handler<WebhookEvent, unknown>>, 'get' | 'has'>
  readonly store: Store<unknown>
  readonly queue: Queue | undefined
  readonly mode: 'handle' | 'observe'
  readonly limit: number
  /** Shorter than the option if the provider's senders wait for less. */
  readonly timeoutMs: number
  /** How long one call to the store may take, in milliseconds. */
  readonly storeTimeoutMs: number
  /** How long a delivery waits for another process to finish the same event, in milliseconds. */
  readonly busyWaitMs: number
  readonly leaseMs: number
  readonly retainMs: number
  /** Lower-case header name. */
  readonly requestIdHeader: string | null
  readonly onUnhandled: Handler<WebhookEvent, unknown> | undefined
  readonly onError: NonNullable<WebhookOptions<WebhookEvent>['onError']> | undefined
  readonly onOutcome: NonNullable<WebhookOptions<WebhookEvent>['onOutcome']> | undefined
}
