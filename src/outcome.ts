/** What came of one delivery. `http/respond` turns it into an answer. */
import type { PaymentWebhookError } from './errors.js'
import type { WebhookEvent } from './event.js'

interface Settled {
  readonly event: WebhookEvent
  readonly error?: undefined
}

/** Acknowledged: the sender is told 200 and will not deliver again. */
export type AcceptedOutcome =
  | (Settled & { readonly kind: 'handled'; readonly attempt: number })
  /** Handled before, or by the delivery this one coincided with. */
  | (Settled & { readonly kind: 'duplicate' })
  /** No handler for its type; remembered all the same. */
  | (Settled & { readonly kind: 'unhandled'; readonly attempt: number })
  /** Stored in the queue: its sender is done with it, and a worker handles it. */
  | (Settled & { readonly kind: 'queued'; readonly attempt?: undefined })
  /** In mode `observe`: authentic, and neither claimed nor handled. With the error that it would have met. */
  | {
      readonly kind: 'observed'
      readonly event: WebhookEvent | null
      readonly error?: PaymentWebhookError
      readonly body?: undefined
      readonly attempt?: undefined
    }
  /** About nothing the shop has to know: nothing was stored, and no handler ran. */
  | { readonly kind: 'ignored'; readonly event: null; readonly error?: undefined; readonly reason: string }
  /** Its handler failed; the event is kept, and is run again by the shop itself for a day, then when its operator says so. */
  | {
      readonly kind: 'kept'
      readonly event: WebhookEvent
      readonly error: PaymentWebhookError
      readonly attempt: number
      readonly body?: undefined
    }
  /** Authentic but unusable, kept with its raw bytes for the operator. */
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
  /** The exact bytes of an authentic delivery that could not be used, where nothing durable keeps them. */
  readonly body?: Buffer
  /** Seconds the sender is asked to wait. */
  readonly retryAfterSeconds?: number
  /** For a delivery that was not authentic: tries what would have matched. For the operator alone. */
  readonly explain?: () => string | null
  readonly attempt?: number
}

export type Outcome = AcceptedOutcome | RefusedOutcome
