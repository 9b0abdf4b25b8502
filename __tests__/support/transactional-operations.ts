/** Random lists of operations on a transactional store: by two processes, and by a third whose claims are no transactions. */
import fc from 'fast-check'
import type { ClaimEnding } from '../../src/store.js'
import {
  DELIVERIES,
  duration,
  EVENTS,
  forget,
  kept,
  named,
  quarantine,
  search,
  type Operation,
  type Token,
  type TokenName,
} from './store-operations.js'

/** Faults that a handler, its connection or its process may cause in an open transaction. */
export type Harm =
  /** A statement that fails, and whose error the handler catches. */
  | 'statement'
  /** A statement that is refused at the commit. */
  | 'constraint'
  /** A ROLLBACK of the handler's own. */
  | 'rollback'
  /** The server closes the connection. */
  | 'connection'
  /** The claim is no longer renewed. */
  | 'lease'

type Of<Name extends Operation['name']> = Extract<Operation, { readonly name: Name }>

/** The operations of a claim's own process. */
export type ClaimOperation =
  | Of<'claim' | 'complete' | 'extend' | 'release'>
  /** A statement of the handler. */
  | { readonly name: 'effect'; readonly key: string; readonly token: Token }
  | { readonly name: 'harm'; readonly key: string; readonly token: Token; readonly harm: Harm }

export type TransactionalOperation =
  | ClaimOperation
  | Of<'quarantine' | 'replay' | 'removeQuarantined' | 'takeDue' | 'forget' | 'search'>
  | { readonly name: 'prune' }
  /** The process closes its store, and opens another. */
  | { readonly name: 'restart'; readonly process: number }

export const PROCESSES = [0, 1] as const

/** Undefined for the process whose claims are no transactions. */
export function processOf(token: Token): number | undefined {
  return { a: 0, b: 0, c: 1, d: 1, e: undefined, f: undefined }[token.slice(0, 1) as TokenName]
}

const LEASED = 100_000_000

/** Mostly one event, and one claim of each process at a time, so that many operations collide. */
const event = fc.constantFrom(...Array.from({ length: 6 }, () => EVENTS[0]!), EVENTS[1]!)
const anyKey = fc.oneof({ weight: 5, arbitrary: event }, { weight: 1, arbitrary: fc.constantFrom(...DELIVERIES) })
const token = fc.constantFrom<Token>('a', 'a', 'a', 'a', 'a', 'b', 'c', 'c', 'c', 'c', 'c', 'd')
const tokenOfOthers = fc.constantFrom<Token>('e', 'f')
const anyToken = fc.oneof({ weight: 10, arbitrary: token }, { weight: 1, arbitrary: tokenOfOthers })

const claimOf = (tokens: fc.Arbitrary<Token>, leaseMs: fc.Arbitrary<number>) =>
  fc.record({
    name: named('claim'),
    key: event,
    token: tokens,
    hash: fc.constantFrom(...Array.from({ length: 15 }, () => 'x'), 'y'),
    leaseMs,
    contestMs: fc.constantFrom(0, 0, 0, LEASED),
    // Past at once, or longer than any test.
    retainMs: fc.constantFrom(0, 10 * LEASED),
  })

const claim = claimOf(token, fc.constant(LEASED))
const claimOfOthers = claimOf(tokenOfOthers, fc.constantFrom(0, 0, 0, 0, LEASED))
const complete = fc.record({ name: named('complete'), key: event, token: anyToken })
const extend = fc.record({ name: named('extend'), key: event, token: anyToken, leaseMs: fc.constant(LEASED) })
const release = fc.record({
  name: named('release'),
  key: event,
  token: anyToken,
  error: fc.constantFrom('no network', 'a bug'),
  ending: fc.constantFrom<ClaimEnding>('failed', 'failed', 'failed', 'deferred', 'unused'),
  kept: fc.option(kept, { nil: undefined }),
})
const effect = fc.record({ name: named('effect'), key: event, token })
const harm = fc.record({
  name: named('harm'),
  key: event,
  token,
  harm: fc.constantFrom<Harm>('statement', 'constraint', 'rollback', 'connection', 'connection', 'lease'),
})
const ofAnyKey = fc.record({ name: fc.constantFrom('replay', 'replay', 'removeQuarantined'), key: anyKey })
const takeDue = fc.record({ name: named('takeDue'), key: anyKey, forMs: duration })
const prune = fc.record({ name: named('prune') })
const restart = fc.record({ name: named('restart'), process: fc.constantFrom(...PROCESSES) })

const list = (...weighted: [weight: number, arbitrary: fc.Arbitrary<TransactionalOperation>][]) =>
  fc.array(fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary }))), {
    minLength: 1,
    maxLength: 40,
    size: 'max',
  })

export const transactionalOperations = list(
  [14, claim],
  [1, claimOfOthers],
  [3, complete],
  [1, extend],
  [12, release],
  [3, effect],
  [8, harm],
  [1, quarantine],
  [4, ofAnyKey],
  [3, takeDue],
  [2, forget],
  [1, search],
  [1, prune],
  [1, restart],
)
