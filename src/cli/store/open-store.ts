/** Opens the store of each kind with the project's client. */
import { existsSync } from 'node:fs'
import { postgresStore } from '../../stores/postgres.js'
import { redisStore } from '../../stores/redis.js'
import { sqliteStore } from '../../stores/sqlite.js'
import { CommandError, EXIT, usageError, type Values } from '../command.js'
import type { Io } from '../io.js'
import type { Connection } from './operator-store.js'
import type { Elsewhere } from './elsewhere.js'
import { withKeyPrefix } from './key-prefix.js'
import { openPostgres } from './open-postgres.js'
import { openRedis } from './open-redis.js'
import { openSqlite } from './open-sqlite.js'
import { DEFAULT_PREFIX, nameOf, otherRedisPlaces } from './other-redis-places.js'
import { postgresTables, sqliteTables } from './other-tables.js'
import type { StoreUrl } from './store-url.js'

export interface OpenStore extends Connection {
  /** The name of the table, or the prefix of every key. */
  readonly place: string
  readonly elsewhere: Elsewhere
}

export async function openStore(target: StoreUrl, values: Values, io: Io): Promise<OpenStore> {
  checkOptions(target, values)
  const { table, prefix = DEFAULT_PREFIX, 'key-prefix': keyPrefix = '' } = values
  const options = table === undefined ? {} : { table }
  const name = table ?? 'payment_webhook_events'
  const place = `the table ${name}`
  if (target.kind === 'sqlite') {
    if (!existsSync(target.path)) throw new CommandError(EXIT.unreachable, `there is no file ${target.path}`)
    const { client, close } = await openSqlite(target.path, io)
    return made(close, () => ({
      store: sqliteStore(client, options),
      place,
      elsewhere: sqliteTables(client, name),
      close,
    }))
  }
  if (target.kind === 'postgres') {
    const { client, close } = await openPostgres(target.url, io)
    return made(close, () => ({
      store: postgresStore(client, options),
      place,
      elsewhere: postgresTables(client, name),
      close,
    }))
  }
  const { send, close } = await openRedis(target.url, target.database, io)
  const here = { database: target.database, keyPrefix, prefix }
  return made(close, () => ({
    store: redisStore({ sendCommand: withKeyPrefix(send, keyPrefix), prefix }),
    place: nameOf(here),
    elsewhere: otherRedisPlaces(send, here, io.clock),
    close,
  }))
}

/** Closes the client if the store refuses its options. */
async function made(close: () => Promise<void>, make: () => OpenStore): Promise<OpenStore> {
  try {
    return make()
  } catch (error) {
    await close()
    throw error
  }
}

function checkOptions({ kind }: StoreUrl, { table, prefix, 'key-prefix': keyPrefix }: Values): void {
  if (kind === 'redis' && table !== undefined) throw usageError('--table is for SQL stores')
  if (kind !== 'redis' && prefix !== undefined) throw usageError('--prefix is for redis stores')
  if (kind !== 'redis' && keyPrefix !== undefined) throw usageError('--key-prefix is for redis stores')
}
