/** The database that the configuration names. */
import type { ShopConfig } from '../config.js'
import type { Log } from '../web/log.js'
import type { Database } from './database.js'
import { openPostgres } from './postgres.js'
import { openSqlite } from './sqlite.js'

export function openDatabase({ database }: Pick<ShopConfig, 'database'>, log: Log): Promise<Database> {
  return 'url' in database ? openPostgres(database.url, log) : openSqlite(database.file)
}
