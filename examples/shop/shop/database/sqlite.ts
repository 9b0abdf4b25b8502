/** One SQLite file, for a shop on one machine. */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Libsql from 'libsql'
import { sqliteStore } from 'express-payment-webhooks/stores/sqlite'
import type { Database, Row, Statement } from './database.js'
import { schema } from './schema.js'

/** How long a statement waits for another process that writes to the same file, in milliseconds. */
const BUSY_TIMEOUT_MS = 2000

export async function openSqlite(file: string): Promise<Database> {
  mkdirSync(dirname(file), { recursive: true })
  const db = new Libsql(file)
  db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`)
  db.exec('PRAGMA journal_mode = WAL')
  // An order that its buyer has seen survives a power cut.
  db.exec('PRAGMA synchronous = FULL')
  // The store needs a separate connection, so that its transactions do not mix with the shop's.
  const eventsDb = new Libsql(file)
  const events = sqliteStore(eventsDb)

  const prepared = new Map<string, Libsql.Statement>()
  const all = ({ pieces, values }: Statement): Row[] => {
    const text = pieces.join('?')
    let statement = prepared.get(text)
    if (statement === undefined) {
      statement = db.prepare(text)
      prepared.set(text, statement)
    }
    // As one list: a single null would be read as the list of values itself.
    return statement.all([...values]) as Row[]
  }

  /** Synchronous from start to end, so that no other work of this process comes between. */
  const commit = (statements: readonly Statement[]): boolean => {
    db.exec('BEGIN IMMEDIATE')
    try {
      const [first, ...rest] = statements
      const won = first === undefined || all(first).length > 0
      if (won) for (const statement of rest) all(statement)
      db.exec(won ? 'COMMIT' : 'ROLLBACK')
      return won
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK')
      throw error
    }
  }

  db.exec('BEGIN IMMEDIATE')
  for (const statement of schema('INTEGER PRIMARY KEY AUTOINCREMENT')) db.exec(statement)
  db.exec('COMMIT')
  await events.init()

  return {
    name: 'sqlite',
    events,
    rows: async (statement) => all(statement),
    commit: async (statements) => commit(statements),
    async close() {
      await events.close()
      eventsDb.close()
      db.close()
    },
  }
}
