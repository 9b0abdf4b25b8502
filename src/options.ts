/** The options that every door takes. `resolve-options` applies the defaults. */
import type { PaymentWebhookError } from './errors.js'
import type { UnrecognisedEvent, WebhookEvent } from './event.js'
import type { Outcome } from './outcome.js'
import type { Queue } from './queue.js'
import type { Store } from './store.js'

/** What a handler gets beside the event. */
export interface HandlerContext<Tx = undefined> {
  /** 1 for the first run, counting up with every further one. */
  readonly attempt: number
  /** Stable across attempts: pass it to whatever must not act twice. */
  readonly idempotencyKey: string
  /** Whose account with the provider it is about: the provider's `account`, and behind `tenantWebhook` the tenant. */
  readonly account: string
  /** The id of the request, as it stands in every report about this delivery. */
  readonly requestId: string
  /**
   * Aborts when the claim on this event is lost, and another process may run the handler: stop acting. It is made when
   * it is asked for, so take it from the context itself: a copy such as `{ ...context }` is without it.
   */
  readonly signal: AbortSignal
  /** The store's transaction, where the store has one. */
  readonly tx: Tx
}

/** Acts on one event. Resolving acknowledges it, whatever it resolves to; throwing has it delivered again. */
export type Handler<Event, Tx = undefined> = (event: Event, context: HandlerContext<Tx>) => unknown

/** One handler per event type of the provider. */
export type Handlers<Event extends WebhookEvent, Tx = undefined> = {
  readonly [Type in Event['type']]?: Handler<Extract<Event, { readonly type: Type }>, Tx>
}

/** What `onError` gets beside the error. Never headers, secrets or signatures. */
export interface ErrorDetails {
  readonly provider: string
  /** The provider's `account`; behind `tenantWebhook` the tenant. */
  readonly account: string
  /** The id that the host gave the request (`requestIdHeader`), else one of our own. */
  readonly requestId: string
  readonly outcome: Outcome['kind']
  /** The event, where the delivery got that far. */
  readonly event: WebhookEvent | null
  /** The exact bytes of a delivery that was authentic but could not be used or kept; otherwise null. */
  readonly body: Buffer | null
  /**
   * What would have matched, where a delivery was not authentic: the same body compacted, the secret with a line break,
   * the signature in another header. Null when nothing does, or when there were more refusals than are looked into.
   */
  readonly explanation: string | null
}

/** One line for counters and timings, for every delivery. */
export interface OutcomeReport {
  readonly provider: string
  /** The provider's `account`; behind `tenantWebhook` the tenant. */
  readonly account: string
  /** The id that the host gave the request (`requestIdHeader`), else one of our own. */
  readonly requestId: string
  readonly outcome: Outcome['kind']
  readonly code: PaymentWebhookError['code'] | null
  readonly eventId: string | null
  readonly eventType: string | null
  readonly orderId: string | null
  readonly attempt: number | null
  /**
   * Which of several secrets the delivery fitted, by its place in the list, from 0; null with one secret, and where none
   * fitted. Once no delivery fits the old one any more, a rotation can end.
   */
  readonly secretIndex: number | null
  /** Milliseconds from the complete body to the answer; from the headers, where the body was not read. */
  readonly durationMs: number
}

/** Options of `createReceiver` and of every door. */
export interface WebhookOptions<Event extends WebhookEvent, Tx = undefined> {
  /** The shop's handlers by event type. */
  readonly on: Handlers<Event, Tx>
  /** Remembers which events were handled, for example `memoryStore()`. */
  readonly store: Store<Tx>
  /**
   * Keeps events until a worker of `startWorkers` handles them: the sender is answered as soon as the job is stored, for example
   * `pgBossQueue(boss)`. Needs a store that outlives the process. @default handlers run while the sender waits
   */
  readonly queue?: Queue
  /**
   * `observe` verifies deliveries, reads back what has to be, reports `observed`, and answers 200 to everything authentic:
   * no handler runs and nothing is written, so that another receiver can go on handling them. @default 'handle'
   */
  readonly mode?: 'handle' | 'observe'
  /** The largest body read: bytes, or a text such as `'100kb'`. @default '100kb' */
  readonly limit?: number | `${number}kb` | `${number}mb`
  /**
   * How long the sender waits for our answer, and we for its body, in milliseconds; at most half of the longest `leaseMs`.
   * Half a second less than the sender's own patience, where the provider's is known and shorter. @default 4000
   */
  readonly timeoutMs?: number
  /** How long a claim holds when its process dies, in milliseconds; at most 2147483647. @default 60000 */
  readonly leaseMs?: number
  /** How long a handled event is remembered, in milliseconds; a week, for which senders retry, to a hundred years. @default 30 days */
  readonly retainMs?: number
  /**
   * The request header whose value names a delivery in every report, where a proxy or a middleware sets one; null reads
   * none. Up to 128 visible ASCII characters; anything else is replaced by an id of our own. @default 'x-request-id'
   */
  readonly requestIdHeader?: string | null
  /** Gets events that have no handler in `on`; awaited like one. @default acknowledged and remembered */
  readonly onUnhandled?: Handler<Event | UnrecognisedEvent<Event['provider']>, Tx>
  /** Gets everything that went wrong, in full. @default one JSON line on standard error, rate-limited */
  readonly onError?: (error: PaymentWebhookError, details: ErrorDetails) => void
  /** Gets one report for every delivery, for metrics. */
  readonly onOutcome?: (report: OutcomeReport) => void
}

/** Options with every default applied. */
export interface ResolvedOptions {
  readonly on: Pick<ReadonlyMap<string, Handler<WebhookEvent, unknown>>, 'get' | 'has'>
  readonly store: Store<unknown>
  readonly queue: Queue | undefined
  readonly mode: 'handle' | 'observe'
  readonly limit: number
  /** Shorter than the option where the provider's senders wait for less. */
  readonly timeoutMs: number
  /** How long one call to the store may take, in milliseconds. */
  readonly storeTimeoutMs: number
  /** How long a delivery waits for another process to finish the same event, in milliseconds. */
  readonly busyWaitMs: number
  readonly leaseMs: number
  readonly retainMs: number
  /** In lower case. */
  readonly requestIdHeader: string | null
  readonly onUnhandled: Handler<WebhookEvent, unknown> | undefined
  readonly onError: NonNullable<WebhookOptions<WebhookEvent>['onError']> | undefined
  readonly onOutcome: NonNullable<WebhookOptions<WebhookEvent>['onOutcome']> | undefined
}
