/** One connection of a transactional claim: how its transaction begins, and how the connection returns to the pool. */
import { createHash } from 'node:crypto'
import { MAX_TIMER_MS } from '../../lib/clock.js'
import type { ClaimRequest } from '../../store.js'
import { DURABLY, SESSION, type Session } from './postgres-session.js'

/** The methods that are needed of a connection of a `pg` pool. */
export interface PostgresClient {
  query(text: string, values?: any[]): Promise<{ readonly rows: any[] }>
  /** With an error, the pool closes the connection instead of using it again. */
  release(error?: Error): void
  on?(event: 'error', listener: (error: Error) => void): unknown
  off?(event: 'error', listener: (error: Error) => void): unknown
}

/** How long the claim may wait for a lock. The handler's statements keep the shop's own setting. */
const LOCK_TIMEOUT = '1s'

export const SAVEPOINT = 'payment_webhook_claim'

interface Begun extends Session {
  readonly locked: boolean
  /** The shop's own setting. */
  readonly lock_timeout: string
}

/**
 * Takes the lock before the savepoint; the claim's row and all work of the handler come after it. Going back to the
 * savepoint undoes those and keeps the lock.
 * The server ends a holder that is paused or cut off once its lease has passed. Otherwise its connection would keep the
 * lock until the network gives up, hours later.
 * One round trip, because no statement here has a placeholder.
 *
 * @param table distinguishes the locks of two stores in one database
 */
export async function begin(client: PostgresClient, table: string, { key, leaseMs }: ClaimRequest): Promise<Begun> {
  // Without a listener, a connection that breaks while it is checked out ends the process.
  client.on?.('error', markBroken)
  const results = await client.query(`BEGIN ISOLATION LEVEL READ COMMITTED;
    SELECT pg_try_advisory_xact_lock(${lockId(table, key)}) AS locked, current_setting('lock_timeout') AS lock_timeout, set_config('lock_timeout', '${LOCK_TIMEOUT}', true), ${SESSION};
    ${idleTimeout(leaseMs)};
    ${DURABLY};
    SAVEPOINT ${SAVEPOINT}`)
  return resultsOf(results)[1]!.rows[0] as Begun
}

/** For several statements without placeholders the driver returns an array, which its types do not declare. */
export function resultsOf(answer: unknown): readonly { readonly rows: readonly unknown[] }[] {
  return answer as readonly { readonly rows: readonly unknown[] }[]
}

/** Makes the server end a transaction that is idle for that long. */
export function idleTimeout(leaseMs: number): string {
  return `SELECT set_config('idle_in_transaction_session_timeout', '${Math.min(leaseMs, MAX_TIMER_MS)}', true)`
}

/** @param error the reason not to use the connection again; without an error the pool reuses it */
export function giveBack(client: PostgresClient, error?: Error): void {
  listeners.delete(client)
  if (error === undefined) client.off?.('error', markBroken)
  client.release(error)
}

/**
 * Postgres reports an error before it releases the locks of the failed transaction, and answers a ROLLBACK after that.
 * So a delivery that follows the rejection does not find the event busy.
 */
export async function letGo(client: PostgresClient, error: Error): Promise<void> {
  await client.query('ROLLBACK').catch(() => {})
  giveBack(client, error)
}

/** Connections that the server or the network ended while a handler was using them. */
const broken = new WeakSet<object>()
const listeners = new WeakMap<object, () => void>()

export function isBroken(client: PostgresClient): boolean {
  return broken.has(client)
}

/** Calls back when the server or the network ends the connection before it is given back. */
export function onBroken(client: PostgresClient, listener: () => void): void {
  listeners.set(client, listener)
}

function markBroken(this: object): void {
  broken.add(this)
  listeners.get(this)?.()
}

/** Advisory locks are numbers that the whole database shares: 64 bits of a digest do not collide by chance. */
function lockId(table: string, key: string): string {
  return createHash('sha256').update(`express-payment-webhooks\n${table}\n${key}`).digest().readBigInt64BE().toString()
}
