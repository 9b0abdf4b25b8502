/** Opens an SQLite file with the project's client. */
import type { SqliteDatabase } from '../../stores/sqlite.js'
import type { Io } from '../io.js'
import { exported, loadClient } from './load-client.js'

type Constructor = new (path: string) => SqliteDatabase & { close(): unknown }

/** The name of each client's constructor. The first client that is installed is used. */
const CONSTRUCTORS = { libsql: 'default', 'better-sqlite3': 'default', 'node:sqlite': 'DatabaseSync' } as const

export async function openSqlite(path: string, { cwd }: Io) {
  const { name, module } = await loadClient(cwd, 'sqlite', Object.keys(CONSTRUCTORS))
  const Database = exported(module, CONSTRUCTORS[name as keyof typeof CONSTRUCTORS]) as Constructor
  const client = new Database(path)
  return { client, close: () => Promise.resolve(void client.close()) }
}
