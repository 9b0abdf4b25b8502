/** Redis: fast, shared by many processes, at least once, and as durable as its append-only file. */
import { requireKept, requireMethods } from './internal/options.js'
import { pruning } from './internal/pruning.js'
import { redisRecords } from './internal/redis-records.js'
import { redisSafety } from './internal/redis-safety.js'
import { SCRIPTS, type RedisScript } from './internal/redis-scripts.js'
import { redisTidying } from './internal/redis-tidying.js'
import { storedText } from './internal/stored-text.js'
import { ConfigurationError } from '../errors.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { takeClaimPath, takeQuarantinePath } from '../lib/take-store-path.js'
import type { ClaimResult, DurableStore, EventState } from '../store.js'

export interface RedisStoreOptions {
  /** Sends one command. `(...args) => client.call(...args)` for ioredis, `(...args) => client.sendCommand(args)` for node-redis. */
  readonly sendCommand: (...args: string[]) => Promise<unknown>
  /** What all keys begin with, in braces: on a cluster they share one slot. @default 'payment-webhooks' */
  readonly prefix?: string
  /**
   * True accepts a Redis that may forget: one that evicts keys, writes no append-only file, or writes it later than it
   * answers. A forgotten event is handled again when it is delivered again, and a forgotten quarantined delivery is lost.
   * @default false
   */
  readonly allowVolatile?: boolean
}

/**
 * Remembers events in Redis 5 or newer, or in what speaks its language and runs Lua.
 *
 * `init` refuses a Redis that evicts keys, or that does not have every command on disk before it answers: it wants
 * `maxmemory-policy noeviction`, `appendonly yes` and `appendfsync always`, and warns where it may not read them. Health
 * checks look again once a minute.
 *
 * @param options.sendCommand sends one command through the caller's client, which stays the caller's to close
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`, and from `init` `CONFIG_STORE_UNSAFE`
 * @example
 * ```ts
 * import { once } from 'node:events'
 * import { Redis } from 'ioredis'
 * import { redisStore } from 'express-payment-webhooks/stores/redis'
 *
 * const client = new Redis({
 *   enableOfflineQueue: false,
 *   commandTimeout: 1500,
 *   socketTimeout: 2000,
 *   autoResendUnfulfilledCommands: false,
 * })
 * client.on('error', (error) => console.error('redis:', error.message))
 * await once(client, 'ready')
 * const store = redisStore({ sendCommand: (command, ...args) => client.call(command, ...args) })
 * ```
 */
export function redisStore(options: RedisStoreOptions): DurableStore {
  rejectUnknown('redisStore', options, ['sendCommand', 'prefix', 'allowVolatile'])
  requireMethods('redisStore', 'the options', options, ['sendCommand'])
  const { sendCommand, prefix = 'payment-webhooks', allowVolatile = false } = options
  if (typeof prefix !== 'string' || !/^[\w.:-]{1,100}$/.test(prefix)) {
    throw new ConfigurationError(
      'CONFIG_OPTION_INVALID',
      'redisStore: prefix must be up to 100 letters, digits and . : _ -',
    )
  }
  if (typeof allowVolatile !== 'boolean') {
    throw new ConfigurationError('CONFIG_OPTION_INVALID', 'redisStore: allowVolatile must be true or false')
  }

  const recordKey = (key: string) => `{${prefix}}:event:${key}`
  const index = (state: EventState) => `{${prefix}}:${state}`
  const keptKeys = (key: string) => [recordKey(key), index('quarantined'), index('replay_requested')]

  /** EVAL caches the script on whichever node of a cluster has the keys. */
  const run = async ({ text, sha }: RedisScript, keys: string[], args: string[]): Promise<unknown> => {
    const rest = [String(keys.length), ...keys, ...args]
    try {
      return await sendCommand('EVALSHA', sha, ...rest)
    } catch (error) {
      if (!(error as Error | undefined)?.message?.startsWith('NOSCRIPT')) throw error
      return sendCommand('EVAL', text, ...rest)
    }
  }

  const settle = async (key: string, token: string, state: EventState, ...release: string[]) => {
    const keys = [recordKey(key), index('processing'), index(state)]
    return Number(await run(SCRIPTS.settle, keys, [token, key, state, ...release])) === 1
  }

  const records = redisRecords({ sendCommand, recordKey, index })

  const tidy = redisTidying({ sendCommand, run, recordKey, index })
  const prune = async () => (await tidy('done')) + (await tidy('failed')) + (await tidy('processing'))
  const timer = pruning('redisStore', prune)

  const isSafe = redisSafety({
    info: async (section) => String(await run(SCRIPTS.info, [index('processing')], [section])),
    config: (name) => sendCommand('CONFIG', 'GET', name),
  })

  const store: DurableStore = {
    name: 'redis',

    async init() {
      await store.check?.()
      await Promise.all([takeClaimPath(store), takeQuarantinePath(store)])
      timer.start()
    },

    async check() {
      if (!allowVolatile) await isSafe()
    },

    async claim({ key, token, contentHash, leaseMs, retainMs, eventId, eventType, provider }): Promise<ClaimResult> {
      const id = storedText(eventId)
      const args = [
        token,
        contentHash,
        String(leaseMs),
        String(retainMs),
        `${key} ${id}`,
        id,
        storedText(eventType),
        storedText(provider),
      ]
      const [state, attempt, deferrals] = (await run(
        SCRIPTS.claim,
        [recordKey(key), index('processing'), index('failed')],
        args,
      )) as unknown[]
      if (String(state) === 'claimed')
        return { state: 'claimed', attempt: Number(attempt), deferrals: Number(deferrals), tx: undefined }
      return { state: String(state) as 'done' | 'busy' | 'conflict' }
    },

    complete: (key, token) => settle(key, token, 'done'),
    release: (key, token, lastError, ending = 'failed') => settle(key, token, 'failed', storedText(lastError), ending),
    extend: async (key, token, leaseMs) =>
      Number(await run(SCRIPTS.extend, [recordKey(key)], [token, String(leaseMs)])) === 1,

    async quarantine({ key, eventId, provider, code, message, body }) {
      const args = [key, ...[eventId ?? '', provider, code, message].map(storedText), body.toString('base64')]
      requireKept(Number(await run(SCRIPTS.quarantine, keptKeys(key), args)) === 1, key)
    },

    listEvents: async (query = {}) => records.list(query),
    getEvent: async (id) => records.get(id),
    replay: async (key) => Number(await run(SCRIPTS.replay, keptKeys(key), [key])) === 1,
    removeQuarantined: async (key) => Number(await run(SCRIPTS.removeQuarantined, keptKeys(key), [key])) === 1,
    prune,

    close() {
      timer.stop()
    },
  }
  return store
}
