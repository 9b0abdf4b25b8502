/** A Postgres table: at least once by default, exactly one effect in transactional mode. */
import { countLimit, keepForOption, requireKept, requireMethods, tableName } from './internal/options.js'
import { postgresBatches } from './internal/postgres-batches.js'
import type { PostgresClient } from './internal/postgres-connection.js'
import { preparePostgres, quoted } from './internal/postgres-layout.js'
import { repeating } from './internal/postgres-repeat.js'
import { durable } from './internal/postgres-session.js'
import { postgresTransactions } from './internal/postgres-transactions.js'
import { pruning } from './internal/pruning.js'
import { sqlLayout } from './internal/sql-layout.js'
import { noteStatements } from './internal/sql-notes.js'
import { eventCounts, eventRecord } from './internal/sql-records.js'
import { sqlStatements, type Statement } from './internal/sql.js'
import { ConfigurationError, DeliveryError } from '../errors.js'
import { postgresProblem } from '../lib/postgres-problem.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { takeClaimPath, takeQuarantinePath } from '../lib/take-store-path.js'
import type { DurableStore } from '../store.js'

export type { DurableStore } from '../store.js'

export type { PostgresClient } from './internal/postgres-connection.js'

/** The method that a `pg` pool and PGlite share. */
export interface PostgresQueryable {
  query(text: string, values?: any[]): Promise<{ readonly rows: any[] }>
}

/** A `pg` pool, or an object of the same shape. */
export interface PostgresPool extends PostgresQueryable {
  connect(): Promise<PostgresClient>
}

/** The type of the connections of a pool, even if `connect` has a second form with a callback. */
export type PostgresClientOf<Pool extends PostgresPool> = Pool['connect'] extends {
  (): Promise<infer Client>
  (callback: any): void
}
  ? Client
  : Awaited<ReturnType<Pool['connect']>>

export interface PostgresStoreOptions {
  /** Lower-case letters, digits and underscores, if needed with a schema before a dot. @default 'payment_webhook_events' */
  readonly table?: string | undefined
  /** True commits the claim, the handler's statements on `context.tx`, and the completion together. @default false */
  readonly transactional?: boolean | undefined
  /** How long kept deliveries and events stay, in milliseconds; at least a day. @default until they are removed */
  readonly keepForMs?: number | undefined
  /**
   * How long a transaction may stay open in transactional mode, in milliseconds. If a handler takes longer, its work is
   * undone, it loses its connection, and the event is free again. @default 60000
   */
  readonly transactionMs?: number | undefined
}

const NOW = `floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint`

/**
 * Remembers events in a Postgres table, which `init` creates if it does not exist.
 *
 * With `transactional: true` the handler gets `context.tx`, a connection with an open transaction: its statements there
 * take effect exactly once. Every running handler then holds a connection of the pool. Without it, a handler whose
 * process dies before its completion is recorded runs again, with the same `context.idempotencyKey`.
 *
 * @param pool a `pg` pool, or without transactions anything with `query(text, values)`; the caller ends it
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { Pool } from 'pg'
 * import { postgresStore } from 'express-payment-webhooks/stores/postgres'
 *
 * const pool = new Pool({ connectionTimeoutMillis: 1500, query_timeout: 1500 })
 * pool.on('error', (error) => console.error('postgres:', error.message))
 * const store = postgresStore(pool, { transactional: true })
 * ```
 */
export function postgresStore<Pool extends PostgresPool>(
  pool: Pool,
  options: PostgresStoreOptions & { readonly transactional: true },
): DurableStore<PostgresClientOf<Pool>>
export function postgresStore(
  pool: PostgresQueryable,
  options?: PostgresStoreOptions & { readonly transactional?: false | undefined },
): DurableStore
export function postgresStore(
  pool: PostgresQueryable | PostgresPool,
  options: PostgresStoreOptions = {},
): DurableStore<unknown> {
  rejectUnknown('postgresStore', options, ['table', 'transactional', 'transactionMs', 'keepForMs'])
  const { table = 'payment_webhook_events', transactional = false, transactionMs = 60_000 } = options
  const keepForMs = keepForOption('postgresStore', options.keepForMs)
  tableName(
    'postgresStore',
    table,
    /^([a-z_][a-z0-9_]{0,62}\.)?[a-z_][a-z0-9_]{0,47}$/,
    'up to 48 lower-case letters, digits and underscores, with a schema before a dot where needed',
  )
  if (typeof transactional !== 'boolean')
    throw new ConfigurationError('CONFIG_OPTION_INVALID', 'postgresStore: transactional must be true or false')
  if (!Number.isSafeInteger(transactionMs) || transactionMs < 100)
    throw new ConfigurationError(
      'CONFIG_OPTION_INVALID',
      'postgresStore: transactionMs must be a whole number of milliseconds, at least 100',
    )
  requireMethods(
    'postgresStore',
    transactional ? 'a transactional pool' : 'the pool',
    pool,
    transactional ? ['query', 'connect'] : ['query'],
  )

  const sql = sqlStatements({ table: quoted(table), now: NOW, skipLocked: 'FOR UPDATE SKIP LOCKED', keepForMs })
  const metaTable = quoted(`${table}_meta`)
  const notes = noteStatements({ metaTable, now: NOW })
  const layout = sqlLayout({
    table: quoted(table),
    metaTable,
    now: NOW,
    binaryType: 'BYTEA',
  })
  const numberedTexts = new Map<string, string>()
  const numbered = <Value>({ text, values }: Statement<Value>): Statement<Value> => {
    let known = numberedTexts.get(text)
    if (known === undefined) {
      known = numberPlaceholders(text)
      numberedTexts.set(text, known)
    }
    return { text: known, values }
  }
  const repeated = repeating()
  const run = async (statement: Statement<unknown>): Promise<unknown[]> => {
    const { text, values } = numbered(statement)
    return (await repeated(() => pool.query(text, [...values]))).rows as unknown[]
  }
  const found = async (statement: Statement) => (await run(statement)).length > 0
  const prune = async () => (await run(sql.prune)).length
  const timer = pruning('postgresStore', prune)

  const shared = {
    name: 'postgres',

    async init() {
      try {
        await preparePostgres({ table, layout, query: (text) => repeated(() => pool.query(text)) })
      } catch (error) {
        throw unreachable(error) ?? error
      }
      await pool.query(sql.probe)
      await Promise.all([takeClaimPath(store), takeQuarantinePath(store)])
      timer.start()
    },

    quarantine: async (delivery) => requireKept(await found(durable(sql.quarantine(delivery))), delivery.key),
    listEvents: async (query = {}) => (await run(sql.list(query))).map(eventRecord),
    countEvents: async ({ upTo } = {}) => eventCounts(await run(sql.count(countLimit(upTo)))),
    getEvent: async (id) => (await run(sql.get(id))).map(eventRecord)[0] ?? null,
    replay: (key) => found(sql.replay(key)),
    takeDue: async (key, forMs) => (await run(sql.takeDue(key, forMs))).map(eventRecord)[0] ?? null,
    removeQuarantined: (key) => found(sql.removeQuarantined(key)),
    dismiss: (key) => found(durable(sql.dismiss(key))),
    async forget({ orderId }) {
      let forgotten = 0
      for (const statement of sql.forget(orderId)) forgotten += (await run(statement)).length
      return forgotten
    },
    prune,

    readNote: async (name) => ((await run(notes.read(name)))[0] as { value: string } | undefined)?.value ?? null,
    async writeNote(name, value) {
      await run(durable(value === null ? notes.remove(name) : notes.write(name, value)))
    },
    lock: (name, token, forMs) => found(notes.lock(name, token, forMs)),
    unlock: (name, token) => found(notes.unlock(name, token)),
  } satisfies Partial<DurableStore>

  const claims = transactional ? inTransactions() : outsideTransactions()
  const store: DurableStore<unknown> = {
    ...shared,
    ...claims,
    close() {
      timer.stop()
      claims.close()
    },
  }
  return store

  function inTransactions() {
    const connect = () => (pool as PostgresPool).connect()
    const runDurably = (statement: Statement) => run(durable(statement))
    const connections = { connect, numbered, run: runDurably, table, transactionMs }
    return { ...postgresTransactions(sql, connections), transactional: true }
  }

  function outsideTransactions() {
    const batches = postgresBatches({ sql, table: quoted(table), now: NOW, run })
    return {
      claim: batches.claim,
      complete: batches.complete,
      release: (key, token, lastError, ending = 'failed', kept) =>
        found(durable(sql.release(key, token, lastError, ending, kept))),
      extend: (key, token, leaseMs) => found(sql.extend(key, token, leaseMs)),
      close: batches.flush,
    } satisfies Partial<DurableStore>
  }
}

/** Undefined if Postgres was reached. */
function unreachable(cause: unknown): DeliveryError | undefined {
  const problem = postgresProblem(cause)
  return problem === undefined
    ? undefined
    : new DeliveryError('STORE_UNAVAILABLE', `postgresStore: ${problem}`, { cause })
}

function numberPlaceholders(text: string): string {
  let number = 0
  return text.replace(/\?/g, () => `$${++number}`)
}
