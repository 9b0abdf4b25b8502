/** Events whose callback proves nothing, or too little. Their content is read back from the provider. */
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
  /** When the read began, ISO 8601 in UTC: the `asOf` of the totals that were read. */
  readonly readAt: string
}

/**
 * Confirms an event with the provider: `toEvent` of a provider returns this if the callback alone must not decide.
 *
 * Deliveries with the same key share a read that starts after they arrived. If the read fails, the sender is answered
 * "later". Give `known`, an identity and a type, if the proof covers them; only a proven delivery may give it. The
 * event is then claimed first, and the holder of the claim reads it back, so that duplicates are never read. `toEvent`
 * then returns no identity.
 *
 * @param options.key the payment to read, for example its id
 * @param options.read reads the payment's state; a `DeliveryError` that it throws is answered by its code, anything
 * else as "later"
 * @param options.toEvent interprets the state; its identity must be made only of values that were read
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
        // The overloads above ensure that `toEvent` takes the result of `read`.
        const draft = toEvent(state as never, context) as ConfirmedDraft
        return known === null || !('type' in draft) ? draft : { ...draft, identity: known.identity }
      },
    },
  }
}
