/** The open claims of a transactional store, each from the view of its own process. */
import type { Token } from '../store-operations.js'
import { processOf } from '../transactional-operations.js'
import type { ClaimRequest } from '../../../src/store.js'
import type { Row } from './model-store.js'

/**
 * `doomed` will be refused at its commit. `aborted` has had an error: its record is as before and no longer locked, but nobody
 * else can claim it. The database has nothing left of `undone` (by the handler) and of `lost` (with the connection).
 */
export type Health = 'sound' | 'doomed' | 'aborted' | 'undone' | 'lost'

export interface OpenClaim {
  readonly process: number
  readonly request: ClaimRequest
  readonly answer: { readonly attempt: number }
  /** The record as the transaction sees it. */
  readonly row: Row
  /** The number of statements that its handler has sent. */
  readonly effects: number
  readonly health: Health
}

export interface OfClaim {
  readonly token: Token
  readonly key: string
}

export class OpenClaims {
  readonly #held = new Map<string, OpenClaim>()
  /** By token: refused when they were completed, and not yet released. */
  readonly #refused = new Map<string, OpenClaim>()

  /** The claim of the process under this key, in any state. */
  of(process: number, key: string): OpenClaim | undefined {
    return this.#held.get(`${process} ${key}`)
  }

  mine({ token, key }: OfClaim): OpenClaim | undefined {
    const held = this.#held.get(`${processOf(token)} ${key}`)
    return held?.request.token === token ? held : undefined
  }

  refused({ token }: OfClaim): OpenClaim | undefined {
    return this.#refused.get(token)
  }

  /** The claim whose transaction has locked the record. */
  locking(key: string): OpenClaim | undefined {
    return this.#find(key, ['sound', 'doomed'])
  }

  /** The claim that keeps others from claiming the event. */
  holding(key: string): OpenClaim | undefined {
    return this.#find(key, ['sound', 'doomed', 'aborted'])
  }

  /** Its transaction is gone, so the call that records its failure may meet others. */
  isUnlocked(claim: OpenClaim): boolean {
    const isGone = claim.health === 'lost' || claim.health === 'undone'
    return isGone || this.#refused.get(claim.request.token) === claim
  }

  put(claim: OpenClaim): void {
    this.#held.set(`${claim.process} ${claim.request.key}`, claim)
  }

  end(operation: OfClaim): OpenClaim | undefined {
    const mine = this.mine(operation)
    if (mine !== undefined) this.forget(mine)
    return mine
  }

  forget({ process, request: { key } }: Pick<OpenClaim, 'process' | 'request'>): void {
    this.#held.delete(`${process} ${key}`)
  }

  refuse(claim: OpenClaim): void {
    this.#refused.set(claim.request.token, claim)
  }

  recorded({ request: { token } }: OpenClaim): void {
    this.#refused.delete(token)
  }

  forgetAllOf(process: number): void {
    for (const claims of [this.#held, this.#refused])
      for (const [name, claim] of claims) if (claim.process === process) claims.delete(name)
  }

  copy(): OpenClaims {
    const copy = new OpenClaims()
    for (const claim of this.#held.values()) copy.put(claim)
    for (const claim of this.#refused.values()) copy.refuse(claim)
    return copy
  }

  #find(key: string, healths: readonly Health[]): OpenClaim | undefined {
    return [...this.#held.values()].find(({ request, health }) => request.key === key && healths.includes(health))
  }
}
