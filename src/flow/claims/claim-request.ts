/** Makes the request to claim an event: a key of fixed size, a token of this process, and a digest of the content. */
import { hash, randomUUID } from 'node:crypto'
import type { WebhookEvent } from '../../event.js'
import type { Provider } from '../../provider.js'
import type { ClaimRequest } from '../../store.js'
import type { ReceiverState } from '../state/receiver.js'

export function claimRequest(
  { provider, options }: ReceiverState,
  event: WebhookEvent,
  isConflict: boolean,
): ClaimRequest {
  const key = storeKey(provider, event.id)
  const content = contentHash(event)
  return {
    key: isConflict ? conflictKey(key, content) : key,
    token: nextToken(),
    contentHash: content,
    leaseMs: options.leaseMs,
    contestMs: CONTEST_MS,
    retainMs: options.retainMs,
    eventId: event.id,
    eventType: event.type,
    provider: provider.name,
    account: provider.account,
    orderId: event.orderId,
    paymentId: event.paymentId,
    amount: amountOf(event),
  }
}

/**
 * After an outage that was longer than the lease, another process may reach the store first. The holder tries to renew
 * or complete several times a second, so this time is enough for it.
 */
const CONTEST_MS = 3000

const PROCESS = randomUUID()
let claims = 0

/** Unique in this process and in all others. Guessing a token gains nothing, so it need not be random each time. */
function nextToken(): string {
  return `${PROCESS}:${++claims}`
}

/** A digest, because ids may have any length and any characters, and keys of databases may not. */
export function storeKey({ name, account }: Provider, eventId: string): string {
  // Neither a name nor an id contains line breaks, so no other three strings give the same text.
  return hash('sha256', `${name}\n${account}\n${eventId}`, 'base64url')
}

/**
 * A conflict can never be claimed under its event's id, because the other content has that claim. Its own key lets an
 * operator handle it once, however often it came and however its body was written.
 */
function conflictKey(key: string, content: string): string {
  return hash('sha256', `replay\n${key}\n${content}`, 'base64url')
}

/** The money that an event of this type is about. For the operator, and for comparing the event with the provider's list. */
export function amountOf({ type, received, refund, dispute, expected }: WebhookEvent): string | null {
  const goesBack = type.startsWith('refund.') || type === 'payment.refunded'
  const money = (type.startsWith('dispute.') ? dispute : goesBack ? refund : null) ?? received ?? expected
  return money === null ? null : `${money.amount} ${money.currency}`
}

/**
 * Digest of the content on which two deliveries of one event must agree. Confirmations, texts and times may differ
 * between genuine redeliveries; payment, order and amounts may not.
 */
function contentHash(event: WebhookEvent): string {
  const { type, orderId, paymentId, transaction, expected, received, refund, dispute } = event
  const content = [
    type,
    orderId,
    paymentId,
    transaction?.id,
    transaction?.hash,
    expected?.amount,
    expected?.currency,
    received?.amount,
    received?.currency,
    // If there is no refund or dispute, nothing is added, so that the digest of an older version stays the same.
    ...(refund === null ? [] : ['refund', refund.id, refund.amount, refund.currency, refund.basis]),
    ...(dispute === null ? [] : ['dispute', dispute.id, dispute.amount, dispute.currency, dispute.withdrawn]),
  ]
  return hash('sha256', JSON.stringify(content), 'base64url').slice(0, 22)
}
