/** Callbacks in the database, from the moment they are due to the last attempt. */
import type { Payment, ProviderName } from '../payment.js'
import { transaction, type Db } from './database.js'

/** `held` waits for another callback to overtake it. */
export type DeliveryState = 'waiting' | 'held' | 'delivered' | 'given up'

export interface Delivery {
  readonly id: number
  readonly provider: ProviderName
  readonly paymentId: string
  readonly event: string
  readonly body: string
  readonly forged: boolean
  readonly state: DeliveryState
  /** The number of finished attempts. */
  readonly attempts: number
  readonly nextAttemptAt: number | null
}

export type NewDelivery = Pick<Delivery, 'provider' | 'paymentId' | 'event' | 'body' | 'forged'> & {
  readonly state: 'waiting' | 'held'
  readonly follows: number | null
  readonly nextAttemptAt: number
}

export interface Attempt {
  readonly number: number
  readonly at: number
  /** Null if there was no answer. */
  readonly status: number | null
  readonly error: string | null
}

/** The request id of an attempt at the shop. */
export function requestIdOf({ id }: Pick<Delivery, 'id'>, attempt: number): string {
  return `sandbox-${id}-${attempt}`
}

/** Not stopped, or forged: the operator can stop the provider, but not an attacker. */
const SENDABLE = `
  FROM deliveries d JOIN payments p ON p.provider = d.provider AND p.id = d.payment_id
  WHERE d.state = 'waiting' AND (d.forged = 1 OR NOT json_extract(p.delivery, '$.stopped'))`

const PREDECESSOR_IS_DUE = `EXISTS (
  SELECT 1 FROM deliveries f WHERE f.id = d.follows AND f.attempts = 0 AND f.state IN ('waiting', 'held'))`

export function deliveryTable(db: Db) {
  const insert = db.prepare(
    `INSERT INTO deliveries (provider, payment_id, event, body, forged, state, follows, next_attempt_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const byId = db.prepare('SELECT * FROM deliveries WHERE id = ?')
  const ofPayment = db.prepare('SELECT * FROM deliveries WHERE provider = ? AND payment_id = ? ORDER BY id')
  const sent = db.prepare('SELECT * FROM deliveries WHERE provider = ? AND forged = 0 ORDER BY id DESC')
  const attemptsOf = db.prepare('SELECT * FROM attempts WHERE delivery_id = ? ORDER BY number')
  const due = db.prepare(
    `SELECT d.* ${SENDABLE} AND d.next_attempt_at <= ? AND NOT ${PREDECESSOR_IS_DUE} ORDER BY d.next_attempt_at, d.id`,
  )
  const next = db.prepare(`SELECT min(d.next_attempt_at) AS at ${SENDABLE} AND d.next_attempt_at > ?`)
  const release = db.prepare("UPDATE deliveries SET state = 'waiting', follows = ? WHERE id = ?")
  const addAttempt = db.prepare('INSERT INTO attempts (delivery_id, number, at, status, error) VALUES (?, ?, ?, ?, ?)')
  const setOutcome = db.prepare('UPDATE deliveries SET attempts = ?, state = ?, next_attempt_at = ? WHERE id = ?')

  return {
    add(delivery: NewDelivery): number {
      const { provider, paymentId, event, body, forged, state, follows, nextAttemptAt } = delivery
      const row = [provider, paymentId, event, body, Number(forged), state, follows, nextAttemptAt]
      return Number(insert.run(...row).lastInsertRowid)
    },
    find: (id: number) => read(byId.get(id)),
    ofPayment: ({ provider, id }: Payment) => ofPayment.all(provider, id).map((row) => read(row)!),
    /** Every callback of a provider, newest first. Forged ones are not the provider's, and repeats do not count. */
    sentBy(provider: ProviderName): readonly Delivery[] {
      const seen = new Set<string>()
      return sent
        .all(provider)
        .map((row) => read(row)!)
        .filter(({ body }) => !seen.has(body) && seen.add(body) !== undefined)
    },
    attemptsOf: ({ id }: Delivery) => attemptsOf.all(id) as Attempt[],
    /** Releases a callback that was held back, after another one or at once. */
    release: ({ id }: Delivery, follows: number | null) => void release.run(follows, id),
    due: (now: number) => due.all(now).map((row) => read(row)!),
    /** The next time at which a callback becomes due. */
    nextDueAfter: (now: number) => (next.get(now) as { at: number | null }).at,
    finishAttempt({ id }: Delivery, attempt: Attempt, state: DeliveryState, nextAttemptAt: number | null): void {
      transaction(db, () => {
        addAttempt.run(id, attempt.number, attempt.at, attempt.status, attempt.error)
        setOutcome.run(attempt.number, state, nextAttemptAt, id)
      })
    },
  }
}

export type DeliveryTable = ReturnType<typeof deliveryTable>

function read(row: unknown): Delivery | null {
  if (row === undefined) return null
  const { payment_id, next_attempt_at, forged, ...rest } = row as Delivery & Record<string, unknown>
  return {
    ...rest,
    paymentId: payment_id as string,
    forged: Number(forged) === 1,
    nextAttemptAt: next_attempt_at as number | null,
  }
}
