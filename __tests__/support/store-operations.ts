/** Random lists of operations on a store, for comparing two stores that must answer alike. */
import fc from 'fast-check'
import type {
  ClaimEnding,
  ClaimRequest,
  DurableStore,
  EventQuery,
  EventRecord,
  KeptEvent,
  Store,
} from '../../src/store.js'
import { keyOf } from './claim-request.js'

/** Past at once, or longer than any test: no other durations, so that no list depends on its speed. */
const DURATIONS = [0, 100_000_000] as const

export const EVENTS = ['event 1', 'event 2'].map(keyOf)
export const DELIVERIES = ['delivery 1', 'delivery 2'].map(keyOf)
export const KEYS = [...EVENTS, ...DELIVERIES]

/** The order and the payment that each token's claims name. */
const ORDERS = { a: 'order 1', b: 'order 2', c: null, d: 'order 1', e: 'order 2', f: null } as const
const PAYMENTS = { a: 'payment 1', b: null, c: 'payment 2', d: null, e: 'payment 1', f: 'payment 2' } as const
export type TokenName = keyof typeof ORDERS
/** A number after the name is for claims that must not have the token of an earlier one. */
export type Token = TokenName | `${TokenName}${number}`

/** The possible searches. */
export const SEARCHES = [
  { orderId: 'order 1' },
  { orderId: 'order 2' },
  { paymentId: 'payment 1' },
  { paymentId: 'payment 2' },
  { eventId: 'acme:kept' },
  { orderId: 'order 1', eventId: 'acme:kept' },
  { orderId: 'order 1', paymentId: 'payment 1', state: 'failed' },
] as const satisfies readonly EventQuery[]

export type Operation =
  | {
      readonly name: 'claim'
      readonly key: string
      readonly token: Token
      readonly hash: string
      readonly leaseMs: number
      readonly contestMs: number
      /** @default longer than any test runs */
      readonly retainMs?: number
    }
  | { readonly name: 'complete'; readonly key: string; readonly token: Token }
  | { readonly name: 'extend'; readonly key: string; readonly token: Token; readonly leaseMs: number }
  | {
      readonly name: 'release'
      readonly key: string
      readonly token: Token
      readonly error: string
      readonly ending: ClaimEnding
      readonly kept: KeptEvent | undefined
    }
  | {
      readonly name: 'quarantine'
      readonly key: string
      readonly code: string
      readonly message: string
      readonly eventId: string | null
    }
  | { readonly name: 'replay' | 'removeQuarantined'; readonly key: string }
  | { readonly name: 'dismiss'; readonly key: string }
  | { readonly name: 'takeDue'; readonly key: string; readonly forMs: number }
  | { readonly name: 'forget'; readonly orderId: string }
  | { readonly name: 'writeNote'; readonly note: string; readonly value: string | null }
  | { readonly name: 'lock'; readonly lock: string; readonly token: Token; readonly forMs: number }
  | { readonly name: 'unlock'; readonly lock: string; readonly token: Token }
  | { readonly name: 'search'; readonly query: EventQuery }
  /** The clock is set, if a store takes one. */
  | { readonly name: 'wait'; readonly ms: number }

export const named = <Name extends string>(name: Name) => fc.constant(name)
export const duration = fc.constantFrom(...DURATIONS)
const event = fc.constantFrom(...EVENTS)
const token = fc.constantFrom<Token>('a', 'b', 'c')
const anyKey = fc.constantFrom(...KEYS)

export const kept = fc.record({
  form: fc.constantFrom<KeptEvent['form']>('delivery', 'event'),
  body: fc.constantFrom('{}', '{"id":1}').map((text) => Buffer.from(text)),
  headers: fc.constantFrom<KeptEvent['headers']>({}, { 'x-id': '1' }),
  retryInMs: fc.constantFrom(...DURATIONS, null),
  isAccepted: fc.boolean(),
})

const claim = fc.record({
  name: named('claim'),
  key: event,
  token,
  hash: fc.constantFrom('x', 'x', 'x', 'x', 'y'),
  leaseMs: duration,
  contestMs: duration,
})
const complete = fc.record({ name: named('complete'), key: event, token })
const extend = fc.record({ name: named('extend'), key: event, token, leaseMs: duration })
const release = fc.record({
  name: named('release'),
  key: event,
  token,
  error: fc.constantFrom('no network', 'a bug'),
  ending: fc.constantFrom<ClaimEnding>('failed', 'deferred', 'unused'),
  kept: fc.option(kept, { nil: undefined }),
})
export const quarantine = fc.record({
  name: named('quarantine'),
  // Rarely the key of an event, which is refused.
  key: fc.constantFrom(...DELIVERIES, ...DELIVERIES, EVENTS[0]!),
  code: fc.constantFrom('ID_CONFLICT', 'PAYLOAD_INVALID', 'EVENT_INVALID'),
  message: fc.constantFrom('one reason', 'another'),
  eventId: fc.constantFrom('acme:kept', null),
})
const ofAnyKey = fc.record({ name: fc.constantFrom('replay', 'removeQuarantined'), key: anyKey })
const dismiss = fc.record({ name: named('dismiss'), key: anyKey })
const takeDue = fc.record({ name: named('takeDue'), key: anyKey, forMs: duration })
export const forget = fc.record({ name: named('forget'), orderId: fc.constantFrom('order 1', 'order 2') })
// One name for both: a note and a lock must not collide.
export const PLACES = ['schema', 'cursor']
const place = fc.constantFrom(...PLACES)
const writeNote = fc.record({ name: named('writeNote'), note: place, value: fc.constantFrom('x', "it's", null) })
const lock = fc.record({ name: named('lock'), lock: place, token, forMs: fc.constant(DURATIONS[1]) })
const unlock = fc.record({ name: named('unlock'), lock: place, token })
export const search = fc.record({ name: named('search'), query: fc.constantFrom<EventQuery>(...SEARCHES) })
const wait = fc.record({ name: named('wait'), ms: fc.constantFrom(-5000, 1, 100, 3000, 100_000_000) })

const list = (...weighted: [weight: number, arbitrary: fc.Arbitrary<Operation>][]) =>
  fc.array(fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary }))), {
    minLength: 1,
    maxLength: 40,
    size: 'max',
  })

/** For stores that keep nothing, by a clock that can be set. */
export const timedClaims = list([5, claim], [2, complete], [2, extend], [4, release], [3, wait])

/** For durable stores, by their own clocks. */
export const operations = list(
  [6, claim],
  [1, complete],
  [1, extend],
  [4, release],
  [2, quarantine],
  [3, ofAnyKey],
  [1, dismiss],
  [3, takeDue],
  [1, forget],
  [1, writeNote],
  [2, lock],
  [1, unlock],
  [1, search],
)

/** The answer of a store without values that depend on its clock. */
export async function answerOf(store: Store, operation: Operation): Promise<unknown> {
  switch (operation.name) {
    case 'claim':
      return withoutTime(await store.claim(requestOf(operation)))
    case 'complete':
      return store.complete(operation.key, operation.token)
    case 'extend':
      return store.extend(operation.key, operation.token, operation.leaseMs)
    case 'release': {
      const { key, token, error, ending, kept } = operation
      return store.release(key, token, error, ending, kept)
    }
    case 'wait':
      return undefined
    default:
      return answerOfDurable(store as DurableStore, operation)
  }
}

type Durable =
  | 'quarantine'
  | 'replay'
  | 'removeQuarantined'
  | 'dismiss'
  | 'takeDue'
  | 'forget'
  | 'search'
  | 'writeNote'
  | 'lock'
  | 'unlock'

async function answerOfDurable(
  store: DurableStore,
  operation: Extract<Operation, { name: Durable }>,
): Promise<unknown> {
  switch (operation.name) {
    case 'quarantine':
      try {
        await store.quarantine(deliveryOf(operation))
        return 'kept'
      } catch {
        return 'refused'
      }
    case 'replay':
      return store.replay(operation.key)
    case 'removeQuarantined':
      return store.removeQuarantined(operation.key)
    case 'dismiss':
      return store.dismiss(operation.key)
    case 'takeDue':
      return summary(await store.takeDue(operation.key, operation.forMs))
    case 'forget':
      return store.forget({ orderId: operation.orderId })
    case 'writeNote':
      await store.writeNote(operation.note, operation.value)
      return store.readNote(operation.note)
    case 'lock':
      return store.lock(operation.lock, operation.token, operation.forMs)
    case 'unlock':
      return store.unlock(operation.lock, operation.token)
    case 'search':
      return keysOf(await store.listEvents(operation.query))
  }
}

export function keysOf(records: readonly { readonly key: string }[]): string[] {
  return records.map(({ key }) => key).sort()
}

/** A record without its times, except whether it is due. */
export function summary(record: EventRecord | null) {
  if (record === null) return null
  const { createdAt: _made, updatedAt: _changed, dueAt, body, failedRuns, ...rest } = record
  return {
    ...rest,
    due: dueAt === null ? 'never' : Date.parse(dueAt) - Date.now() > DURATIONS[1] / 2 ? 'later' : 'now',
    body: body?.toString() ?? null,
    failedRuns: failedRuns.map(({ at: _at, ...run }) => run),
  }
}

export function withoutTime<Claim extends object>(result: Claim) {
  const {
    acceptedForMs,
    tx: _tx,
    onLost: _onLost,
    ...rest
  } = { acceptedForMs: null, tx: null, onLost: null, ...result }
  return { ...rest, isAccepted: acceptedForMs !== null }
}

export function requestOf(claim: Extract<Operation, { name: 'claim' }>): ClaimRequest {
  const { key, token, hash, leaseMs, contestMs, retainMs = 10 * DURATIONS[1] } = claim
  const name = token.slice(0, 1) as TokenName
  return {
    key,
    token,
    contentHash: hash,
    leaseMs,
    contestMs,
    retainMs,
    eventId: `acme:${key.slice(0, 6)}`,
    eventType: hash === 'x' ? 'payment.confirmed' : 'payment.failed',
    provider: 'acme',
    account: 'eu',
    orderId: ORDERS[name],
    paymentId: PAYMENTS[name],
    amount: '10 EUR',
  }
}

function deliveryOf({ key, code, message, eventId }: Extract<Operation, { name: 'quarantine' }>) {
  const said = { provider: 'acme', account: 'eu', orderId: 'order 1', body: Buffer.from('{"odd":1}') }
  return { ...said, key, code, message, eventId, headers: { 'x-id': '2' } }
}
