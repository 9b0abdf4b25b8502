/**
 * Connections of BullMQ: storing a job must fail at once while Redis is unreachable; waiting for a job must never fail.
 */
import { invalidOption } from '../../lib/invalid-option.js'

export type ConnectionUse = 'enqueue' | 'work'

export type ConnectionChoice = object | ((use: ConnectionUse) => object)

const WHERE = 'bullmqQueue'

/** By default a client queues commands in memory while Redis is unreachable, and senders wait. */
const AT_ONCE = { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 1500 }

/** A worker's command blocks for seconds, and is sent again when Redis is back. */
const PATIENT = {
  enableOfflineQueue: true,
  maxRetriesPerRequest: null,
  commandTimeout: undefined,
  socketTimeout: undefined,
}

/**
 * BullMQ's own strategy waits for up to 20 seconds. The shop would refuse deliveries for that long after Redis is back.
 */
const SOON = { retryStrategy: (times: number) => Math.min(times * 100, 1000) }

/**
 * The value for BullMQ's option `connection`.
 *
 * @param use null only checks it
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`
 */
export function connectionFor(choice: ConnectionChoice, use: ConnectionUse | null): object {
  if (typeof choice === 'function') return use === null ? {} : fit(choice(use), use)
  if (typeof choice !== 'object' || (choice as object | null) === null) {
    invalidOption(WHERE, 'connection must contain the address of Redis, for example { url: process.env.REDIS_URL }')
  }
  if (isClient(choice)) {
    invalidOption(
      WHERE,
      'one client cannot both store jobs and wait for them: give its options as connection, or a function that answers a client for each',
    )
  }
  return { ...SOON, ...choice, ...(use === 'work' ? PATIENT : AT_ONCE) }
}

/** Uses a connection that the caller made, after checking the two settings that could do harm. */
function fit(connection: unknown, use: ConnectionUse): object {
  if (typeof connection !== 'object' || connection === null)
    invalidOption(WHERE, `connection('${use}') must return a connection`)
  const { options = connection } = connection as { options?: object }
  const { enableOfflineQueue, maxRetriesPerRequest } = options as Readonly<Record<string, unknown>>
  if (use === 'enqueue' && enableOfflineQueue !== false) {
    invalidOption(
      WHERE,
      "the connection for 'enqueue' must have enableOfflineQueue: false, or senders wait while Redis is away",
    )
  }
  if (use === 'work' && maxRetriesPerRequest !== null) {
    invalidOption(WHERE, "the connection for 'work' must have maxRetriesPerRequest: null, as BullMQ requires")
  }
  return isClient(connection) ? connection : { ...SOON, ...connection }
}

function isClient(connection: object): boolean {
  return typeof (connection as { duplicate?: unknown }).duplicate === 'function'
}
