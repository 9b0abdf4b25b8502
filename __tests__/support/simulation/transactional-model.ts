/**
 * Promises of a transactional store in addition to the model of all stores. A claim is an open transaction: nobody else sees into
 * it, and it ends with its connection. A call that would change its locked record waits for its end.
 */
import { answerOf, requestOf, type Operation } from '../store-operations.js'
import { processOf, type ClaimOperation, type TransactionalOperation } from '../transactional-operations.js'
import type { ClaimEnding, KeptEvent } from '../../../src/store.js'
import { asStore } from './model-as-store.js'
import { ModelStore, type Row } from './model-store.js'
import { OpenClaims, type OfClaim, type OpenClaim } from './open-claims.js'

type Named<Name extends string> = Extract<TransactionalOperation, { readonly name: Name }>

interface Failure {
  readonly error: string
  readonly ending: ClaimEnding
  readonly kept: KeptEvent | undefined
}

/** An operation that waits for a record. */
interface Waiting {
  readonly key: string
  readonly since: number
  readonly operation: TransactionalOperation
  /** The claim whose failure should be recorded, if the operation is a release. */
  readonly failed: OpenClaim | undefined
}

export interface Outcome {
  readonly model: TransactionalModel
  readonly answer: unknown
  /** The answer to an earlier operation, which has waited until now. */
  readonly freed: { readonly answer: unknown } | undefined
}

export const WAITS = 'waits'

const HEALTH = { statement: 'aborted', constraint: 'doomed', rollback: 'undone', connection: 'lost' } as const

const nothing = async () => {}

export class TransactionalModel {
  readonly committed: ModelStore
  #open = new OpenClaims()
  readonly #effects = new Map<string, number>()
  #waiting: Waiting | undefined
  #time: number

  constructor(time: number) {
    this.#time = time
    this.committed = new ModelStore(() => this.#time)
  }

  /** The number of committed statements of handlers. */
  effects(key: string): number {
    return this.#effects.get(key) ?? 0
  }

  isHeld(claim: OfClaim): boolean {
    return this.#open.mine(claim) !== undefined
  }

  isOver(claim: OfClaim): boolean {
    return !this.isHeld(claim) && this.#open.refused(claim) === undefined
  }

  /** Operations that lists leave out: a second one that waits, and those that no shop performs. */
  isLeftOut(operation: TransactionalOperation): boolean {
    const waitsFor = this.#waitsFor(operation)
    if (waitsFor !== undefined && this.#waiting !== undefined) return true
    // It would lock other records while it waits for one.
    if (operation.name === 'forget') return waitsFor !== undefined && this.#about(operation.orderId).length > 1
    if (!('key' in operation)) return false
    const isLocked = this.#open.locking(operation.key) !== undefined
    if (operation.name === 'quarantine') return isLocked
    if (!('token' in operation)) return false
    if (processOf(operation.token) === undefined) return isLocked
    const health = this.#open.mine(operation)?.health
    if (operation.name === 'effect') return health === 'undone'
    if (operation.name === 'release')
      return operation.ending === 'unused' && this.#open.refused(operation) !== undefined
    if (operation.name !== 'harm') return false
    if (health === undefined || health === 'lost') return true
    if (operation.harm === 'lease') return health === 'undone' && isLocked
    return operation.harm === 'connection' ? health === 'undone' : health !== 'sound'
  }

  /** Two if a failure is recorded while another operation waits for the record: the database decides which of both is first. */
  async outcomes(operation: TransactionalOperation): Promise<Outcome[]> {
    const outcomes: Outcome[] = []
    for (const isWaiterFirst of this.#isRace(operation) ? [true, false] : [false]) {
      const model = this.#copy()
      outcomes.push({ model, ...(await model.#play(operation, isWaiterFirst)) })
    }
    return outcomes
  }

  async #play(operation: TransactionalOperation, isWaiterFirst: boolean): Promise<Omit<Outcome, 'model'>> {
    this.#time++
    const key = this.#waitsFor(operation)
    if (key !== undefined) {
      const failed =
        operation.name === 'release' ? (this.#open.refused(operation) ?? this.#open.end(operation)) : undefined
      this.#waiting = { key, since: this.#time, operation, failed }
      return { answer: WAITS, freed: undefined }
    }
    let freed: Outcome['freed']
    const settle = async () => {
      if (this.#waiting === undefined || this.#open.locking(this.#waiting.key) !== undefined) return
      freed = { answer: await this.#goOn(this.#waiting) }
      this.#waiting = undefined
    }
    const answer = await this.#apply(operation, isWaiterFirst ? settle : nothing)
    await settle()
    return { answer, freed }
  }

  /** With the time at which it began, and with the record that it has waited for. */
  async #goOn({ key, since, operation, failed }: Waiting): Promise<unknown> {
    if (failed !== undefined) return this.#recordRefusedOrLost(failed, operation as Named<'release'>, since)
    const alone = this.#alone(key, since)
    const answer = await answerOf(asStore(alone), operation as Operation)
    this.#put(key, alone.rows.get(key))
    return answer
  }

  async #apply(operation: TransactionalOperation, onFree: () => Promise<void>): Promise<unknown> {
    if (operation.name === 'restart') return this.#open.forgetAllOf(operation.process)
    if (operation.name === 'prune') return this.#prune()
    if (operation.name === 'effect') return this.#effect(operation)
    if (operation.name === 'harm') return this.#harm(operation, onFree)
    const process = 'token' in operation ? processOf(operation.token) : undefined
    if (operation.name === 'takeDue' && this.#open.locking(operation.key) !== undefined) return null
    if (process === undefined) return answerOf(asStore(this.committed), operation)
    if (operation.name === 'claim') return this.#claim(process, operation)
    if (operation.name === 'complete') return this.#complete(operation)
    if (operation.name === 'release') return this.#release(operation, onFree)
    const health = this.#open.mine(operation as ClaimOperation)?.health
    return health !== undefined && health !== 'lost'
  }

  async #claim(process: number, operation: Named<'claim'>): Promise<unknown> {
    const request = requestOf(operation)
    const { key, token, contentHash } = request
    const own = this.#open.of(process, key)
    if (own !== undefined && own.health !== 'lost') {
      if (own.request.contentHash !== contentHash) return { state: 'conflict', isAccepted: false }
      return own.request.token === token ? own.answer : { state: 'busy', isAccepted: false }
    }
    this.#open.forget({ process, request })
    // For any content: nobody sees into the transaction.
    if (this.#open.holding(key) !== undefined) return { state: 'busy', isAccepted: false }
    const alone = this.#alone(key, this.#time)
    const answer = (await answerOf(asStore(alone), operation)) as { readonly state: string; readonly attempt: number }
    const row = alone.rows.get(key)!
    if (answer.state === 'claimed') this.#open.put({ process, request, answer, row, effects: 0, health: 'sound' })
    // It may have contested a lease of a store without transactions.
    else this.#put(key, row)
    return answer
  }

  #complete(operation: Named<'complete'>): unknown {
    const mine = this.#open.end(operation)
    if (mine === undefined || mine.health === 'undone') return false
    if (mine.health === 'lost') return 'rejected'
    if (mine.health !== 'sound') {
      this.#open.refuse(mine)
      return 'refused'
    }
    const { key, token } = mine.request
    this.#put(key, mine.row)
    this.#effects.set(key, this.effects(key) + mine.effects)
    return this.committed.complete(key, token)
  }

  /** True means that everything is written. Without the lock the failure is written as well, unless others have continued. */
  async #release(operation: Named<'release'>, onFree: () => Promise<void>): Promise<boolean> {
    const failed = this.#open.refused(operation) ?? this.#open.end(operation)
    if (failed === undefined) return false
    if (operation.ending === 'unused') return true
    if (this.#open.isUnlocked(failed)) return this.#recordRefusedOrLost(failed, operation, this.#time)
    await onFree()
    return this.#record(failed, operation, this.#time, true)
  }

  #recordRefusedOrLost(failed: OpenClaim, failure: Failure, now: number): boolean {
    const isRecorded = this.#record(failed, failure, now, false)
    this.#open.recorded(failed)
    return isRecorded && failed.health !== 'lost' && failed.health !== 'undone'
  }

  #effect(operation: Named<'effect'>): unknown {
    const mine = this.#open.mine(operation)
    if (mine?.health !== 'sound' && mine?.health !== 'doomed') return 'rejected'
    this.#open.put({ ...mine, effects: mine.effects + 1 })
    return 'done'
  }

  async #harm(operation: Named<'harm'>, onFree: () => Promise<void>): Promise<unknown> {
    const mine = this.#open.mine(operation)!
    const { harm } = operation
    if (harm === 'lease') {
      this.#open.forget(mine)
      await onFree()
      this.#record(mine, { error: 'the lease passed', ending: 'failed', kept: undefined }, this.#time, false)
    } else this.#open.put({ ...mine, health: HEALTH[harm] })
    return { timesLost: harm === 'lease' || harm === 'connection' ? 1 : 0 }
  }

  #prune(): number {
    const expired = [...this.committed.rows.values()].filter(
      ({ key, expiresAt }) => expiresAt <= this.#time && this.#open.locking(key) === undefined,
    )
    for (const { key } of expired) this.#put(key, undefined)
    return expired.length
  }

  /** As if it were claimed and released in one step, unless another process has continued meanwhile. */
  #record(claim: OpenClaim, { error, ending, kept }: Failure, now: number, isLocked: boolean): boolean {
    const { request, answer } = claim
    const { key, token, contentHash, retainMs } = request
    const found = this.committed.rows.get(key)
    const alone = new ModelStore(() => now)
    if (found === undefined || found.expiresAt <= now) alone.claim(request)
    else {
      const isEarlier = found.state !== 'done' && found.attempt < answer.attempt
      // A process that had lost the event recorded this; no other process can have claimed it.
      const isOfLost = isLocked && found.state === 'failed' && found.attempt === answer.attempt
      if (!isEarlier && !isOfLost) return false
      const { orderId, paymentId } = found.request!
      const learned = { ...request, orderId: request.orderId ?? orderId, paymentId: request.paymentId ?? paymentId }
      alone.rows.set(key, { ...found, state: 'processing', token, contentHash, retainMs, request: learned })
    }
    alone.rows.get(key)!.attempt = answer.attempt
    alone.release(key, token, error, ending, kept)
    this.#put(key, alone.rows.get(key))
    return true
  }

  #waitsFor(operation: TransactionalOperation): string | undefined {
    const isLocked = (key: string) => this.#open.locking(key) !== undefined
    if (operation.name === 'forget') return this.#about(operation.orderId).find(isLocked)
    if (!('key' in operation) || !isLocked(operation.key)) return undefined
    const row = this.committed.rows.get(operation.key)
    const failed = operation.name === 'release' && (this.#open.refused(operation) ?? this.#open.mine(operation))
    const waits =
      (operation.name === 'replay' && row?.kept != null) ||
      (failed && operation.name === 'release' && operation.ending !== 'unused' && this.#open.isUnlocked(failed))
    return waits === true ? operation.key : undefined
  }

  #isRace(operation: TransactionalOperation): boolean {
    if (operation.name !== 'release' && operation.name !== 'harm') return false
    const holder = this.#open.locking(operation.key)
    return this.#waiting?.key === operation.key && holder !== undefined && this.#open.mine(operation) === holder
  }

  /** The records about an order that can be forgotten. */
  #about(orderId: string): string[] {
    const rows = [...this.committed.rows.values()].filter(
      (row) => (row.request ?? row.quarantined)?.orderId === orderId,
    )
    return rows.filter((row) => row.quarantined ?? row.kept ?? row.lastError).map(({ key }) => key)
  }

  /** A store that contains only a copy of one record, at this time. */
  #alone(key: string, now: number): ModelStore {
    const alone = new ModelStore(() => now)
    const row = this.committed.rows.get(key)
    if (row !== undefined) alone.rows.set(key, { ...row })
    return alone
  }

  #put(key: string, row: Row | undefined): void {
    if (row === undefined) this.committed.rows.delete(key)
    else this.committed.rows.set(key, { ...row })
  }

  #copy(): TransactionalModel {
    const copy = new TransactionalModel(this.#time)
    for (const [key, row] of this.committed.rows) copy.#put(key, row)
    for (const [key, effects] of this.#effects) copy.#effects.set(key, effects)
    copy.#open = this.#open.copy()
    copy.#waiting = this.#waiting
    return copy
  }
}
