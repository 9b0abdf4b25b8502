/** Opens the database that the configuration names. */
import type { ShopConfig } from '../config.js'
import type { Log } from '../web/log.js'
import type { Database } from './database.js'
import { openPostgres } from './postgres.js'
import { openSqlite } from './sqlite.js'

export function openDatabase({ database }: Pick<ShopConfig, 'database'>, log: Log): Promise<Database> {
  return 'url' in database
    ? openPostgres(database.url, log).catch((error: unknown) => refused('DATABASE_URL', error))
    : openSqlite(database.file).catch((error: unknown) => refused(`DATABASE_FILE (${database.file})`, error))
}

/**
 * Explanations by error code, for a person who has just set a variable. The address may contain a password, so it is not shown.
 */
const MEANINGS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody answers there: start Postgres, or correct host and port',
  ENOTFOUND: 'there is no host of this name',
  '28P01': 'user or password is wrong',
  '28000': 'this user may not connect',
  '3D000': 'there is no such database: create it, for example with createdb',
  SQLITE_CANTOPEN: 'the file cannot be opened: its folder has to be there, and be writable',
  SQLITE_NOTADB: 'the file is no SQLite database',
}

function refused(variable: string, cause: unknown): never {
  const { code = '', message } = cause as Error & { readonly code?: string }
  throw new Error(`${variable} leads to no database that can be used: ${MEANINGS[code] ?? message}`, { cause })
}
