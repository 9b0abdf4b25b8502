/** One delivery, or one replay, on its way through the flow. The steps fill it in, and every report reads it. */
import { randomBytes } from 'node:crypto'
import { clock } from '../../lib/clock.js'
import { Deadline } from '../../lib/deadline.js'
import type { Delivery } from '../../delivery.js'
import type { WebhookEvent } from '../../event.js'
import type { ClaimRequest } from '../../store.js'
import type { AuthenticatedDelivery } from '../authenticate.js'
import type { ConfirmedEvent } from '../to-event.js'
import type { InFlight, ReceiverState } from './receiver.js'

/** The claim that this delivery holds, with its data. */
export interface Claim {
  readonly request: ClaimRequest
  /** How often a handler was started for the event, including this run. */
  readonly attempt: number
  /** Milliseconds since the sender was first told that the event is kept. */
  readonly acceptedForMs: number | null
  readonly tx: unknown
  /** Present if the store itself notices that the claim is lost. */
  readonly onLost: ((listener: () => void) => void) | undefined
  /** Undefined if other content of the event was in work first. */
  readonly entry: InFlight | undefined
}

/** An event that the flow has claimed. */
export interface Claimed {
  readonly event: ConfirmedEvent
  readonly claim: Claim
}

interface Origin {
  /**
   * Source of the delivery: its sender, a queue, the quarantine, the record of a failed event, or a list from the
   * provider's API. @default 'sender'
   */
  readonly origin?: 'sender' | 'queue' | 'quarantine' | 'retry' | 'listed'
  /** Returns one header of the request, by its lower-case name. A replay has none. */
  readonly header?: (name: string) => string | undefined
  /** An operator requests the run although the event's id is stored with other content. */
  readonly isConflict?: boolean
}

export class DeliveryContext {
  /** When the request arrived, in milliseconds of this process. */
  readonly startedAt = clock.monotonic()
  /** Deadline of the answer to the sender. */
  readonly deadline: Deadline
  readonly isConflict: boolean
  /** The received delivery object. Some data, such as the matched secret, is stored by its identity. */
  delivery: Delivery | null = null
  readonly origin: NonNullable<Origin['origin']>
  /** True if the payment was read back before it was certain which event the delivery is. */
  isReadFirst = false
  authenticated: AuthenticatedDelivery | null = null
  /** True once the delivery itself, or the provider's answer, proves the content. */
  proven = false
  event: WebhookEvent | null = null
  /** Milliseconds until a failed job runs again; null if it does not run again. */
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

  /** The id that the host gave the request, or else an id made by this package. Determined on first access, which is rare. */
  get requestId(): string {
    return (this.#requestId ??= this.#given() ?? nextRequestId())
  }

  /** Milliseconds since the request arrived. */
  get elapsedMs(): number {
    return clock.monotonic() - this.startedAt
  }

  #given(): string | undefined {
    const id = this.#headerName === null ? undefined : this.#header?.(this.#headerName)
    // The sender may have written the id, and it is written to logs.
    return id !== undefined && /^[\x21-\x7e]{1,128}$/.test(id) ? id : undefined
  }
}

const PROCESS = randomBytes(6).toString('hex')
let requests = 0

function nextRequestId(): string {
  return `${PROCESS}-${(++requests).toString(36)}`
}
