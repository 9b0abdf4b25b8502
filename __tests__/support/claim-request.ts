import { createHash, randomUUID } from 'node:crypto'
import type { ClaimRequest } from '../../src/store.js'

/** The key of an event that several processes know by name. */
export function keyOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url')
}

/** A claim on an event that no other test uses. */
export function claimRequest(overrides: Partial<ClaimRequest> = {}): ClaimRequest {
  const id = randomUUID()
  return {
    key: keyOf(id),
    token: randomUUID(),
    contentHash: 'content',
    leaseMs: 60_000,
    contestMs: 300,
    retainMs: 60_000,
    eventId: `acme:${id}`,
    eventType: 'payment.confirmed',
    provider: 'acme',
    account: '',
    orderId: null,
    paymentId: null,
    amount: null,
    ...overrides,
  }
}
