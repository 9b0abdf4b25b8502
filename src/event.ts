/** The typed event: one envelope, four families, and whatever else a provider sends under its own name. */
import type { Money } from './money.js'

/** The provider's verdict on a whole payment request. */
const PAYMENT_EVENT_TYPES = [
  'payment.pending',
  /** Reserved, not received: a card payment before its capture. */
  'payment.authorized',
  'payment.detected',
  'payment.partially_paid',
  'payment.confirmed',
  'payment.failed',
  'payment.canceled',
  'payment.expired',
  /** All of it went back. */
  'payment.refunded',
] as const

/** One transfer, capture or charge. Says nothing about whether an order is paid in full. */
const TRANSACTION_EVENT_TYPES = ['transaction.detected', 'transaction.confirmed', 'transaction.failed'] as const

/** Money going back: one refund. */
const REFUND_EVENT_TYPES = ['refund.pending', 'refund.confirmed', 'refund.failed'] as const

/** A buyer's bank asks, takes the money back, or gives it back. An inquiry moves nothing. */
const DISPUTE_EVENT_TYPES = ['dispute.inquiry', 'dispute.opened', 'dispute.won', 'dispute.lost'] as const

export type PaymentEventType = (typeof PAYMENT_EVENT_TYPES)[number]

export type TransactionEventType = (typeof TRANSACTION_EVENT_TYPES)[number]

export type RefundEventType = (typeof REFUND_EVENT_TYPES)[number]

export type DisputeEventType = (typeof DISPUTE_EVENT_TYPES)[number]

/** The types that mean the same for every provider. */
export type CommonEventType = PaymentEventType | TransactionEventType | RefundEventType | DisputeEventType

export const COMMON_EVENT_TYPES: readonly CommonEventType[] = [
  ...PAYMENT_EVENT_TYPES,
  ...TRANSACTION_EVENT_TYPES,
  ...REFUND_EVENT_TYPES,
  ...DISPUTE_EVENT_TYPES,
]

/** `<provider>.<native name>`: everything that is in none of the families. */
export type NativeEventType<Name extends string = string> = `${Name}.${string}`

export type EventType = CommonEventType | NativeEventType

/** The transfer behind an event, as far as the provider names it. */
export interface EventTransaction {
  readonly id: string
  readonly hash: string | null
  readonly network: string | null
  /** Confirmations when the provider sent the event. */
  readonly confirmations: number | null
  /** When it was first seen, ISO 8601 in UTC, where the provider tells. @default the event's `occurredAt` */
  readonly seenAt?: string | null
}

/**
 * Money that arrived: in total for the payment so far, or in this one transaction. A total counts whatever the event is
 * called: where a payment is read back, one event may stand for several changes, and a refund comes with all that had come.
 */
export interface Received extends Money {
  readonly basis: 'total' | 'transaction'
  /**
   * When a total was true, ISO 8601 in UTC: for what was read back, when the read began. Of two totals the newer one
   * counts. @default the event's `occurredAt`
   */
  readonly asOf?: string
}

/** Money that goes back. A total counts whatever the event is called, as in `Received`. */
export interface EventRefund extends Money {
  /** The provider's id of this refund; null where it names none. */
  readonly id: string | null
  /** `total`: everything that went back for the payment so far. `refund`: this one refund. */
  readonly basis: 'total' | 'refund'
  /** When a total was true, as in `Received`. @default the event's `occurredAt` */
  readonly asOf?: string
}

/** A dispute about a payment. */
export interface EventDispute extends Money {
  readonly id: string
  /** True once the provider has taken the money from the merchant. */
  readonly withdrawn: boolean
  /** The provider's or the bank's word for it. */
  readonly reason: string | null
  /** Until when evidence is taken, ISO 8601 in UTC. */
  readonly respondBy: string | null
}

/** What every event carries, whichever provider sent it. */
export interface WebhookEvent<Name extends string = string, Type extends string = string, Native = unknown> {
  /** Stable across re-deliveries, starts with the provider's name: the dedupe key. */
  readonly id: string
  readonly type: Type
  readonly provider: Name
  /** The merchant's own order reference, or null when the provider does not echo it. */
  readonly orderId: string | null
  /** The provider's id of what is being paid: invoice, payment, order or address. */
  readonly paymentId: string | null
  /** Every id of the payment that the event names, `paymentId` first. */
  readonly paymentIds: readonly string[]
  readonly transaction: EventTransaction | null
  /** What the provider says is to be paid. */
  readonly expected: Money | null
  /** What came, in the currency of `expected` where the provider converts. */
  readonly received: Received | null
  /** What the payer really sent, where that is in another currency than `received`. */
  readonly original: Money | null
  readonly refund: EventRefund | null
  readonly dispute: EventDispute | null
  /** The provider's free text, for people. Never decide on it. */
  readonly reason: string | null
  /** When it happened, ISO 8601 in UTC, or null when the provider does not say. */
  readonly occurredAt: string | null
  /** When this process read it, ISO 8601 in UTC. */
  readonly receivedAt: string
  /** The provider's own payload, validated. */
  readonly native: Native
}

/** An event whose name this package does not know. Only `onUnhandled` gets it. */
export type UnrecognisedEvent<Name extends string = string> = WebhookEvent<Name, NativeEventType<Name>>

/** What a provider makes of one payload; the flow adds id, provider and time. */
export interface EventDraft<Type extends string = string, Native = unknown> {
  readonly type: Type
  /** What tells this event from every other of the provider. The event id is made of it. */
  readonly identity: readonly string[]
  readonly orderId?: string | null
  readonly paymentId?: string | null
  /** Further ids of the same payment; `paymentId` need not be repeated. */
  readonly paymentIds?: readonly (string | null)[]
  readonly transaction?: EventTransaction | null
  readonly expected?: Money | null
  readonly received?: Received | null
  readonly original?: Money | null
  readonly refund?: EventRefund | null
  readonly dispute?: EventDispute | null
  readonly reason?: string | null
  readonly occurredAt?: string | null
  readonly native: Native
}

/** A payload whose event name is unknown: kept and acknowledged, never handled by name. */
export interface UnrecognisedDraft {
  /** The provider's own name for it. */
  readonly unrecognised: string
  /** What tells it from others of its name. @default its content */
  readonly identity?: readonly string[]
  readonly native: unknown
}

/** A payload that is about nothing the shop has to know: a test call, a payment that no longer exists. Acknowledged, and nothing is stored. */
export interface IgnoredDraft {
  /** Why, for the operator. */
  readonly ignored: string
}

/** A state of a payment becomes one of these once it was read back. */
export type ConfirmedDraft<Draft extends EventDraft = EventDraft> = Draft | UnrecognisedDraft | IgnoredDraft

/** A payload that proves nothing, or too little: the event is made of what is read back from the provider. Made by `readBack`. */
export interface UnconfirmedDraft<Draft extends EventDraft = EventDraft> {
  readonly confirm: Confirmation
  /** Carries the draft's type for inference; never present at run time. */
  readonly '~draft'?: Draft
}

export interface Confirmation {
  readonly key: string
  /** What the proof covers already: the event is claimed by it, and read back by the claim's holder alone. */
  readonly known: KnownEvent | null
  /**
   * The payment's state, from a read that begins from now on, shared with other deliveries to the receiver that ask for it.
   *
   * @throws DeliveryError `READ_BACK_UNAVAILABLE` where it takes too long, `BUSY`, and whatever the read throws
   */
  readonly read: (receiver: object, timeoutMs: number) => Promise<PaymentState>
  readonly toEvent: (state: unknown, context: { readonly readAt: string }) => ConfirmedDraft
}

/** What a provider answered about a payment. */
export interface PaymentState {
  readonly state: unknown
  /** When the read began, ISO 8601 in UTC. */
  readonly readAt: string
}

/** The part of an event that a proof covers before anything is read back. */
export interface KnownEvent {
  readonly type: string
  readonly identity: readonly string[]
  readonly orderId?: string | null
  readonly paymentId?: string | null
}

/** The event a draft becomes: one per type, so that a handler's name picks out its payload. */
export type EventOf<Name extends string, Draft> =
  Draft extends EventDraft<infer Type, infer Native> ? EventOfType<Name, Type, Native> : never

type EventOfType<Name extends string, Type extends string, Native> = Type extends string
  ? WebhookEvent<Name, Type, Native>
  : never
