/** Redis: fast, shared by many processes, at least once, and as durable as its append-only file. */
import { runLine } from './internal/failed-runs.js'
import { countLimit, keepForOption, requireKept, requireMethods, STATES } from './internal/options.js'
import { pruning } from './internal/pruning.js'
import { keptArguments, pairs } from './internal/redis-arguments.js'
import { redisBatches } from './internal/redis-batches.js'
import { eventRecord, keyOf, membersOf, redisRecords, WHOLE_RECORD, type IndexName } from './internal/redis-records.js'
import { redisSafety } from './internal/redis-safety.js'
import type { RedisScript } from './internal/redis-script.js'
import { SCRIPTS } from './internal/redis-scripts.js'
import { nameOf, namesOf, redisSearch } from './internal/redis-search.js'
import { redisTidying } from './internal/redis-tidying.js'
import { requireKnown, SCHEMA_VERSION } from './internal/sql-layout.js'
import { storedText } from './internal/stored-text.js'
import { ConfigurationError } from '../errors.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { takeClaimPath, takeQuarantinePath } from '../lib/take-store-path.js'
import type { DurableStore } from '../store.js'

export type { DurableStore } from '../store.js'

export interface RedisStoreOptions {
  /**
   * Sends one command: `(...args) => client.call(...args)` in ioredis, `(...args) => client.sendCommand(args)` in
   * node-redis.
   */
  readonly sendCommand: (...args: string[]) => Promise<unknown>
  /** Prefix of all keys. The store puts it in braces, so that they share one slot of a cluster. @default 'payment-webhooks' */
  readonly prefix?: string | undefined
  /**
   * True accepts a Redis that may forget: one that evicts keys, writes no append-only file, or answers before it
   * writes.
   * A forgotten event is handled again when it is delivered again; a forgotten quarantined delivery is lost.
   * @default false
   */
  readonly allowVolatile?: boolean | undefined
  /** How long kept deliveries and events stay, in milliseconds; at least a day. @default until they are removed */
  readonly keepForMs?: number | undefined
}

/**
 * Remembers events in Redis 5 or newer, or in a compatible server that runs Lua.
 *
 * `init` refuses a Redis that evicts keys, or that answers before every command is on disk. It requires
 * `maxmemory-policy noeviction`, `appendonly yes` and `appendfsync always`, and warns if it may not read these
 * settings. Health checks repeat the check once a minute.
 *
 * @param options.sendCommand sends one command through the caller's client, which the caller closes
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
  rejectUnknown('redisStore', options, ['sendCommand', 'prefix', 'allowVolatile', 'keepForMs'])
  requireMethods('redisStore', 'the options', options, ['sendCommand'])
  const { sendCommand, prefix = 'payment-webhooks', allowVolatile = false } = options
  if (typeof prefix !== 'string' || !/^[\w.:-]{1,100}$/.test(prefix)) {
    throw new ConfigurationError(
      'CONFIG_OPTION_INVALID',
      'redisStore: prefix must be up to 100 letters, digits and . : _ -, without braces',
    )
  }
  if (typeof allowVolatile !== 'boolean') {
    throw new ConfigurationError('CONFIG_OPTION_INVALID', 'redisStore: allowVolatile must be true or false')
  }
  const keepFor = String(keepForOption('redisStore', options.keepForMs) ?? '')

  const recordKey = (key: string) => `{${prefix}}:event:${key}`
  const index = (name: IndexName) => `{${prefix}}:${name}`
  const keptKeys = (key: string) => [recordKey(key), index('quarantined'), index('replay_requested'), index('due')]
  const noteKey = (name: string) => `{${prefix}}:note:${storedText(name)}`
  const lockKey = (name: string) => `{${prefix}}:lock:${storedText(name)}`
  const searchKey = `{${prefix}}:search`
  const schemaKey = `{${prefix}}:schema`

  /** EVAL caches the script on the node of a cluster that has the keys. */
  const run = async ({ text, sha }: RedisScript, keys: string[], args: string[]): Promise<unknown> => {
    const rest = [String(keys.length), ...keys, ...args]
    try {
      return await sendCommand('EVALSHA', sha, ...rest)
    } catch (error) {
      if (!(error as Error | undefined)?.message?.startsWith('NOSCRIPT')) throw error
      return sendCommand('EVAL', text, ...rest)
    }
  }

  const changed = async (script: RedisScript, keys: string[], args: string[]) =>
    Number(await run(script, keys, args)) === 1

  const batches = redisBatches({ run, recordKey, index, search: searchKey, keepFor })
  const search = redisSearch({ sendCommand, run, recordKey, search: searchKey })
  const records = redisRecords({ sendCommand, recordKey, index, search })

  const tidy = redisTidying({ sendCommand, run, recordKey, index })
  const prune = async () => {
    let forgotten = 0
    for (const name of STATES) forgotten += await tidy(name)
    await tidy('due')
    return forgotten
  }
  const timer = pruning('redisStore', async () => (await prune()) + (await search.tidy()))

  /** Converts the records of the first version, which had no list of due records and no names to search by. */
  const prepare = async () => {
    const version = Number((await sendCommand('GET', schemaKey)) ?? 0)
    requireKnown('redisStore', `the prefix ${prefix}`, version)
    if (Number(await sendCommand('EXISTS', searchKey)) === 0) await makeSearch()
    if (version === SCHEMA_VERSION) return
    for await (const members of membersOf(sendCommand, index('replay_requested'))) {
      for (const key of members.map(keyOf)) await run(SCRIPTS.replay, keptKeys(key), [key])
    }
    await run(SCRIPTS.setVersion, [schemaKey], [String(SCHEMA_VERSION)])
  }

  const makeSearch = async () => {
    for (const state of STATES)
      for await (const members of membersOf(sendCommand, index(state))) await search.add(members.map(keyOf))
  }

  const isSafe = redisSafety({
    info: async (section) => String(await run(SCRIPTS.info, [index('processing')], [section])),
    config: (name) => sendCommand('CONFIG', 'GET', name),
  })

  const store: DurableStore = {
    name: 'redis',

    async init() {
      await store.check?.()
      await prepare()
      await Promise.all([takeClaimPath(store), takeQuarantinePath(store)])
      timer.start()
    },

    async check() {
      if (!allowVolatile) await isSafe()
    },

    claim: batches.claim,
    complete: batches.complete,
    release: (key, token, lastError, ending = 'failed', kept) =>
      changed(
        SCRIPTS.release,
        [recordKey(key), index('processing'), index('failed'), index('due')],
        [token, key, storedText(lastError), ending, keepFor, runLine(ending, lastError), ...keptArguments(kept)],
      ),
    extend: (key, token, leaseMs) => changed(SCRIPTS.extend, [recordKey(key)], [token, String(leaseMs), keepFor]),

    async quarantine({ key, eventId, orderId, provider, account, code, message, body, headers }) {
      const fields = pairs({ event_id: eventId, order_id: orderId, provider, account, kept_as: 'delivery' })
      const kept = ['body', body.toString('base64'), 'headers', JSON.stringify(headers)]
      const names = namesOf(key, { eventId, orderId, provider })
      const args = [key, storedText(code), storedText(message), keepFor, names, ...fields, ...kept]
      requireKept(await changed(SCRIPTS.quarantine, [...keptKeys(key), searchKey], args), key)
    },

    listEvents: async (query = {}) => records.list(query),
    countEvents: async ({ upTo } = {}) => records.count(countLimit(upTo)),
    getEvent: async (id) => records.get(id),
    replay: (key) => changed(SCRIPTS.replay, keptKeys(key), [key]),
    async takeDue(key, forMs) {
      const taken = await run(SCRIPTS.takeDue, [recordKey(key), index('due')], [key, String(forMs), ...WHOLE_RECORD])
      return taken === null ? null : eventRecord(key, taken)
    },
    removeQuarantined: (key) => changed(SCRIPTS.removeQuarantined, keptKeys(key), [key]),
    dismiss: (key) => changed(SCRIPTS.dismiss, [recordKey(key), index('failed'), index('done'), index('due')], [key]),
    async forget({ orderId }) {
      let forgotten = 0
      for await (const found of search.find(nameOf('orderId', orderId))) {
        const keys = found.map(({ key }) => key)
        const lists = [index('quarantined'), index('replay_requested'), index('due')]
        const args = [storedText(orderId), ...keys]
        forgotten += Number(await run(SCRIPTS.forget, [...lists, ...keys.map(recordKey)], args))
      }
      return forgotten
    },
    prune,

    async readNote(name) {
      const value = await sendCommand('GET', noteKey(name))
      return value === null || value === undefined ? null : String(value)
    },
    async writeNote(name, value) {
      await (value === null ? sendCommand('DEL', noteKey(name)) : sendCommand('SET', noteKey(name), storedText(value)))
    },
    lock: (name, token, forMs) => changed(SCRIPTS.lock, [lockKey(name)], [token, String(forMs)]),
    unlock: (name, token) => changed(SCRIPTS.unlock, [lockKey(name)], [token]),

    close() {
      timer.stop()
      batches.flush()
    },
  }
  return store
}
