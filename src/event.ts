/** The typed event: one envelope, two families, and whatever else a provider sends under its own name. */
import type { Money } from './money.js'

/** The provider's verdict on a whole payment request. */
const PAYMENT_EVENT_TYPES = [
  'payment.pending',
  'payment.detected',
  'payment.partially_paid',
  'payment.confirmed',
  'payment.failed',
  'payment.canceled',
  'payment.expired',
  'payment.refunded',
] as const

/** One transfer. Says nothing about whether an order is paid in full. */
const TRANSACTION_EVENT_TYPES = ['transaction.detected', 'transaction.confirmed', 'transaction.failed'] as const

export type PaymentEventType = (typeof PAYMENT_EVENT_TYPES)[number]

export type TransactionEventType = (typeof TRANSACTION_EVENT_TYPES)[number]

/** The types that mean the same for every provider. */
export const COMMON_EVENT_TYPES = [...PAYMENT_EVENT_TYPES, ...TRANSACTION_EVENT_TYPES] as const

/** `<provider>.<native name>`: everything that is neither of the two families. */
export type NativeEventType<Name extends string = string> = `${Name}.${string}`

export type EventType = PaymentEventType | TransactionEventType | NativeEventType

/** The transfer behind an event, as far as the provider names it. */
export interface EventTransaction {
  readonly id: string
  readonly hash: string | null
  readonly network: string | null
  /** Confirmations when the provider sent the event. */
  readonly confirmations: number | null
}

/** Money that arrived: in total for the payment so far, or in this one transaction. */
export interface Received extends Money {
  readonly basis: 'total' | 'transaction'
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
  readonly transaction: EventTransaction | null
  /** What the provider says is to be paid. */
  readonly expected: Money | null
  readonly received: Received | null
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
  readonly transaction?: EventTransaction | null
  readonly expected?: Money | null
  readonly received?: Received | null
  readonly reason?: string | null
  readonly occurredAt?: string | null
  readonly native: Native
}

/** A payload whose event name is unknown: kept and acknowledged, never handled by name. */
export interface UnrecognisedDraft {
  /** The provider's own name for it. */
  readonly unrecognised: string
  readonly native: unknown
}

/** A payload that proves nothing yet: the event is what `confirm` reads back from the provider. */
export interface UnconfirmedDraft<Draft extends EventDraft = EventDraft> {
  readonly confirm: (context: { readonly signal: AbortSignal }) => Promise<Draft | UnrecognisedDraft>
}

/** The event a draft becomes: one per type, so that a handler's name picks out its payload. */
export type EventOf<Name extends string, Draft> =
  Draft extends EventDraft<infer Type, infer Native> ? EventOfType<Name, Type, Native> : never

type EventOfType<Name extends string, Type extends string, Native> = Type extends string
  ? WebhookEvent<Name, Type, Native>
  : never
