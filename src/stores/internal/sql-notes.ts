/** Notes and locks that processes share: rows of the meta table, whose names begin with their kind. */
import type { Statement } from './sql.js'
import { storedText } from './stored-text.js'

interface Dialect {
  /** Already quoted for use in a statement. */
  readonly metaTable: string
  readonly now: string
}

export function noteStatements({ metaTable, now }: Dialect) {
  return {
    read: (name: string): Statement => ({
      text: `SELECT value FROM ${metaTable} WHERE name = ?`,
      values: [noteName(name)],
    }),

    write: (name: string, value: string): Statement => ({
      text: `INSERT INTO ${metaTable} (name, value, updated_at) VALUES (?, ?, ${now})
        ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at RETURNING name`,
      values: [noteName(name), storedText(value)],
    }),

    remove: (name: string): Statement => ({
      text: `DELETE FROM ${metaTable} WHERE name = ? RETURNING name`,
      values: [noteName(name)],
    }),

    /**
     * The value is the duration of the lock. A lock that ends later than that was written before the clock was set
     * back.
     */
    lock: (name: string, token: string, forMs: number): Statement => ({
      text: `INSERT INTO ${metaTable} AS m (name, value, token, until, updated_at) VALUES (?, ?, ?, ${now} + ?, ${now})
        ON CONFLICT (name) DO UPDATE SET value = excluded.value, token = excluded.token, until = excluded.until, updated_at = excluded.updated_at
        WHERE m.token = excluded.token OR m.until <= ${now} OR m.until > ${now} + CAST(m.value AS BIGINT) RETURNING name`,
      values: [lockName(name), String(forMs), token, forMs],
    }),

    unlock: (name: string, token: string): Statement => ({
      text: `DELETE FROM ${metaTable} WHERE name = ? AND token = ? RETURNING name`,
      values: [lockName(name), token],
    }),
  }
}

function noteName(name: string): string {
  return storedText(`note ${name}`)
}

function lockName(name: string): string {
  return storedText(`lock ${name}`)
}
