/** The outcome of one delivery. `http/respond` turns it into an answer. */
import type { PaymentWebhookError } from './errors.js'
import type { WebhookEvent } from './event.js'

interface Settled {
  readonly event: WebhookEvent
  readonly error?: undefined
}

/** Acknowledged: the sender gets 200, or the provider's own success status, and does not deliver again. */
export type AcceptedOutcome =
  | (Settled & { readonly kind: 'handled'; readonly attempt: number })
  /** Handled before, or by another delivery at the same moment. */
  | (Settled & { readonly kind: 'duplicate' })
  /** The event's type has no handler. The event is remembered all the same. */
  | (Settled & { readonly kind: 'unhandled'; readonly attempt: number })
  /** Stored in the queue. The sender is done with it, and a worker handles it. */
  | (Settled & { readonly kind: 'queued'; readonly attempt?: undefined })
  /** In mode `observe`: authentic, and neither claimed nor handled. Contains the error that handling would have met. */
  | {
      readonly kind: 'observed'
      readonly event: WebhookEvent | null
      readonly error?: PaymentWebhookError | undefined
      readonly body?: undefined
      readonly attempt?: undefined
    }
  /** The delivery does not concern the shop: nothing was stored, and no handler ran. */
  | { readonly kind: 'ignored'; readonly event: null; readonly error?: undefined; readonly reason: string }
  /**
   * The handler failed. The event is kept, and the shop runs it again for a day. After that it runs on the operator's
   * request.
   */
  | {
      readonly kind: 'kept'
      readonly event: WebhookEvent
      readonly error: PaymentWebhookError
      readonly attempt: number
      readonly body?: undefined
    }
  /** Authentic but unusable, kept with its body for the operator. */
  | {
      readonly kind: 'quarantined'
      readonly event: WebhookEvent | null
      readonly error: PaymentWebhookError
      readonly body: Buffer
    }

/** Not acknowledged. */
export interface RefusedOutcome {
  readonly kind:
    | 'method_not_allowed'
    | 'body_timeout'
    | 'too_large'
    | 'unsupported_encoding'
    | 'aborted'
    | 'not_authentic'
    | 'unusable'
    | 'retry_later'
    | 'failed'
  readonly error: PaymentWebhookError
  readonly event: WebhookEvent | null
  /** The body of an authentic delivery that could not be used, without a proof inside it, if no durable store keeps it. */
  readonly body?: Buffer | undefined
  /** Seconds that the sender is asked to wait. */
  readonly retryAfterSeconds?: number | undefined
  /** For a delivery that was not authentic: looks for a change with which it matches. For the operator only. */
  readonly explain?: (() => string | null) | undefined
  readonly attempt?: number | undefined
}

export type Outcome = AcceptedOutcome | RefusedOutcome
