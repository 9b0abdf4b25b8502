/** From the URL of a store to the store. Creates nothing: a wrong database must stay as it is. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ConfigurationError } from '../errors.js'
import type { DurableStore } from '../store.js'
import { postgresStore } from '../stores/postgres.js'
import { redisStore } from '../stores/redis.js'
import { sqliteStore } from '../stores/sqlite.js'
import { openPostgres, openRedis, openSqlite } from './clients.js'
import { CommandError, EXIT, reason, usageError, type Values } from './command.js'

/** What an operator needs of a store. */
export type OperatorStore = Pick<DurableStore<unknown>, 'listEvents' | 'getEvent' | 'replay'>

export interface Connection {
  readonly store: OperatorStore
  readonly close: () => Promise<void>
}

export const STORE_VARIABLE = 'PAYMENT_WEBHOOKS_STORE'

/** How long the store may take for one answer. */
const CALL_LIMIT_MS = 15_000

/** @throws CommandError when there is no store of ours at that URL */
export async function connect(url: string, values: Values): Promise<Connection> {
  const { store, where, close } = await open(url, values)
  const connection: Connection = {
    store: {
      listEvents: (query) => bounded(where, () => store.listEvents(query)),
      getEvent: (id) => bounded(where, () => store.getEvent(id)),
      replay: (key) => bounded(where, () => store.replay(key)),
    },
    close,
  }
  try {
    await connection.store.listEvents({ limit: 1 })
  } catch (error) {
    await close()
    throw error
  }
  return connection
}

interface Opened {
  readonly store: DurableStore
  /** Named in messages: what is missing when there is no such thing. */
  readonly where: string
  readonly close: () => Promise<void>
}

async function open(url: string, { table, prefix }: Values): Promise<Opened> {
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(url)?.[0].toLowerCase()
  const named = `the table ${table ?? 'payment_webhook_events'}`
  const withTable = table === undefined ? {} : { table }
  switch (scheme) {
    case 'sqlite':
    case 'file': {
      refuse('prefix', prefix, 'redis')
      const path = sqlitePath(url)
      if (!existsSync(path)) throw new CommandError(EXIT.unreachable, `there is no file ${path}`)
      const { client, close } = await openSqlite(path)
      return configured(() => ({ store: sqliteStore(client, withTable), where: named, close }), close)
    }
    case 'postgres':
    case 'postgresql': {
      refuse('prefix', prefix, 'redis')
      checkUrl(url)
      const { client, close } = await openPostgres(url)
      return configured(() => ({ store: postgresStore(client, withTable), where: named, close }), close)
    }
    case 'redis':
    case 'rediss': {
      refuse('table', table, 'SQL')
      checkUrl(url)
      const { client, close } = await openRedis(url)
      const options = { sendCommand: client, ...(prefix !== undefined && { prefix }) }
      return configured(() => ({ store: redisStore(options), where: 'the store', close }), close)
    }
    default:
      throw usageError('a store is a URL: sqlite:<file>, postgres://... or redis://...')
  }
}

async function configured(make: () => Opened, close: () => Promise<void>): Promise<Opened> {
  try {
    return make()
  } catch (error) {
    await close()
    throw error instanceof ConfigurationError ? usageError(error.message) : error
  }
}

function refuse(option: string, value: string | undefined, where: string): void {
  if (value !== undefined) throw usageError(`--${option} is for ${where} stores`)
}

/** `sqlite:` takes paths as a shell does; `file://` is a URL, with its escapes. */
function sqlitePath(url: string): string {
  if (!url.startsWith('file://')) return url.replace(/^[a-z]+:(\/\/)?/i, '')
  try {
    return fileURLToPath(url)
  } catch (error) {
    throw usageError(`this file URL cannot be read: ${(error as Error).message}`)
  }
}

/** An unescaped character in a password ends it early, and the rest would be taken for a host and shown. */
function checkUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const hasUser = parsed !== undefined && (parsed.username !== '' || parsed.password !== '')
  if (parsed === undefined || parsed.hash !== '' || (url.includes('@') && !hasUser)) {
    throw usageError(
      'this store URL cannot be read: in a user name or password, escape / ? # @ : and % as %2F and so on',
    )
  }
}

async function bounded<T>(where: string, call: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CALL_LIMIT_MS / 1000} s`)), CALL_LIMIT_MS)
  })
  try {
    return await Promise.race([call(), late])
  } catch (error) {
    throw new CommandError(EXIT.unreachable, explain(where, error), { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

function explain(where: string, error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (code === '42P01' || /no such table/.test(String(message))) {
    return `${where} does not exist in this database. A shop creates it when it starts; --table names another one`
  }
  if (code === '42703' || /no such column/.test(String(message))) {
    return `${where} is not one of this package: ${reason(error)}`
  }
  return `the store cannot be read: ${reason(error)}`
}
