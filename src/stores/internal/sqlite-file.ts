/** The file behind an SQLite connection: whether it keeps all writes, and whether it is still the same file. */
import { statSync } from 'node:fs'
import { ConfigurationError } from '../../errors.js'

interface Database {
  exec(sql: string): unknown
  prepare(sql: string): { all(): unknown[] }
}

export interface SqliteFile {
  /** @throws ConfigurationError `CONFIG_STORE_UNSAFE` for a database that keeps nothing */
  open(): void
  /** @throws Error once the file is gone from its place: anything written to it now is lost when the process ends */
  check(): void
}

/** Journals that leave no broken file when the process is killed. */
const SAFE_JOURNALS = ['wal', 'delete', 'truncate', 'persist']

/** Every commit waits for the disk: FULL is 2 and EXTRA is 3. */
const FULL = 2

export function sqliteFile(db: Database, allowVolatile: boolean): SqliteFile {
  let path = ''
  let identity: string | undefined

  return {
    open() {
      path = pathOf(db)
      identity = path === '' ? undefined : identityOf(path)
      if (allowVolatile) return
      if (path === '') throw unsafe('the database has no file, so it is gone with its process. Open a file')
      const journal = String(pragma(db, 'journal_mode'))
      if (!SAFE_JOURNALS.includes(journal)) throw unsafe(`journal_mode is ${journal} and could not be changed to WAL`)
      if (Number(pragma(db, 'synchronous')) < FULL) throw unsafe('synchronous could not be set to FULL')
    },

    check() {
      // A remote database, of libsql for example, has a path that is not a local file.
      if (identity === undefined || identityOf(path) === identity) return
      throw new Error(`sqliteStore: ${path} was replaced or removed while it was open: start this process again`)
    },
  }
}

/** Empty for a database in memory. */
function pathOf(db: Database): string {
  const databases = db.prepare('PRAGMA database_list').all() as { name?: string; file?: string | null }[]
  return databases.find(({ name }) => name === 'main')?.file ?? ''
}

/** Undefined if there is no such file. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? undefined : `${found.dev}:${found.ino}`
}

function pragma(db: Database, name: string): unknown {
  const [row] = db.prepare(`PRAGMA ${name}`).all()
  return Object.values(row ?? {})[0]
}

function unsafe(what: string): ConfigurationError {
  return new ConfigurationError('CONFIG_STORE_UNSAFE', `sqliteStore: ${what}, or pass allowVolatile: true`)
}
