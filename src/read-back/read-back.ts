/** Events whose callback proves nothing, or too little: what they say is read back from the provider. */
import type {
  ConfirmedDraft,
  EventDraft,
  IgnoredDraft,
  KnownEvent,
  UnconfirmedDraft,
  UnrecognisedDraft,
} from '../event.js'
import { readOnce } from './read-once.js'
import { readsOf } from './shared-reads.js'

/** Reads one payment's state. Must stop when `signal` aborts. */
type Read<State> = (context: { readonly signal: AbortSignal }) => Promise<State>

interface StateContext {
  /** When the read began, ISO 8601 in UTC: the `asOf` of totals in what was read. */
  readonly readAt: string
}

/**
 * Has an event confirmed: `toEvent` of a provider answers this where the callback alone decides nothing.
 *
 * Deliveries with one key share a read that starts after they arrived; reads that fail are told to the sender as
 * "later". With `known`, the identity and type that the proof covers and that only a proven delivery may give, the event is
 * claimed first and read by the holder of the claim, so that repeats of it are never read; `toEvent` then answers no identity.
 *
 * @param options.key the payment that is read, for example its id
 * @param options.read reads its state; a `DeliveryError` it throws is answered as its code says, anything else as "later"
 * @param options.toEvent what the state means. Its identity must be made of what was read alone
 * @example
 * ```ts
 * import { defineProvider, identifier, readBack, tokenHeader } from 'express-payment-webhooks'
 * import { readJson } from 'express-payment-webhooks/read-back'
 * import { z } from 'zod'
 *
 * const payment = z.object({ id: identifier, status: z.string(), order: identifier, paid: z.boolean() })
 * const acmePay = defineProvider({
 *   name: 'acme-pay',
 *   types: ['payment.confirmed', 'payment.failed'],
 *   authentication: tokenHeader({ token: process.env.ACME_TOKEN }),
 *   schema: z.object({ id: identifier }),
 *   toEvent: ({ id }) =>
 *     readBack({
 *       key: id,
 *       read: ({ signal }) => readJson(`https://api.acme.example/payments/${id}`, { schema: payment, signal }),
 *       toEvent: ({ id, status, order, paid }) => ({
 *         type: paid ? 'payment.confirmed' : 'payment.failed',
 *         identity: [id, status],
 *         orderId: order,
 *         native: { id, status },
 *       }),
 *     }),
 * })
 * ```
 */
export function readBack<State, const Draft extends ConfirmedDraft>(options: {
  readonly key: string
  readonly read: Read<State>
  readonly toEvent: (state: State, context: StateContext) => Draft
}): UnconfirmedDraft<Extract<Draft, EventDraft>>
export function readBack<
  State,
  const Draft extends Omit<EventDraft, 'identity'> | UnrecognisedDraft | IgnoredDraft,
>(options: {
  readonly key: string
  readonly known: KnownEvent
  readonly read: Read<State>
  readonly toEvent: (state: State, context: StateContext) => Draft
}): UnconfirmedDraft<Extract<Draft, Omit<EventDraft, 'identity'>> & Pick<EventDraft, 'identity'>>
export function readBack(options: {
  readonly key: string
  readonly known?: KnownEvent | undefined
  readonly read: Read<unknown>
  readonly toEvent: (state: never, context: StateContext) => ConfirmedDraft | Omit<EventDraft, 'identity'>
}): UnconfirmedDraft {
  const { key, known = null, read, toEvent } = options
  return {
    confirm: {
      key,
      known,
      read: (receiver, timeoutMs) => readsOf(receiver).share(key, () => readOnce(read, timeoutMs)),
      toEvent(state, context) {
        // What `read` answered is what the `toEvent` beside it takes; the signature above says so.
        const draft = toEvent(state as never, context) as ConfirmedDraft
        return known === null || !('type' in draft) ? draft : { ...draft, identity: known.identity }
      },
    },
  }
}
