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
    retainMs: options.retainMs,
    eventId: event.id,
    eventType: event.type,
    provider: provider.name,
  }
}

const PROCESS = randomUUID()
let claims = 0

/** Unlike any other, here and elsewhere. Nobody gains from guessing one, so it need not be random each time. */
function nextToken(): string {
  return `${PROCESS}:${++claims}`
}

/** A digest, because ids may be of any length and any characters, and databases are not. */
function storeKey({ name, account }: Provider, eventId: string): string {
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

/**
 * Two deliveries of one event must agree on this. Confirmations, texts and times may differ between honest
 * re-deliveries; who pays what for which order may not.
 */
function contentHash({ type, orderId, paymentId, transaction, expected, received }: WebhookEvent): string {
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
  ]
  return hash('sha256', JSON.stringify(content), 'base64url').slice(0, 22)
}
