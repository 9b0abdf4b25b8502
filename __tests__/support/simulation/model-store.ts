/**
 * What every store promises, as plainly as it can be written: records in a map, one operation at a time, by a clock of its
 * own. Random lists of operations hold it to the real stores; simulated processes share it.
 */
import type { ClaimEnding, ClaimRequest, EventQuery, EventRecord, QuarantinedDelivery } from '../../../src/store.js'

export interface Row {
  readonly key: string
  state: EventRecord['state']
  token: string
  readonly contentHash: string
  attempt: number
  deferrals: number
  leaseMs: number
  /** End of the lease, or of what is remembered, in milliseconds. */
  until: number
  readonly retainMs: number
  readonly request: ClaimRequest | null
  kept: QuarantinedDelivery | null
  lastError: string | null
  readonly createdAt: number
  updatedAt: number
}

export type ModelClaim =
  | { readonly state: 'claimed'; readonly attempt: number; readonly deferrals: number }
  | { readonly state: 'done' | 'busy' | 'conflict' }

export class ModelStore {
  readonly rows = new Map<string, Row>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  claim(request: ClaimRequest): ModelClaim {
    const { key, token, contentHash, leaseMs, retainMs } = request
    const now = this.#now()
    const row = this.rows.get(key)
    if (row === undefined || (row.state === 'done' && row.until <= now)) {
      this.rows.set(key, {
        key,
        state: 'processing',
        token,
        contentHash,
        attempt: 1,
        deferrals: 0,
        leaseMs,
        until: now + leaseMs,
        retainMs,
        request,
        kept: null,
        lastError: null,
        createdAt: now,
        updatedAt: now,
      })
      return { state: 'claimed', attempt: 1, deferrals: 0 }
    }
    if (row.contentHash !== contentHash) return { state: 'conflict' }
    if (row.state === 'done') return { state: 'done' }
    if (row.state === 'processing' && row.token !== token && row.until > now) return { state: 'busy' }
    if (row.token !== token) row.attempt++
    Object.assign(row, { state: 'processing', token, leaseMs, until: now + leaseMs, updatedAt: now })
    return { state: 'claimed', attempt: row.attempt, deferrals: row.deferrals }
  }

  complete(key: string, token: string): boolean {
    const row = this.#held(key, token)
    if (row === undefined) return false
    const now = this.#now()
    Object.assign(row, { state: 'done', token: '', until: now + row.retainMs, updatedAt: now })
    return true
  }

  release(key: string, token: string, lastError: string, ending: ClaimEnding = 'failed'): boolean {
    const row = this.#held(key, token)
    if (row === undefined) return false
    if (ending === 'unused') row.attempt--
    if (ending === 'deferred') row.deferrals++
    Object.assign(row, { state: 'failed', token: '', until: this.#now(), updatedAt: this.#now(), lastError })
    return true
  }

  extend(key: string, token: string, leaseMs: number): boolean {
    const row = this.#held(key, token)
    if (row === undefined) return false
    Object.assign(row, { leaseMs, until: this.#now() + leaseMs })
    return true
  }

  quarantine(kept: QuarantinedDelivery): void {
    const now = this.#now()
    const row = this.rows.get(kept.key)
    if (row !== undefined && row.kept === null) throw new Error("the key is an event's")
    this.rows.set(kept.key, {
      ...(row ?? { attempt: 0, createdAt: now, contentHash: '', token: '', deferrals: 0, leaseMs: 0, retainMs: 0 }),
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

  list({ state, limit = 100, before }: EventQuery = {}): EventRecord[] {
    const isLater = (a: EventRecord, b: Pick<EventRecord, 'createdAt' | 'key'>) =>
      a.createdAt === b.createdAt ? a.key > b.key : a.createdAt > b.createdAt
    return [...this.rows.values()]
      .filter((row) => state === undefined || row.state === state)
      .map(recordOf)
      .filter((record) => before === undefined || isLater(before as EventRecord, record))
      .sort((a, b) => (isLater(a, b) ? -1 : 1))
      .slice(0, limit)
  }

  get(key: string): EventRecord | null {
    const row = this.rows.get(key)
    return row === undefined
      ? null
      : { ...recordOf(row), body: row.kept?.body ?? null, headers: row.kept?.headers ?? null }
  }

  replay(key: string): boolean {
    const row = this.rows.get(key)
    if (row?.kept == null) return false
    row.state = 'replay_requested'
    return true
  }

  removeQuarantined(key: string): boolean {
    return this.rows.get(key)?.kept != null && this.rows.delete(key)
  }

  #held(key: string, token: string): Row | undefined {
    const row = this.rows.get(key)
    return row?.state === 'processing' && row.token === token ? row : undefined
  }
}

function recordOf(row: Row): EventRecord {
  return {
    key: row.key,
    state: row.state,
    eventId: row.request?.eventId ?? row.kept?.eventId ?? null,
    eventType: row.request?.eventType ?? null,
    provider: row.request?.provider ?? row.kept?.provider ?? '',
    attempts: row.attempt,
    lastError: row.lastError,
    code: row.kept?.code ?? null,
    createdAt: new Date(row.createdAt).toISOString(),
    updatedAt: new Date(row.updatedAt).toISOString(),
    body: null,
    headers: null,
  }
}
