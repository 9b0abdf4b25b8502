/** The typed event: one envelope, four families, and provider-specific types for everything else. */
import type { Money } from './money.js'

/** The provider's verdict on a whole payment request. */
const PAYMENT_EVENT_TYPES = [
  'payment.pending',
  /** Money is reserved but not received: a card payment before its capture. */
  'payment.authorized',
  'payment.detected',
  'payment.partially_paid',
  'payment.confirmed',
  'payment.failed',
  'payment.canceled',
  'payment.expired',
  /** The whole payment was refunded. */
  'payment.refunded',
] as const

/** One transfer, capture or charge. It does not show if an order is paid in full. */
const TRANSACTION_EVENT_TYPES = ['transaction.detected', 'transaction.confirmed', 'transaction.failed'] as const

/** One refund. */
const REFUND_EVENT_TYPES = ['refund.pending', 'refund.confirmed', 'refund.failed'] as const

/** A buyer's bank inquires, takes the money back, or returns it. An inquiry moves no money. */
const DISPUTE_EVENT_TYPES = ['dispute.inquiry', 'dispute.opened', 'dispute.won', 'dispute.lost'] as const

export type PaymentEventType = (typeof PAYMENT_EVENT_TYPES)[number]

export type TransactionEventType = (typeof TRANSACTION_EVENT_TYPES)[number]

export type RefundEventType = (typeof REFUND_EVENT_TYPES)[number]

export type DisputeEventType = (typeof DISPUTE_EVENT_TYPES)[number]

/** Types with the same meaning for every provider. */
export type CommonEventType = PaymentEventType | TransactionEventType | RefundEventType | DisputeEventType

export const COMMON_EVENT_TYPES: readonly CommonEventType[] = [
  ...PAYMENT_EVENT_TYPES,
  ...TRANSACTION_EVENT_TYPES,
  ...REFUND_EVENT_TYPES,
  ...DISPUTE_EVENT_TYPES,
]

/** `<provider>.<native name>`: every type outside the four families. */
export type NativeEventType<Name extends string = string> = `${Name}.${string}`

export type EventType = CommonEventType | NativeEventType

/** The transfer behind an event, with the details that the provider gives. */
export interface EventTransaction {
  readonly id: string
  readonly hash: string | null
  readonly network: string | null
  /** Number of confirmations when the provider sent the event. */
  readonly confirmations: number | null
  /** When the transfer was first seen, ISO 8601 in UTC, if the provider gives it. @default the event's `occurredAt` */
  readonly seenAt?: string | null | undefined
}

/**
 * Money that arrived: the total of the payment so far, or this one transaction. A total counts whatever the type of the
 * event. A payment that is read back may have changed several times, and a refund event contains the total received
 * before it.
 */
export interface Received extends Money {
  readonly basis: 'total' | 'transaction'
  /**
   * Time at which a total was true, ISO 8601 in UTC. For a payment that was read back, the start of the read. The newer
   * of two totals counts. @default the event's `occurredAt`
   */
  readonly asOf?: string | undefined
}

/** Money that is refunded. A total counts whatever the type of the event, as in `Received`. */
export interface EventRefund extends Money {
  /** The provider's id of this refund; null if it has none. */
  readonly id: string | null
  /** `total`: everything that was refunded for the payment so far. `refund`: this one refund. */
  readonly basis: 'total' | 'refund'
  /** Time at which a total was true, as in `Received`. @default the event's `occurredAt` */
  readonly asOf?: string | undefined
}

/** A dispute about a payment. */
export interface EventDispute extends Money {
  readonly id: string
  /** True once the provider has taken the money from the merchant. */
  readonly withdrawn: boolean
  /** The reason that the provider or the bank gives. */
  readonly reason: string | null
  /** Deadline for evidence, ISO 8601 in UTC. */
  readonly respondBy: string | null
}

/** Fields of every event, whichever provider sent it. */
export interface WebhookEvent<Name extends string = string, Type extends string = string, Native = unknown> {
  /** The same in every redelivery, starts with the provider's name: the dedupe key. */
  readonly id: string
  readonly type: Type
  readonly provider: Name
  /** The merchant's own order reference, or null when the provider does not echo it. */
  readonly orderId: string | null
  /** The provider's id of what is being paid: invoice, payment, order or address. */
  readonly paymentId: string | null
  /** Every id of the payment in the event, `paymentId` first. */
  readonly paymentIds: readonly string[]
  readonly transaction: EventTransaction | null
  /** Amount to be paid, as the provider states it. */
  readonly expected: Money | null
  /** Amount that arrived, in the currency of `expected` if the provider converts. */
  readonly received: Received | null
  /** Amount that the payer sent, if its currency differs from that of `received`. */
  readonly original: Money | null
  readonly refund: EventRefund | null
  readonly dispute: EventDispute | null
  /** The provider's free text, for people. Never base a decision on it. */
  readonly reason: string | null
  /** When the event happened, ISO 8601 in UTC; null if the provider does not give the time. */
  readonly occurredAt: string | null
  /** When this process read the event, ISO 8601 in UTC. */
  readonly receivedAt: string
  /** The provider's own payload, validated. */
  readonly native: Native
}

/** An event with a name that this package does not recognise. Only `onUnhandled` gets it. */
export type UnrecognisedEvent<Name extends string = string> = WebhookEvent<Name, NativeEventType<Name>>

/** A provider's interpretation of one payload. The flow adds id, provider and time. */
export interface EventDraft<Type extends string = string, Native = unknown> {
  readonly type: Type
  /** Values that distinguish this event from every other event of the provider. The event id is made of them. */
  readonly identity: readonly string[]
  readonly orderId?: string | null | undefined
  readonly paymentId?: string | null | undefined
  /** Further ids of the same payment. `paymentId` need not be repeated. */
  readonly paymentIds?: readonly (string | null)[] | undefined
  readonly transaction?: EventTransaction | null | undefined
  readonly expected?: Money | null | undefined
  readonly received?: Received | null | undefined
  readonly original?: Money | null | undefined
  readonly refund?: EventRefund | null | undefined
  readonly dispute?: EventDispute | null | undefined
  readonly reason?: string | null | undefined
  readonly occurredAt?: string | null | undefined
  readonly native: Native
}

/** A payload whose event name is unknown: kept and acknowledged, never handled by name. */
export interface UnrecognisedDraft {
  /** The provider's own name for the event. */
  readonly unrecognised: string
  /** Values that distinguish the event from others with the same name. @default its content */
  readonly identity?: readonly string[] | undefined
  readonly native: unknown
}

/**
 * A payload that does not concern the shop: a test call, or a payment that no longer exists. It is acknowledged, and
 * nothing is stored.
 */
export interface IgnoredDraft {
  /** The reason, for the operator. */
  readonly ignored: string
}

/** Drafts that the state of a payment may become after it was read back. */
export type ConfirmedDraft<Draft extends EventDraft = EventDraft> = Draft | UnrecognisedDraft | IgnoredDraft

/**
 * A payload that proves nothing, or too little. The event is made of the state that is read back from the provider.
 * Made by `readBack`.
 */
export interface UnconfirmedDraft<Draft extends EventDraft = EventDraft> {
  readonly confirm: Confirmation
  /** Carries the draft's type for inference. Never present at run time. */
  readonly '~draft'?: Draft
}

export interface Confirmation {
  readonly key: string
  /**
   * The part of the event that the proof already covers. The event is claimed by it, and only the claim's holder reads
   * it back.
   */
  readonly known: KnownEvent | null
  /**
   * Reads the payment's state. The read begins after this call. Other deliveries to the receiver that ask for the
   * payment share it.
   *
   * @throws DeliveryError `READ_BACK_UNAVAILABLE` if the read takes too long, `BUSY`, and everything that the read
   * throws
   */
  readonly read: (receiver: object, timeoutMs: number) => Promise<PaymentState>
  readonly toEvent: (state: unknown, context: { readonly readAt: string }) => ConfirmedDraft
}

/** A provider's answer about a payment. */
export interface PaymentState {
  readonly state: unknown
  /** When the read began, ISO 8601 in UTC. */
  readonly readAt: string
}

/** The part of an event that a proof covers before anything is read back. */
export interface KnownEvent {
  readonly type: string
  readonly identity: readonly string[]
  readonly orderId?: string | null | undefined
  readonly paymentId?: string | null | undefined
}

/** The event that a draft becomes: one per type, so that the type of a handler determines its payload. */
export type EventOf<Name extends string, Draft> =
  Draft extends EventDraft<infer Type, infer Native> ? EventOfType<Name, Type, Native> : never

type EventOfType<Name extends string, Type extends string, Native> = Type extends string
  ? WebhookEvent<Name, Type, Native>
  : never
