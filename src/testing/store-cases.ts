/** What the conformance suites of stores have in common. */
import { createHash, randomUUID } from 'node:crypto'
import type { ClaimRequest, DurableStore, EventState, QuarantinedDelivery, Store } from '../store.js'

/** Milliseconds a lease lasts where a test waits for its end: longer than a slow machine's hiccup. */
export const SHORT_LEASE_MS = 300

/** Milliseconds a lapsed lease is contested here. */
export const CONTEST_MS = 300

/** Registers a test that gets a prepared store and closes it afterwards. */
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

/** The same event, delivered again: another token. */
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

/** Newest first, so that a backend shared with other tests still shows this one's. */
export function listed(store: DurableStore<unknown>, state?: EventState, due?: true) {
  return store.listEvents({ limit: 1000, ...(state !== undefined && { state }), ...(due && { due }) })
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
