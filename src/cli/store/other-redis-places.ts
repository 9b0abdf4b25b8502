/** Finds events of this package elsewhere in a Redis: under another prefix, behind a key prefix, or in another database. */
import { STATES } from '../../stores/internal/options.js'
import { printable } from '../../lib/printable.js'
import type { Clock } from '../clock.js'
import { listOf, type Elsewhere } from './elsewhere.js'
import type { SendCommand } from './open-redis.js'

/** The place of a store. Two stores never share one. */
export interface Place {
  readonly database: number
  /** The text in front of every key, which the `keyPrefix` option of ioredis adds. */
  readonly keyPrefix: string
  /** The `prefix` option of `redisStore`. */
  readonly prefix: string
}

export const DEFAULT_PREFIX = 'payment-webhooks'

/** The operator waits for the result, so the search of a large Redis stops before its end. */
const SEARCH_LIMIT_MS = 5000

/** The number of keys that Redis examines for each answer. */
const SCAN_COUNT = '1000'

/** A store has few of these keys: one for each state that an event of it is in. */
const INDEX = new RegExp(`^(.*)\\{([\\w.:-]{1,100})\\}:(?:${STATES.join('|')})$`, 's')
const INDEX_GLOB = `*{*}:[${STATES.map((state) => state[0]).join('')}]*`

/** Searches every database of a Redis, and selects the store's database again at the end. */
export function otherRedisPlaces(send: SendCommand, here: Place, clock: Clock): Elsewhere {
  return async () => {
    const places = new Map<string, Place>()
    let selected = here.database
    const select = async (database: number) => {
      if (database !== selected) await send('SELECT', String(database))
      selected = database
    }
    const add = (place: Place) => void places.set(nameOf(place), place)
    const isComplete = await search(send, select, clock, add).catch(() => undefined)
    await select(here.database)
    if (places.size > 0)
      return { found: `This Redis holds events of this package elsewhere:\n${listed([...places.values()], here)}` }
    if (isComplete === undefined)
      return {
        doubt: 'This Redis could not be searched for other places: let this user run INFO, SELECT, SCAN and TYPE',
      }
    return isComplete ? {} : { doubt: 'Not all of this Redis was searched for other places' }
  }
}

/** Resolves with false if the time was up before the end. */
async function search(
  send: SendCommand,
  select: (database: number) => Promise<void>,
  clock: Clock,
  add: (place: Place) => void,
): Promise<boolean> {
  const giveUpAt = clock.now() + SEARCH_LIMIT_MS
  let isComplete = true
  for (const database of await databases(send)) {
    await select(database)
    let cursor = '0'
    do {
      const reply = await send('SCAN', cursor, 'MATCH', INDEX_GLOB, 'COUNT', SCAN_COUNT)
      const [next, keys] = reply as [unknown, unknown[]]
      for (const key of keys.map(String)) {
        const [, keyPrefix, prefix] = INDEX.exec(key) ?? []
        if (keyPrefix === undefined || prefix === undefined) continue
        if (String(await send('TYPE', key)) === 'zset') add({ database, keyPrefix, prefix })
      }
      cursor = String(next)
    } while (cursor !== '0' && clock.now() < giveUpAt)
    isComplete &&= cursor === '0'
  }
  return isComplete
}

/** The databases that contain any key. */
async function databases(send: SendCommand): Promise<readonly number[]> {
  const keyspace = String(await send('INFO', 'keyspace'))
  return [...keyspace.matchAll(/^db(\d+):/gm)].map(([, number]) => Number(number))
}

/** Places with the same prefix come first: one of them is most likely the right one. */
function listed(places: readonly Place[], here: Place): string {
  const likely = places.filter(({ prefix }) => prefix === here.prefix)
  const others = places.filter(({ prefix }) => prefix !== here.prefix)
  return listOf([...likely, ...others].map((place) => `${nameOf(place)}: ${optionsFor(place, here)}`))
}

export function nameOf({ database, keyPrefix, prefix }: Place): string {
  return `${printable(keyPrefix)}{${prefix}}${database === 0 ? '' : ` in database ${database}`}`
}

function optionsFor({ database, keyPrefix, prefix }: Place, here: Place): string {
  const options = [
    ...(prefix === DEFAULT_PREFIX ? [] : [`--prefix ${prefix}`]),
    ...(keyPrefix === '' ? [] : [`--key-prefix '${printable(keyPrefix)}'`]),
    ...(database === here.database ? [] : [`/${database} at the end of the store's URL`]),
  ]
  return options.length === 0 ? 'leave out --prefix and --key-prefix' : `pass ${options.join(' and ')}`
}
