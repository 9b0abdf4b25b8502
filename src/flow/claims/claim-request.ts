/** What an event is claimed by: fixed-size keys, a token of this process, and a digest of its content. */
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
 * Long enough for the holder of a lapsed lease to renew or complete, which it tries several times a second: after an outage
 * that was longer than its lease, somebody else may be there a moment before it.
 */
const CONTEST_MS = 3000

const PROCESS = randomUUID()
let claims = 0

/** Unlike any other, here and elsewhere. Nobody gains from guessing one, so it need not be random each time. */
function nextToken(): string {
  return `${PROCESS}:${++claims}`
}

/** A digest, because ids may be of any length and any characters, and databases are not. */
export function storeKey({ name, account }: Provider, eventId: string): string {
  // Neither a name nor an id has line breaks, so no other three texts make this one.
  return hash('sha256', `${name}\n${account}\n${eventId}`, 'base64url')
}

/**
 * A conflict can never be claimed under its event's id: that is taken by the other content. A key of its own lets an
 * operator decide for it, once, however often it came and however its body was worded.
 */
function conflictKey(key: string, content: string): string {
  return hash('sha256', `replay\n${key}\n${content}`, 'base64url')
}

/** The money that an event of this type is about, for the operator and for comparing it with what the provider lists. */
export function amountOf({ type, received, refund, dispute, expected }: WebhookEvent): string | null {
  const goesBack = type.startsWith('refund.') || type === 'payment.refunded'
  const money = (type.startsWith('dispute.') ? dispute : goesBack ? refund : null) ?? received ?? expected
  return money === null ? null : `${money.amount} ${money.currency}`
}

/**
 * Two deliveries of one event must agree on this. Confirmations, texts and times may differ between honest
 * re-deliveries; who pays what for which order may not.
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
    // Nothing stands for none, so that an event which an older version remembers is still the same.
    ...(refund === null ? [] : ['refund', refund.id, refund.amount, refund.currency, refund.basis]),
    ...(dispute === null ? [] : ['dispute', dispute.id, dispute.amount, dispute.currency, dispute.withdrawn]),
  ]
  return hash('sha256', JSON.stringify(content), 'base64url').slice(0, 22)
}
