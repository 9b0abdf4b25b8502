/**
 * What every store promises, as plainly as it can be written: records in a map, one operation at a time, by a clock of its
 * own. Random lists of operations hold it to the real stores; simulated processes share it.
 */
import type {
  ClaimEnding,
  ClaimRequest,
  EventQuery,
  EventRecord,
  FailedRun,
  KeptEvent,
  QuarantinedDelivery,
} from '../../../src/store.js'

export interface Row {
  readonly key: string
  state: EventRecord['state']
  token: string
  readonly contentHash: string
  attempt: number
  leaseMs: number
  contestedAt: number | null
  /** End of the lease, or of what is remembered, in milliseconds. */
  until: number
  readonly retainMs: number
  readonly request: ClaimRequest | null
  kept: QuarantinedDelivery | null
  /** What is kept of an event whose run failed. */
  keptEvent: KeptEvent | null
  dueAt: number | null
  acceptedAt: number | null
  failedRuns: readonly FailedRun[]
  lastError: string | null
  readonly createdAt: number
  updatedAt: number
}

export type ModelClaim =
  | { readonly state: 'claimed'; readonly attempt: number; readonly acceptedForMs: number | null }
  | { readonly state: 'done' | 'busy' | 'conflict' }

export class ModelStore {
  readonly rows = new Map<string, Row>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  claim(request: ClaimRequest): ModelClaim {
    const { key, token, contentHash, leaseMs, contestMs, retainMs } = request
    const now = this.#now()
    const row = this.rows.get(key)
    if (row === undefined || (row.state === 'done' && row.until <= now)) {
      this.rows.set(key, {
        key,
        state: 'processing',
        token,
        contentHash,
        attempt: 1,
        leaseMs,
        contestedAt: null,
        until: now + leaseMs,
        retainMs,
        request,
        ...NOTHING_KEPT,
        kept: null,
        lastError: null,
        createdAt: now,
        updatedAt: now,
      })
      return { state: 'claimed', attempt: 1, acceptedForMs: null }
    }
    if (row.contentHash !== contentHash) return { state: 'conflict' }
    if (row.state === 'done') return { state: 'done' }
    if (row.state === 'processing' && row.token !== token && !isLapsed(row, now)) return { state: 'busy' }
    if (row.state === 'processing' && row.token !== token) {
      if (row.contestedAt === null || row.contestedAt > now) row.contestedAt = now
      if (row.contestedAt > now - contestMs) return { state: 'busy' }
    }
    if (row.token !== token) row.attempt++
    const held = { token, leaseMs, until: now + leaseMs, contestedAt: null }
    Object.assign(row, { state: 'processing', ...held, updatedAt: now })
    const acceptedForMs = row.acceptedAt === null ? null : now - row.acceptedAt
    return { state: 'claimed', attempt: row.attempt, acceptedForMs }
  }

  complete(key: string, token: string): boolean {
    const row = this.#held(key, token)
    if (row === undefined) return false
    const now = this.#now()
    const { failedRuns } = row
    Object.assign(row, NOTHING_KEPT, { failedRuns })
    Object.assign(row, { state: 'done', token: '', until: now + row.retainMs, contestedAt: null, updatedAt: now })
    return true
  }

  release(
    key: string,
    token: string,
    lastError: string,
    ending: ClaimEnding = 'failed',
    keptEvent?: KeptEvent,
  ): boolean {
    const row = this.#held(key, token)
    if (row === undefined) return false
    const now = this.#now()
    if (ending === 'unused') row.attempt--
    else {
      const run = { at: new Date(now).toISOString(), attempt: row.attempt, ending, error: lastError }
      row.failedRuns = [run, ...row.failedRuns].slice(0, 5)
    }
    if (keptEvent !== undefined) {
      const { retryInMs, isAccepted } = keptEvent
      Object.assign(row, { keptEvent, dueAt: retryInMs === null ? null : now + retryInMs })
      if (isAccepted) row.acceptedAt ??= now
    }
    Object.assign(row, { state: 'failed', token: '', until: now, contestedAt: null, updatedAt: now, lastError })
    return true
  }

  extend(key: string, token: string, leaseMs: number): boolean {
    const row = this.#held(key, token)
    if (row === undefined) return false
    Object.assign(row, { leaseMs, until: this.#now() + leaseMs, contestedAt: null })
    return true
  }

  quarantine(kept: QuarantinedDelivery): void {
    const now = this.#now()
    const row = this.rows.get(kept.key)
    if (row !== undefined && row.kept === null) throw new Error("the key is an event's")
    this.rows.set(kept.key, {
      ...(row ?? {
        attempt: 0,
        createdAt: now,
        contentHash: '',
        token: '',
        leaseMs: 0,
        contestedAt: null,
        retainMs: 0,
      }),
      ...NOTHING_KEPT,
      key: kept.key,
      state: 'quarantined',
      attempt: (row?.attempt ?? 0) + 1,
      until: 0,
      request: null,
      kept: row?.kept?.code === 'ID_CONFLICT' ? { ...kept, code: 'ID_CONFLICT' } : kept,
      lastError: kept.message,
      updatedAt: now,
    })
  }

  list({ state, orderId, due, limit = 100, before }: EventQuery = {}): EventRecord[] {
    const isLater = (a: EventRecord, b: Pick<EventRecord, 'createdAt' | 'key'>) =>
      a.createdAt === b.createdAt ? a.key > b.key : a.createdAt > b.createdAt
    return [...this.rows.values()]
      .filter((row) => state === undefined || row.state === state)
      .filter((row) => due === undefined || isDue(row, this.#now()))
      .map(recordOf)
      .filter((record) => orderId === undefined || record.orderId === orderId)
      .filter((record) => before === undefined || isLater(before as EventRecord, record))
      .sort((a, b) => (isLater(a, b) ? -1 : 1))
      .slice(0, limit)
  }

  get(key: string): EventRecord | null {
    const row = this.rows.get(key)
    return row === undefined ? null : wholeRecordOf(row)
  }

  replay(key: string): boolean {
    const row = this.rows.get(key)
    if (row === undefined || (row.kept ?? row.keptEvent) === null) return false
    if (row.kept !== null) row.state = 'replay_requested'
    row.dueAt = this.#now()
    return true
  }

  takeDue(key: string, forMs: number): EventRecord | null {
    const row = this.rows.get(key)
    if (row === undefined || !isDue(row, this.#now())) return null
    row.dueAt = this.#now() + forMs
    return wholeRecordOf(row)
  }

  forget(orderId: string): number {
    let forgotten = 0
    for (const row of this.rows.values()) {
      if ((row.request?.orderId ?? row.kept?.orderId) !== orderId) continue
      if (row.kept !== null) this.rows.delete(row.key)
      else if (row.lastError === null && row.keptEvent === null) continue
      else Object.assign(row, NOTHING_KEPT, { lastError: null })
      forgotten++
    }
    return forgotten
  }

  removeQuarantined(key: string): boolean {
    return this.rows.get(key)?.kept != null && this.rows.delete(key)
  }

  #held(key: string, token: string): Row | undefined {
    const row = this.rows.get(key)
    return row?.state === 'processing' && row.token === token ? row : undefined
  }
}

const NOTHING_KEPT = { keptEvent: null, dueAt: null, acceptedAt: null, failedRuns: [] } as const

/** A lease that ends later than it can last was written before the clock was set back. */
function isLapsed({ until, leaseMs }: Row, now: number): boolean {
  return until <= now || until > now + leaseMs
}

function isDue({ dueAt }: Row, now: number): boolean {
  return dueAt !== null && dueAt <= now
}

function wholeRecordOf(row: Row): EventRecord {
  const { body, headers } = row.kept ?? row.keptEvent ?? { body: null, headers: null }
  return { ...recordOf(row), body, headers }
}

function recordOf(row: Row): EventRecord {
  return {
    key: row.key,
    state: row.state,
    eventId: row.request?.eventId ?? row.kept?.eventId ?? null,
    eventType: row.request?.eventType ?? null,
    provider: row.request?.provider ?? row.kept?.provider ?? '',
    account: row.request?.account ?? row.kept?.account ?? '',
    orderId: row.request?.orderId ?? row.kept?.orderId ?? null,
    paymentId: row.request?.paymentId ?? null,
    amount: row.request?.amount ?? null,
    attempts: row.attempt,
    lastError: row.lastError,
    failedRuns: row.failedRuns,
    code: row.kept?.code ?? null,
    keptAs: row.kept === null ? (row.keptEvent?.form ?? null) : 'delivery',
    dueAt: row.dueAt === null ? null : new Date(row.dueAt).toISOString(),
    createdAt: new Date(row.createdAt).toISOString(),
    updatedAt: new Date(row.updatedAt).toISOString(),
    body: null,
    headers: null,
  }
}
