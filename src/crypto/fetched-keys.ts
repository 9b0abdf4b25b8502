/** Public keys that a provider publishes: fetched when a delivery names one that is not known, kept, and bounded. */
import type { KeyObject } from 'node:crypto'
import type { Delivery } from '../delivery.js'
import { DeliveryError } from '../errors.js'
import { clock } from '../lib/clock.js'
import { invalidOption } from '../lib/invalid-option.js'
import { RateLimit } from '../lib/rate-limit.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { isDeliveryError } from '../lib/thrown.js'
import { withinTime } from '../lib/within-time.js'
import { unknownKey, type KeySource } from './public-key-signature.js'

/** What `fetchedKeys` takes. */
export interface FetchedKeysOptions {
  /**
   * The name of the key that a delivery says it was signed with: a serial, or an address. Throws, or answers null, for a
   * name that cannot be one of the provider's: nothing is fetched for it.
   */
  readonly name: (delivery: Delivery) => string | null
  /**
   * Fetches the key of that name; null where the provider has none. Anything it throws is answered as "later", because a
   * provider that is away says nothing about the delivery.
   */
  readonly fetch: (name: string, context: { readonly signal: AbortSignal }) => Promise<KeyObject | null>
  /** For how long a key is used before it is fetched again, in milliseconds. @default 24 hours */
  readonly maxAgeMs?: number
}

const DAY = 24 * 60 * 60 * 1000

/** A provider has two keys while it changes them. */
const MAX_KEYS = 32

/** Strangers may name any key: unknown names share these fetches, and each is remembered as unknown for a while. */
const FETCHES_PER_MINUTE = 6
const UNKNOWN_MS = 60_000
const MAX_UNKNOWN = 1000

const FETCH_TIMEOUT_MS = 3000

interface Kept {
  readonly key: KeyObject
  readonly fetchedAt: number
}

/**
 * Answers the key that a delivery names, for `publicKeySignature`. A known key is never waited for: an old one is
 * fetched again beside the deliveries that use it. One fetch at a time for each name.
 *
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`, `CONFIG_OPTION_UNKNOWN`
 * @example
 * ```ts
 * import { createPublicKey } from 'node:crypto'
 * import { fetchedKeys } from 'express-payment-webhooks/keys'
 *
 * const keys = fetchedKeys({
 *   name: ({ headers }) => (typeof headers['x-acme-key'] === 'string' ? headers['x-acme-key'] : null),
 *   fetch: async (serial, { signal }) => {
 *     const answer = await fetch(`https://api.acme.example/keys/${encodeURIComponent(serial)}`, { signal })
 *     if (answer.status === 404) return null
 *     if (!answer.ok) throw new Error(`the key service answered ${answer.status}`)
 *     return createPublicKey(await answer.text())
 *   },
 * })
 * ```
 */
export function fetchedKeys(options: FetchedKeysOptions): KeySource {
  rejectUnknown('fetchedKeys', options, ['name', 'fetch', 'maxAgeMs'])
  const { name: nameOf, fetch, maxAgeMs = DAY } = options
  for (const [option, value] of Object.entries({ name: nameOf, fetch })) {
    if (typeof value !== 'function') invalidOption('fetchedKeys', `${option} must be a function`)
  }
  if (!(Number.isSafeInteger(maxAgeMs) && maxAgeMs > 0)) {
    invalidOption('fetchedKeys', 'maxAgeMs must be whole milliseconds above zero')
  }
  const kept = new Map<string, Kept>()
  const unknown = new Map<string, number>()
  const fetching = new Map<string, Promise<KeyObject | null>>()
  const limit = new RateLimit(FETCHES_PER_MINUTE)

  const fetchOnce = (name: string): Promise<KeyObject | null> => {
    const running = fetching.get(name)
    if (running !== undefined) return running
    const begun = fetchKey(fetch, name).finally(() => fetching.delete(name))
    fetching.set(name, begun)
    return begun.then((key) => {
      if (key === null) remember(unknown, MAX_UNKNOWN, name, clock.monotonic())
      else remember(kept, MAX_KEYS, name, { key, fetchedAt: clock.monotonic() })
      return key
    })
  }

  return (delivery) => {
    const name = nameOf(delivery)
    if (name === null) unknownKey('cannot be one of the provider')
    const known = kept.get(name)
    if (known !== undefined) {
      // Its successor is fetched beside the delivery, and a failure leaves the old one in use.
      if (clock.monotonic() - known.fetchedAt > maxAgeMs) fetchOnce(name).catch(() => {})
      return [known.key]
    }
    const refusedAt = unknown.get(name)
    if (refusedAt !== undefined && clock.monotonic() - refusedAt < UNKNOWN_MS) unknownKey('the provider does not have')
    if (!fetching.has(name) && limit.take() === null) {
      throw new DeliveryError(
        'AUTH_UNDECIDED',
        `more than ${FETCHES_PER_MINUTE} unknown keys were named within a minute`,
      )
    }
    return fetchOnce(name).then((key) => [key ?? unknownKey('the provider does not have')])
  }
}

async function fetchKey(fetch: FetchedKeysOptions['fetch'], name: string): Promise<KeyObject | null> {
  const abort = new AbortController()
  try {
    return await withinTime(fetch(name, { signal: abort.signal }), FETCH_TIMEOUT_MS, () => {
      abort.abort()
      return new DeliveryError('AUTH_UNDECIDED', `the key did not come within ${FETCH_TIMEOUT_MS} ms`)
    })
  } catch (cause) {
    if (isDeliveryError(cause)) throw cause
    throw new DeliveryError('AUTH_UNDECIDED', 'the key that the delivery names could not be fetched', { cause })
  }
}

/** The oldest makes room. */
function remember<T>(map: Map<string, T>, max: number, name: string, value: T): void {
  map.delete(name)
  map.set(name, value)
  if (map.size > max) map.delete(map.keys().next().value!)
}
