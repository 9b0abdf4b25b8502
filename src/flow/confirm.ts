/** Step 4: an event is either proven by its delivery or read back from the provider. There is no third way. */
import { hash } from 'node:crypto'
import { DeliveryError } from '../errors.js'
import type { EventDraft, UnrecognisedDraft, WebhookEvent } from '../event.js'
import type { Interpretation, Provider } from '../provider.js'
import type { AuthenticatedDelivery } from './authenticate.js'

declare const confirmed: unique symbol

/** An event that may act: the only thing `deduplicate` takes. */
export type ConfirmedEvent = WebhookEvent & { readonly [confirmed]: true }

/** @throws DeliveryError `AUTH_UNPROVEN`, `READ_BACK_*`, `ORDER_UNKNOWN` */
export function confirm(
  provider: Provider,
  delivery: AuthenticatedDelivery,
  interpretation: Interpretation,
  timeoutMs: number,
): ConfirmedEvent | Promise<ConfirmedEvent> {
  if ('confirm' in interpretation) {
    return readBack(interpretation.confirm, timeoutMs).then((draft) => toEvent(provider, draft))
  }
  if (!delivery.proven) {
    throw new DeliveryError(
      'AUTH_UNPROVEN',
      `nothing proves who sent this, and ${provider.name} offers no way to read it back`,
    )
  }
  return toEvent(provider, interpretation)
}

async function readBack(
  confirmWith: Extract<Interpretation, { confirm: unknown }>['confirm'],
  timeoutMs: number,
): Promise<EventDraft | UnrecognisedDraft> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), timeoutMs)
  try {
    return await confirmWith({ signal: abort.signal })
  } catch (error) {
    if (error instanceof DeliveryError) throw error
    throw new DeliveryError('READ_BACK_UNAVAILABLE', 'the event could not be confirmed with the provider', {
      cause: error,
    })
  } finally {
    clearTimeout(timer)
  }
}

function toEvent(provider: Provider, draft: EventDraft | UnrecognisedDraft): ConfirmedEvent {
  if ('unrecognised' in draft) return toEvent(provider, unrecognisedDraft(provider, draft))
  const { type, identity, native } = draft
  const { orderId = null, paymentId = null, transaction = null, expected = null, received = null } = draft
  return {
    id: eventId(provider, identity),
    type,
    provider: provider.name,
    orderId,
    paymentId,
    transaction,
    expected,
    received,
    reason: draft.reason ?? null,
    occurredAt: draft.occurredAt ?? null,
    receivedAt: new Date().toISOString(),
    native,
  } as ConfirmedEvent
}

/** Nothing is known about its fields, so only the same content is the same event. */
function unrecognisedDraft(provider: Provider, { unrecognised, native }: UnrecognisedDraft): EventDraft {
  // Stores keep the type as text, and some refuse a NUL for ever.
  if (/\p{Cc}/u.test(unrecognised))
    throw new DeliveryError('PAYLOAD_INVALID', 'the name of the event contains control characters')
  const digest = hash('sha256', JSON.stringify(native), 'base64url')
  return { type: `${provider.name}.${unrecognised}`, identity: [unrecognised, digest], native }
}

const MAX_ID_LENGTH = 1024

/** Readable, and unambiguous: a part cannot contain the separator. */
function eventId(provider: Provider, identity: readonly string[]): string {
  let id: string = provider.name
  for (const part of identity) {
    // Lone surrogates would make two different ids one; databases disagree about what to do with them.
    if (!part.isWellFormed()) throw unusableId('is not well-formed Unicode')
    id += `:${encodeURIComponent(part)}`
  }
  if (id.length > MAX_ID_LENGTH) throw unusableId(`is longer than ${MAX_ID_LENGTH} characters`)
  return id
}

function unusableId(why: string): DeliveryError {
  return new DeliveryError('PAYLOAD_INVALID', `what identifies the event ${why}`)
}
