/** Opens a Redis with the project's client: ioredis, or else node-redis. */
import type { RedisStoreOptions } from '../../stores/redis.js'
import type { Io } from '../io.js'
import { ANSWER_LIMIT_MS, CONNECT_LIMIT_MS } from './limits.js'
import { exported, loadClient } from './load-client.js'

export type SendCommand = RedisStoreOptions['sendCommand']

interface OpenRedis {
  readonly send: SendCommand
  readonly close: () => Promise<void>
}

interface IoRedis {
  on(event: 'error', listener: (error: Error) => void): unknown
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

export async function openRedis(url: string, database: number, { cwd }: Io): Promise<OpenRedis> {
  const { name, module } = await loadClient(cwd, 'redis', ['ioredis', 'redis'])
  const opened = await (name === 'ioredis' ? openIoRedis(module, url) : openNodeRedis(module, url))
  try {
    // If the database does not exist, ioredis continues in another one.
    if (database !== 0) await opened.send('SELECT', String(database))
  } catch (error) {
    await opened.close()
    throw error
  }
  return opened
}

async function openIoRedis(module: unknown, url: string): Promise<OpenRedis> {
  const Redis = exported(module, 'Redis') as new (url: string, options: object) => IoRedis
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_LIMIT_MS,
    commandTimeout: ANSWER_LIMIT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    // The check runs INFO, and prints a warning on the terminal if the user may not run INFO.
    enableReadyCheck: false,
  })
  // The rejection of `connect` only says that the connection is closed; the event contains the reason.
  let failure: Error | undefined
  client.on('error', (error) => (failure ??= error))
  try {
    await client.connect()
  } catch (error) {
    throw failure ?? error
  }
  return {
    send: (command, ...args) => client.call(command, ...args),
    close: () => Promise.resolve(client.disconnect()),
  }
}

async function openNodeRedis(module: unknown, url: string): Promise<OpenRedis> {
  const createClient = exported(module, 'createClient') as (options: object) => NodeRedis
  const client = createClient({ url, socket: { connectTimeout: CONNECT_LIMIT_MS, reconnectStrategy: false } })
  // The failing call reports the error.
  client.on('error', () => {})
  await client.connect()
  const close = async () => (client.destroy === undefined ? client.disconnect() : client.destroy())
  return { send: (...args) => client.sendCommand(args), close }
}
