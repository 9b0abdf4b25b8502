/**
 * The promises of every durable store, written as simply as possible: records in a map, one operation at a time, by its own
 * clock. Random lists of operations compare it with the real stores; simulated processes share it.
 */
import type {
  ClaimEnding,
  ClaimRequest,
  EventRecord,
  FailedRun,
  KeptEvent,
  QuarantinedDelivery,
} from '../../../src/store.js'

export interface Row {
  readonly key: string
  state: EventRecord['state']
  token: string
  contentHash: string
  attempt: number
  leaseMs: number
  leaseUntil: number
  contestedAt: number | null
  /** How long a lapsed lease had been contested when it was last taken over, in milliseconds. */
  contestedForMs: number | null
  retainMs: number
  expiresAt: number
  /** Null for a quarantined delivery. */
  request: ClaimRequest | null
  quarantined: QuarantinedDelivery | null
  kept: KeptEvent | null
  dueAt: number | null
  acceptedAt: number | null
  lastError: string | null
  /** Newest first. */
  failedRuns: readonly FailedRun[]
  /** Done without a run. */
  isDismissed: boolean
}

export type ModelClaim =
  | { readonly state: 'claimed'; readonly attempt: number; readonly acceptedForMs: number | null }
  | { readonly state: 'done' | 'busy' | 'conflict' }

/** Due records are taken in no particular order. */
export class ModelStore {
  readonly rows = new Map<string, Row>()
  readonly notes = new Map<string, string>()
  readonly locks = new Map<string, { readonly token: string; readonly until: number; readonly forMs: number }>()
  readonly now: () => number

  constructor(now: () => number) {
    this.now = now
  }

  claim(request: ClaimRequest): ModelClaim {
    const now = this.now()
    const row = this.rows.get(request.key)
    if (row === undefined || (row.expiresAt <= now && row.quarantined === null)) {
      this.rows.set(request.key, newRow(request, now))
      return { state: 'claimed', attempt: 1, acceptedForMs: null }
    }
    if (row.contentHash !== request.contentHash) return { state: 'conflict' }
    if (row.state === 'done') return { state: 'done' }
    if (row.token !== request.token) {
      const isFailed = row.state === 'failed'
      if (!isFailed && !this.#isFree(row, request.contestMs)) return { state: 'busy' }
      row.contestedForMs = isFailed ? null : now - row.contestedAt!
      row.attempt++
    }
    Object.assign(row, { state: 'processing', token: request.token, retainMs: request.retainMs })
    // Data of an earlier delivery about the order is kept.
    const { orderId, paymentId } = row.request!
    row.request = { ...request, orderId: request.orderId ?? orderId, paymentId: request.paymentId ?? paymentId }
    this.#hold(row, request.leaseMs)
    return {
      state: 'claimed',
      attempt: row.attempt,
      acceptedForMs: row.acceptedAt === null ? null : now - row.acceptedAt,
    }
  }

  complete(key: string, token: string): boolean {
    const row = this.#held(key, token)
    if (row === undefined) return false
    const expiresAt = this.now() + row.retainMs
    Object.assign(row, { state: 'done', token: '', expiresAt, kept: null, dueAt: null, acceptedAt: null })
    return true
  }

  release(key: string, token: string, lastError: string, ending: ClaimEnding = 'failed', kept?: KeptEvent): boolean {
    const row = this.#held(key, token)
    if (row === undefined) return false
    const now = this.now()
    if (ending === 'unused') row.attempt--
    else row.failedRuns = [{ at: timeOf(now), attempt: row.attempt, ending, error: lastError }, ...row.failedRuns]
    Object.assign(row, { state: 'failed', token: '', lastError, contestedAt: null })
    if (kept !== undefined) {
      row.kept = kept
      row.dueAt = kept.retryInMs === null ? null : now + kept.retryInMs
      if (kept.isAccepted) row.acceptedAt ??= now
    }
    row.expiresAt = row.acceptedAt === null ? now + row.retainMs : Infinity
    return true
  }

  extend(key: string, token: string, leaseMs: number): boolean {
    const row = this.#held(key, token)
    if (row === undefined) return false
    this.#hold(row, leaseMs)
    return true
  }

  quarantine(delivery: QuarantinedDelivery): void {
    const row = this.rows.get(delivery.key)
    if (row !== undefined && row.quarantined === null) throw new Error('the key is an event')
    const { code, message } = delivery
    const first = row?.quarantined ?? delivery
    this.rows.set(delivery.key, {
      ...emptyRow(delivery.key),
      state: 'quarantined',
      attempt: (row?.attempt ?? 0) + 1,
      quarantined: { ...first, code: first.code === 'ID_CONFLICT' ? first.code : code },
      lastError: message,
    })
  }

  /** Keys of due records. */
  due(): Row[] {
    return [...this.rows.values()].filter((row) => row.dueAt !== null && row.dueAt <= this.now())
  }

  takeDue(key: string, forMs: number): Row | null {
    const row = this.rows.get(key)
    if (row?.dueAt == null || row.dueAt > this.now()) return null
    row.dueAt = this.now() + forMs
    return row
  }

  replay(key: string): boolean {
    const row = this.rows.get(key)
    // Also if the event is in progress: its holder may have died.
    if (row === undefined || (row.quarantined === null && row.kept === null)) return false
    row.dueAt = this.now()
    if (row.quarantined !== null) row.state = 'replay_requested'
    return true
  }

  removeQuarantined(key: string): boolean {
    return this.rows.get(key)?.quarantined != null && this.rows.delete(key)
  }

  dismiss(key: string): boolean {
    const row = this.rows.get(key)
    const now = this.now()
    if (row?.state !== 'failed' || row.expiresAt <= now) return false
    const expiresAt = now + row.retainMs
    Object.assign(row, { state: 'done', isDismissed: true, expiresAt, kept: null, dueAt: null, acceptedAt: null })
    return true
  }

  forget(orderId: string): number {
    let forgotten = 0
    for (const row of this.rows.values()) {
      if ((row.request ?? row.quarantined)?.orderId !== orderId) continue
      if (row.quarantined !== null) this.rows.delete(row.key)
      else if (row.kept === null && row.lastError === null) continue
      if (row.acceptedAt !== null) row.expiresAt = this.now() + row.retainMs
      Object.assign(row, { kept: null, dueAt: null, acceptedAt: null, lastError: null, failedRuns: [] })
      forgotten++
    }
    return forgotten
  }

  lock(name: string, token: string, forMs: number): boolean {
    const now = this.now()
    const held = this.locks.get(name)
    const isFree = held === undefined || held.until <= now || held.until > now + held.forMs
    if (!isFree && held.token !== token) return false
    this.locks.set(name, { token, until: now + forMs, forMs })
    return true
  }

  unlock(name: string, token: string): boolean {
    return this.locks.get(name)?.token === token && this.locks.delete(name)
  }

  writeNote(name: string, value: string | null): void {
    if (value === null) this.notes.delete(name)
    else this.notes.set(name, value)
  }

  /** Marks a lapsed lease as contested, and answers whether it has been contested for long enough. */
  #isFree(row: Row, contestMs: number): boolean {
    const now = this.now()
    if (row.leaseUntil > now && row.leaseUntil <= now + row.leaseMs) return false
    if (row.contestedAt !== null && row.contestedAt <= now) return row.contestedAt <= now - contestMs
    row.contestedAt = now
    return false
  }

  #hold(row: Row, leaseMs: number): void {
    const leaseUntil = this.now() + leaseMs
    const expiresAt = row.acceptedAt === null ? leaseUntil + row.retainMs : Infinity
    Object.assign(row, { leaseMs, leaseUntil, contestedAt: null, expiresAt })
  }

  #held(key: string, token: string): Row | undefined {
    const row = this.rows.get(key)
    return row?.state === 'processing' && row.token === token ? row : undefined
  }
}

function emptyRow(key: string): Row {
  return {
    key,
    state: 'processing',
    token: '',
    contentHash: '',
    attempt: 0,
    leaseMs: 0,
    leaseUntil: 0,
    contestedAt: null,
    contestedForMs: null,
    retainMs: 0,
    expiresAt: Infinity,
    request: null,
    quarantined: null,
    kept: null,
    dueAt: null,
    acceptedAt: null,
    lastError: null,
    failedRuns: [],
    isDismissed: false,
  }
}

function newRow(request: ClaimRequest, now: number): Row {
  const { key, token, contentHash, leaseMs, retainMs } = request
  const leaseUntil = now + leaseMs
  const expiresAt = leaseUntil + retainMs
  return { ...emptyRow(key), token, contentHash, attempt: 1, leaseMs, leaseUntil, retainMs, expiresAt, request }
}

export function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
