/** One delivery, or one replay, on its way through the flow: filled in step by step, and read by every report. */
import { randomBytes } from 'node:crypto'
import { clock } from '../../lib/clock.js'
import { Deadline } from '../../lib/deadline.js'
import type { Delivery } from '../../delivery.js'
import type { WebhookEvent } from '../../event.js'
import type { ClaimRequest } from '../../store.js'
import type { AuthenticatedDelivery } from '../authenticate.js'
import type { ConfirmedEvent } from '../to-event.js'
import type { InFlight, ReceiverState } from './receiver.js'

/** What a claim came to that this delivery alone holds. */
export interface Claim {
  readonly request: ClaimRequest
  /** How often a handler was started for the event, this time included. */
  readonly attempt: number
  /** How long ago the sender was first told that the event is kept, in milliseconds. */
  readonly acceptedForMs: number | null
  readonly tx: unknown
  /** Present where the store notices by itself that the claim is lost. */
  readonly onLost: ((listener: () => void) => void) | undefined
  /** Undefined where another content of the event was there first. */
  readonly entry: InFlight | undefined
}

/** An event that the flow has claimed. */
export interface Claimed {
  readonly event: ConfirmedEvent
  readonly claim: Claim
}

interface Origin {
  /**
   * Where the delivery comes from: its sender, a queue, the quarantine, the record of an event that failed, or a list of
   * the provider's API. @default 'sender'
   */
  readonly origin?: 'sender' | 'queue' | 'quarantine' | 'retry' | 'listed'
  /** Reads one header of the request, by its lower-case name. A replay has none. */
  readonly header?: (name: string) => string | undefined
  /** An operator wants it handled although its event's id is known with other content. */
  readonly isConflict?: boolean
}

export class DeliveryContext {
  /** When the request came, in milliseconds of this process. */
  readonly startedAt = clock.monotonic()
  /** Until when the sender gets its answer. */
  readonly deadline: Deadline
  readonly isConflict: boolean
  /** What was received, for what is known of it by identity alone. */
  delivery: Delivery | null = null
  readonly origin: NonNullable<Origin['origin']>
  /** True where it was read back before it was known which event it is. */
  isReadFirst = false
  authenticated: AuthenticatedDelivery | null = null
  /** True once the delivery itself, or its provider, vouches for what it says. */
  proven = false
  event: WebhookEvent | null = null
  /** After how many milliseconds a failed run of a job is to be repeated; null when no more. */
  declare retryInMs?: number | null
  readonly #header: Origin['header']
  readonly #headerName: string | null
  #requestId: string | undefined

  constructor(
    { options }: Pick<ReceiverState, 'options'>,
    { header, isConflict = false, origin = 'sender' }: Origin = {},
  ) {
    this.deadline = new Deadline(options.timeoutMs)
    this.isConflict = isConflict
    this.origin = origin
    this.#header = header
    this.#headerName = options.requestIdHeader
  }

  /** The id that the host gave the request, else one of our own. Looked up when it is asked for, which is seldom. */
  get requestId(): string {
    return (this.#requestId ??= this.#given() ?? nextRequestId())
  }

  /** Milliseconds since the request came. */
  get elapsedMs(): number {
    return clock.monotonic() - this.startedAt
  }

  #given(): string | undefined {
    const id = this.#headerName === null ? undefined : this.#header?.(this.#headerName)
    // The sender may have written it, and it goes into logs.
    return id !== undefined && /^[\x21-\x7e]{1,128}$/.test(id) ? id : undefined
  }
}

const PROCESS = randomBytes(6).toString('hex')
let requests = 0

function nextRequestId(): string {
  return `${PROCESS}-${(++requests).toString(36)}`
}
