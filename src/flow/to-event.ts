/** Step 4, second half: makes the event for handlers, and its id, of a proven draft. */
import { hash } from 'node:crypto'
import { DeliveryError } from '../errors.js'
import type { EventDraft, KnownEvent, UnrecognisedDraft, WebhookEvent } from '../event.js'
import { clock } from '../lib/clock.js'
import type { Provider } from '../provider.js'
import { checkedDraft, checkedName } from './check-draft.js'
import type { ProvenDraft } from './confirm.js'

declare const confirmed: unique symbol

/** An event that may have effects. Handlers get no other kind. */
export type ConfirmedEvent = WebhookEvent & { readonly [confirmed]: true }

/** @throws DeliveryError `PAYLOAD_INVALID`, `EVENT_INVALID` */
export function toEvent(provider: Provider, draft: Exclude<ProvenDraft, { readonly ignored: string }>): ConfirmedEvent {
  return eventOf(provider, 'unrecognised' in draft ? unrecognisedDraft(provider, draft) : checkedDraft(provider, draft))
}

/** The part of an event that its delivery proves: enough for a claim, but not enough for a handler. */
export function knownEvent(provider: Provider, known: KnownEvent): WebhookEvent {
  // The type may be one that no final event of the provider has.
  return eventOf(provider, checkedDraft({ ...provider, types: [known.type] }, { ...known, native: null }))
}

function eventOf(provider: Provider, draft: EventDraft): ConfirmedEvent {
  const { type, identity, native } = draft
  const { orderId = null, paymentId = null, transaction = null, expected = null, received = null } = draft
  return {
    id: eventId(provider, identity),
    type,
    provider: provider.name,
    orderId,
    paymentId,
    paymentIds: idsOf(paymentId, draft.paymentIds),
    transaction,
    expected,
    received,
    original: draft.original ?? null,
    refund: draft.refund ?? null,
    dispute: draft.dispute ?? null,
    reason: draft.reason ?? null,
    occurredAt: draft.occurredAt ?? null,
    receivedAt: new Date(clock.now()).toISOString(),
    native,
  } as ConfirmedEvent
}

/** Each id once, the main one first. */
function idsOf(paymentId: string | null, others: EventDraft['paymentIds'] = []): readonly string[] {
  const ids = [paymentId, ...others].filter((id) => id !== null)
  return ids.length < 2 ? ids : [...new Set(ids)]
}

/** The fields of an unrecognised event are unknown, so by default only the same content is the same event. */
function unrecognisedDraft(provider: Provider, draft: UnrecognisedDraft): EventDraft {
  const { unrecognised, identity } = checkedName(provider, draft)
  const { native } = draft
  // Stores keep the type as text, and some databases always refuse a NUL.
  if (/\p{Cc}/u.test(unrecognised))
    throw new DeliveryError('PAYLOAD_INVALID', 'the name of the event contains control characters')
  return { type: `${provider.name}.${unrecognised}`, identity: [unrecognised, ...identity], native }
}

/** The longest id, in characters, for which stores have to be prepared. */
const MAX_ID_LENGTH = 1024

/** No provider uses a longer id, so a longer one is refused. */
const MAX_PART_LENGTH = 1024

/** The id is readable and unambiguous: no part can contain the separator. */
function eventId(provider: Provider, identity: readonly string[]): string {
  let id: string = provider.name
  for (const part of identity) {
    // Lone surrogates could make two different ids equal, and databases handle them differently.
    if (!part.isWellFormed()) throw unusableId('is not well-formed Unicode')
    if (part.length > MAX_PART_LENGTH) throw unusableId(`has a part of more than ${MAX_PART_LENGTH} characters`)
    id += `:${encodeURIComponent(part)}`
  }
  return id.length > MAX_ID_LENGTH ? shortened(id) : id
}

/**
 * An order that was paid in many transactions may rightly have many parts. The first parts stay readable, and a digest
 * of all parts replaces the rest. No part contains the equals sign of the digest, so no other id can look the same.
 */
function shortened(id: string): string {
  const digest = `:sha256=${hash('sha256', id, 'base64url')}`
  const head = id.slice(0, MAX_ID_LENGTH - digest.length)
  return head.slice(0, head.lastIndexOf(':')) + digest
}

function unusableId(why: string): DeliveryError {
  return new DeliveryError('PAYLOAD_INVALID', `the identity of the event ${why}`)
}
