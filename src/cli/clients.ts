/** The database clients of the project the command is run in. None of them is a dependency of this package. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PostgresQueryable } from '../stores/postgres.js'
import type { RedisStoreOptions } from '../stores/redis.js'
import type { SqliteDatabase } from '../stores/sqlite.js'
import { CommandError, EXIT, reason } from './command.js'

interface Client<T> {
  readonly client: T
  readonly close: () => Promise<void>
}

/** An operator waits for a connection this long, and for one answer of it. */
const CONNECT_LIMIT_MS = 5000
const ANSWER_LIMIT_MS = 10_000

type SqliteConstructor = new (path: string) => SqliteDatabase & { close(): unknown }

export async function openSqlite(path: string): Promise<Client<SqliteDatabase>> {
  const Database = await firstOf<SqliteConstructor>('sqlite', {
    libsql: 'default',
    'better-sqlite3': 'default',
    'node:sqlite': 'DatabaseSync',
  })
  const client = await reached(() => new Database(path))
  return { client, close: () => Promise.resolve(void client.close()) }
}

interface Pool extends PostgresQueryable {
  on(event: 'error', listener: () => void): unknown
  end(): Promise<void>
}

export async function openPostgres(url: string): Promise<Client<PostgresQueryable>> {
  const Pool = await firstOf<new (options: object) => Pool>('postgres', { pg: 'Pool' })
  const client = await reached(
    () =>
      new Pool({
        connectionString: url,
        max: 2,
        connectionTimeoutMillis: CONNECT_LIMIT_MS,
        query_timeout: ANSWER_LIMIT_MS,
        application_name: 'express-payment-webhooks',
      }),
  )
  // The query that meets the broken connection reports it.
  client.on('error', () => {})
  return { client, close: () => client.end() }
}

interface IoRedis {
  on(event: 'error', listener: () => void): unknown
  connect(): Promise<void>
  call(command: string, ...args: string[]): Promise<unknown>
  disconnect(): void
}

interface NodeRedis {
  on(event: 'error', listener: () => void): unknown
  connect(): Promise<unknown>
  sendCommand(args: string[]): Promise<unknown>
  destroy?(): void
  disconnect(): Promise<void>
}

export async function openRedis(url: string): Promise<Client<RedisStoreOptions['sendCommand']>> {
  const found = await firstInstalled('redis', ['ioredis', 'redis'])
  if (found.name === 'ioredis') {
    const Redis = exported(found.module, 'Redis') as new (url: string, options: object) => IoRedis
    const client = new Redis(url, {
      lazyConnect: true,
      connectTimeout: CONNECT_LIMIT_MS,
      commandTimeout: ANSWER_LIMIT_MS,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    })
    let failure: unknown
    client.on('error', (...args: unknown[]) => (failure ??= args[0]))
    // Its own rejection only says that the connection is closed.
    await reached(() => client.connect().catch((error: unknown) => Promise.reject((failure ?? error) as Error)))
    return {
      client: (command, ...args) => client.call(command, ...args),
      close: () => Promise.resolve(client.disconnect()),
    }
  }
  const createClient = exported(found.module, 'createClient') as (options: object) => NodeRedis
  const client = createClient({ url, socket: { connectTimeout: CONNECT_LIMIT_MS, reconnectStrategy: false } })
  client.on('error', () => {})
  await reached(() => client.connect())
  const close = async () => (client.destroy === undefined ? client.disconnect() : client.destroy())
  return { client: (...args) => client.sendCommand(args), close }
}

async function reached<T>(connect: () => T | Promise<T>): Promise<T> {
  try {
    return await connect()
  } catch (error) {
    throw new CommandError(EXIT.unreachable, `the store cannot be reached: ${reason(error)}`, { cause: error })
  }
}

async function firstOf<T>(kind: string, names: Readonly<Record<string, string>>): Promise<T> {
  const { name, module } = await firstInstalled(kind, Object.keys(names))
  return exported(module, names[name]!) as T
}

async function firstInstalled(kind: string, names: readonly string[]): Promise<{ name: string; module: unknown }> {
  for (const name of names) {
    const module = await loadFromProject(name)
    if (module !== undefined) return { name, module }
  }
  const packages = names.filter((name) => !name.startsWith('node:'))
  throw new CommandError(
    EXIT.unreachable,
    `a ${kind} store is read with the client of your project, and none is installed here: npm install ${packages.join(', or ')}`,
  )
}

async function loadFromProject(name: string): Promise<unknown> {
  let target = name
  try {
    const { resolve } = createRequire(join(process.cwd(), 'package.json'))
    if (!name.startsWith('node:')) target = pathToFileURL(resolve(name)).href
    return await import(target)
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (target === name && (code === 'MODULE_NOT_FOUND' || code === 'ERR_UNKNOWN_BUILTIN_MODULE')) return undefined
    throw new CommandError(EXIT.unreachable, `${name} is installed and cannot be loaded: ${reason(error)}`, {
      cause: error,
    })
  }
}

/** CommonJS seen through `import` may have its names on the default export alone. */
function exported(module: unknown, name: string): unknown {
  const { default: inner, ...names } = module as { default?: Record<string, unknown> } & Record<string, unknown>
  return name === 'default' ? inner : (names[name] ?? inner?.[name])
}
