/** One SQLite file, for shops that run on one machine: at least once, and nothing is lost when the machine stops. */
import { batching } from './internal/batching.js'
import { countLimit, keepForOption, requireKept, requireMethods, tableName } from './internal/options.js'
import { pruning } from './internal/pruning.js'
import { claimResult } from './internal/sql-claim.js'
import { ADDED_COLUMNS, requireKnown, SCHEMA_VERSION, sqlLayout, type SqlLayout } from './internal/sql-layout.js'
import { noteStatements } from './internal/sql-notes.js'
import { eventCounts, eventRecord } from './internal/sql-records.js'
import { sqlStatements, type Statement } from './internal/sql.js'
import { sqliteFile } from './internal/sqlite-file.js'
import { BUSY_TIMEOUT_MS, isLocked, sqliteQueue } from './internal/sqlite-queue.js'
import { ConfigurationError } from '../errors.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { takeClaimPath, takeQuarantinePath } from '../lib/take-store-path.js'
import type { Awaitable } from '../lib/awaitable.js'
import type { DurableStore } from '../store.js'

export type { DurableStore } from '../store.js'

/** The methods that libsql, better-sqlite3 and node:sqlite share. */
export interface SqliteDatabase {
  exec(sql: string): unknown
  prepare(sql: string): SqliteStatement
}

export interface SqliteStatement {
  all(...values: any[]): unknown[]
}

export interface SqliteStoreOptions {
  /** Lower-case letters, digits and underscores. @default 'payment_webhook_events' */
  readonly table?: string | undefined
  /** How long kept deliveries and events stay, in milliseconds; at least a day. @default until they are removed */
  readonly keepForMs?: number | undefined
  /** True accepts a database that keeps nothing, such as one in memory. @default false */
  readonly allowVolatile?: boolean | undefined
}

interface Work {
  readonly key: string
  readonly statement: Statement
}

/** Milliseconds since 1970, by SQLite's clock; also works in versions without `unixepoch('subsec')`. */
const NOW = `CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)`

/**
 * Remembers events in an SQLite file. Give it a connection of its own: `init` sets WAL, `synchronous = FULL` and a
 * short `busy_timeout` on it. While other code has a transaction open on the connection, every call fails.
 *
 * @param db an open connection of libsql, better-sqlite3 or node:sqlite; the caller closes it
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`, and from `init` `CONFIG_STORE_UNSAFE`
 * @example
 * ```ts
 * import Database from 'libsql'
 * import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
 *
 * const store = sqliteStore(new Database('payments.db'))
 * ```
 */
export function sqliteStore(db: SqliteDatabase, options: SqliteStoreOptions = {}): DurableStore {
  rejectUnknown('sqliteStore', options, ['table', 'keepForMs', 'allowVolatile'])
  requireMethods('sqliteStore', 'the database', db, ['exec', 'prepare'])
  const { table = 'payment_webhook_events', allowVolatile = false } = options
  const keepForMs = keepForOption('sqliteStore', options.keepForMs)
  if (typeof allowVolatile !== 'boolean')
    throw new ConfigurationError('CONFIG_OPTION_INVALID', 'sqliteStore: allowVolatile must be true or false')
  tableName('sqliteStore', table, /^[a-z_][a-z0-9_]{0,62}$/, 'lower-case letters, digits and underscores')

  const sql = sqlStatements({ table: `"${table}"`, now: NOW, skipLocked: '', keepForMs })
  const notes = noteStatements({ metaTable: `"${table}_meta"`, now: NOW })
  const prepared = new Map<string, SqliteStatement>()
  const run = sqliteQueue()
  const file = sqliteFile(db, allowVolatile)

  const prepare = (text: string): SqliteStatement => {
    let statement = prepared.get(text)
    if (statement === undefined) {
      statement = db.prepare(text)
      prepared.set(text, statement)
    }
    return statement
  }

  /**
   * Takes the write lock first. In libsql, a statement outside of a transaction that meets a locked file stays
   * unfinished. Nothing that follows on the connection is then committed, although it seems to be.
   */
  const transaction = <T>(work: () => T): T => {
    file.check()
    db.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      db.exec('COMMIT')
      return result
    } catch (error) {
      rollBack(db)
      throw error
    }
  }
  const write = <T>(work: () => T): Awaitable<T> => run(() => transaction(work))
  /**
   * One commit for all calls of one turn of the event loop. Any failure but a locked file has been rolled back.
   */
  const batches = batching<Work, unknown[]>({
    run: (works) => write(() => works.map(({ statement }) => all(statement))),
    keyOf: ({ key }) => key,
    isRefusal: (error) => !isLocked(error),
  })
  const all = ({ text, values }: Statement): unknown[] => prepare(text).all(...values)
  const found = (statement: Statement): Awaitable<boolean> => write(() => all(statement).length > 0)
  const about = async (key: string, statement: Statement) => (await batches.add({ key, statement })).length > 0
  const rows = async ({ text, values }: Statement) => run(() => db.prepare(text).all(...values))
  const read = async (statement: Statement) => (await rows(statement)).map(eventRecord)
  const prune = async () => write(() => all(sql.prune).length)
  const timer = pruning('sqliteStore', prune)

  const store: DurableStore = {
    name: 'sqlite',

    async init() {
      db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`)
      // A change of the journal mode locks the whole file, so it is only made if needed.
      await run(() => {
        const [mode] = db.prepare('PRAGMA journal_mode').all() as { journal_mode?: string }[]
        if (mode?.journal_mode !== 'wal') db.exec('PRAGMA journal_mode = WAL')
      })
      db.exec('PRAGMA synchronous = FULL')
      file.open()
      await write(() => {
        prepareTable(db, table)
        db.prepare(sql.probe).all()
      })
      await takeClaimPath(store)
      await takeQuarantinePath(store)
      timer.start()
    },

    check: () => file.check(),

    async claim(request) {
      const rows = await batches.add({ key: request.key, statement: sql.claim(request) })
      return claimResult(rows[0], request)
    },
    complete: (key, token) => about(key, sql.complete(key, token)),
    release: (key, token, lastError, ending = 'failed', kept) =>
      about(key, sql.release(key, token, lastError, ending, kept)),
    extend: (key, token, leaseMs) => about(key, sql.extend(key, token, leaseMs)),
    quarantine: async (delivery) => requireKept(await about(delivery.key, sql.quarantine(delivery)), delivery.key),

    listEvents: async (query = {}) => read(sql.list(query)),
    countEvents: async ({ upTo } = {}) => {
      const { text, values } = sql.count(countLimit(upTo))
      return eventCounts(await run(() => db.prepare(text).all(...values)))
    },
    getEvent: async (id) => (await read(sql.get(id)))[0] ?? null,
    replay: async (key) => found(sql.replay(key)),
    takeDue: async (key, forMs) => (await write(() => all(sql.takeDue(key, forMs)))).map(eventRecord)[0] ?? null,
    removeQuarantined: async (key) => found(sql.removeQuarantined(key)),
    dismiss: async (key) => found(sql.dismiss(key)),
    forget: async ({ orderId }) => write(() => sql.forget(orderId).reduce((sum, one) => sum + all(one).length, 0)),
    prune,

    readNote: async (name) => ((await rows(notes.read(name)))[0] as { value: string } | undefined)?.value ?? null,
    async writeNote(name, value) {
      await write(() => all(value === null ? notes.remove(name) : notes.write(name, value)))
    },
    lock: async (name, token, forMs) => found(notes.lock(name, token, forMs)),
    unlock: async (name, token) => found(notes.unlock(name, token)),

    close() {
      timer.stop()
      batches.flush()
    },
  }
  return store
}

/** Runs within a transaction that has the write lock, so that processes which start together take turns. */
function prepareTable(db: SqliteDatabase, table: string): void {
  const layout = sqlLayout({ table: `"${table}"`, metaTable: `"${table}_meta"`, now: NOW, binaryType: 'BLOB' })
  db.exec(layout.createMetaTable)
  const [known] = db.prepare(layout.readVersion).all() as { value: string }[]
  requireKnown('sqliteStore', `the table ${table}`, Number(known?.value ?? 0))
  db.exec(layout.createTable)
  const isCurrent = Number(known?.value ?? 0) === SCHEMA_VERSION
  if (!isCurrent) addMissing(db, table, layout)
  db.exec(`CREATE INDEX IF NOT EXISTS "${table}_expires" ON "${table}" (expires_at)`)
  db.exec(`CREATE INDEX IF NOT EXISTS "${table}_event" ON "${table}" (event_id)`)
  db.exec(`CREATE INDEX IF NOT EXISTS "${table}_created" ON "${table}" (created_at)`)
  db.exec(`CREATE INDEX IF NOT EXISTS "${table}_provider" ON "${table}" (provider, created_at)`)
  db.exec(`CREATE INDEX IF NOT EXISTS "${table}_open" ON "${table}" (state, created_at) WHERE state <> 'done'`)
  db.exec(`CREATE INDEX IF NOT EXISTS "${table}_due" ON "${table}" (due_at) WHERE due_at IS NOT NULL`)
  db.exec(`CREATE INDEX IF NOT EXISTS "${table}_order" ON "${table}" (order_id) WHERE order_id IS NOT NULL`)
  db.exec(`CREATE INDEX IF NOT EXISTS "${table}_payment" ON "${table}" (payment_id) WHERE payment_id IS NOT NULL`)
  if (isCurrent) return
  for (const statement of layout.migrate) db.exec(statement)
  db.exec(layout.setVersion)
}

function addMissing(db: SqliteDatabase, table: string, { addColumn }: SqlLayout): void {
  const columns = db.prepare(`PRAGMA table_info("${table}")`).all() as { name: string }[]
  for (const name of ADDED_COLUMNS) if (!columns.some((column) => column.name === name)) db.exec(addColumn(name))
}

/**
 * Some failures, such as a full disk, have already rolled back. Their own error matters more than the one of ROLLBACK.
 */
function rollBack(db: SqliteDatabase): void {
  try {
    db.exec('ROLLBACK')
  } catch {}
}
