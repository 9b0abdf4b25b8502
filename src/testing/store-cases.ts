/** Common parts of the conformance suites of stores. */
import { createHash, randomUUID } from 'node:crypto'
import type { ClaimRequest, DurableStore, EventState, QuarantinedDelivery, Store } from '../store.js'

/** The lease in tests that wait for its end, in milliseconds: longer than a slow machine's pause. */
export const SHORT_LEASE_MS = 300

/** How long an expired lease is contested in these tests, in milliseconds. */
export const CONTEST_MS = 300

/** Registers a test with an initialized store, which is closed after the test. */
export function checker<S extends Pick<Store<unknown>, 'init' | 'close'>>(options: {
  readonly test: (name: string, run: () => Promise<void>) => unknown
  readonly create: () => S | Promise<S>
}): (name: string, run: (store: S) => Promise<void>) => unknown {
  return (name, run) =>
    options.test(name, async () => {
      const store = await options.create()
      try {
        await store.init()
        await run(store)
      } finally {
        await store.close()
      }
    })
}

export function request(overrides: Partial<ClaimRequest> = {}): ClaimRequest {
  const id = randomUUID()
  return {
    key: digest(id),
    token: randomUUID(),
    contentHash: digest('content').slice(0, 22),
    leaseMs: 60_000,
    contestMs: CONTEST_MS,
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

/** The same event, delivered again: a claim with another token. */
export function again(first: ClaimRequest, overrides: Partial<ClaimRequest> = {}): ClaimRequest {
  return { ...first, token: randomUUID(), ...overrides }
}

export function delivery(overrides: Partial<QuarantinedDelivery> = {}): QuarantinedDelivery {
  const id = randomUUID()
  return {
    key: digest(id),
    provider: 'acme',
    account: '',
    eventId: `acme:${id}`,
    orderId: null,
    code: 'PAYLOAD_INVALID',
    message: 'amount must be a decimal',
    headers: {},
    body: Buffer.from(`{"id":"${id}"}`),
    ...overrides,
  }
}

/** Newest first, so that the list contains this test's records even if other tests share the backend. */
export function listed(store: DurableStore<unknown>, state?: EventState, due?: true) {
  return store.listEvents({ limit: 1000, ...(state !== undefined && { state }), ...(due && { due }) })
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
