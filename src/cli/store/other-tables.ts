/** Finds events of this package in other tables of an SQL database. */
import type { PostgresQueryable } from '../../stores/postgres.js'
import type { SqliteDatabase } from '../../stores/sqlite.js'
import { listOf, type Elsewhere } from './elsewhere.js'

type Query = (text: string) => Promise<readonly object[]>

/** No table of another program has all three columns. */
const COLUMNS = `('content_hash', 'lease_until', 'retain_ms')`

const SQLITE = `SELECT name FROM sqlite_master WHERE type = 'table'
  AND (SELECT count(*) FROM pragma_table_info(sqlite_master.name) WHERE name IN ${COLUMNS}) = 3`

/** The name of a table outside the current schema contains its schema. */
const POSTGRES = `SELECT CASE WHEN table_schema = current_schema() THEN '' ELSE table_schema || '.' END || table_name AS name
  FROM information_schema.columns WHERE column_name IN ${COLUMNS}
  GROUP BY table_schema, table_name HAVING count(*) = 3`

/** Names that a store accepts and that need no quotes in a statement. */
const PLAIN = /^([a-z_][a-z0-9_]*\.)?[a-z_][a-z0-9_]*$/

/** @param table the missing or empty table */
export function sqliteTables(db: SqliteDatabase, table: string): Elsewhere {
  return otherTables((text) => Promise.resolve(db.prepare(text).all() as object[]), SQLITE, table)
}

/** @param table the missing or empty table */
export function postgresTables(pool: PostgresQueryable, table: string): Elsewhere {
  return otherTables(async (text) => (await pool.query(text)).rows as object[], POSTGRES, table)
}

/** A table of the same name in another schema is most likely the right one, so it comes first: a long list is cut. */
function likeliestFirst(names: readonly string[], table: string): readonly string[] {
  const isAlike = (name: string) => Number(withoutSchema(name) === withoutSchema(table))
  return names.toSorted((one, other) => isAlike(other) - isAlike(one) || (one < other ? -1 : 1))
}

function withoutSchema(name: string): string {
  return name.slice(name.indexOf('.') + 1)
}

/** Searches a database for tables of this package that contain an event. */
function otherTables(query: Query, tablesOfThePackage: string, table: string): Elsewhere {
  // Health checks leave keys that begin with `~`. A table that this user may not read is not the shop's table.
  const isUsed = async (name: string) => {
    try {
      return (await query(`SELECT 1 FROM ${name} WHERE key NOT LIKE '~%' LIMIT 1`)).length > 0
    } catch {
      return false
    }
  }
  return async () => {
    const lines: string[] = []
    const names = (await query(tablesOfThePackage)).map((row) => (row as { name: string }).name)
    for (const name of likeliestFirst(names, table)) {
      if (PLAIN.test(name) && (await isUsed(name))) lines.push(`${name}: pass --table ${name}`)
    }
    return lines.length === 0
      ? {}
      : { found: `This database holds events of this package in other tables:\n${listOf(lines)}` }
  }
}
