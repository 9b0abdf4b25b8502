/**
 * Keys that a provider publishes, by the name in deliveries. They are fetched and cached with limits, because strangers
 * may name any key.
 */
import { DeliveryError } from '../errors.js'
import { clock } from '../lib/clock.js'
import { RateLimit } from '../lib/rate-limit.js'
import { isDeliveryError } from '../lib/thrown.js'
import { withinTime } from '../lib/within-time.js'

/** Fetches the key with a name; null if the provider does not have it. If it throws, nothing is known about the key. */
export type FetchKey<Key> = (name: string, context: { readonly signal: AbortSignal }) => Promise<Key | null>

/** A provider has two keys during a change. */
const MAX_KEYS = 32

/** Strangers may name any key. All unknown names share these fetches, and each is remembered as unknown for a minute. */
const FETCHES_PER_MINUTE = 6
const UNKNOWN_MS = 60_000
const MAX_UNKNOWN = 1000

const FETCH_TIMEOUT_MS = 3000

/** If a key could not be fetched again, the old one is used for this long before the next attempt. */
const RETRY_MS = 60_000

interface Kept<Key> {
  readonly key: Key
  /** When the key is fetched again, in the background. */
  refreshAt: number
}

export class KeyCache<Key> {
  readonly #fetch: FetchKey<Key>
  readonly #maxAgeMs: number
  readonly #kept = new Map<string, Kept<Key>>()
  /** When the provider answered that it has no such key. */
  readonly #unknown = new Map<string, number>()
  readonly #fetching = new Map<string, Promise<Key | null>>()
  readonly #limit = new RateLimit(FETCHES_PER_MINUTE)

  constructor(fetch: FetchKey<Key>, maxAgeMs: number) {
    this.#fetch = fetch
    this.#maxAgeMs = maxAgeMs
  }

  /** Returns a cached key. An old key is fetched again in the background. */
  known(name: string): Key | undefined {
    const kept = this.#kept.get(name)
    if (kept !== undefined && clock.monotonic() >= kept.refreshAt) {
      kept.refreshAt = clock.monotonic() + RETRY_MS
      this.#fetchOnce(name).catch(() => {})
    }
    return kept?.key
  }

  /**
   * Fetches a key that is not cached, once for all waiting deliveries.
   *
   * @throws DeliveryError `AUTH_KEY_UNKNOWN`, `AUTH_UNDECIDED`
   */
  async get(name: string): Promise<Key> {
    const refusedAt = this.#unknown.get(name)
    if (refusedAt !== undefined && clock.monotonic() - refusedAt < UNKNOWN_MS) throw unknownKey()
    if (!this.#fetching.has(name) && this.#limit.take() === null) {
      throw undecided(`more than ${FETCHES_PER_MINUTE} unknown keys were named within a minute`)
    }
    const key = await this.#fetchOnce(name)
    if (key === null) throw unknownKey()
    return key
  }

  /** Makes the next delivery fetch the key again. */
  forget(name: string): void {
    this.#kept.delete(name)
  }

  #fetchOnce(name: string): Promise<Key | null> {
    const running = this.#fetching.get(name)
    if (running !== undefined) return running
    const begun = this.#fetchNow(name).finally(() => this.#fetching.delete(name))
    this.#fetching.set(name, begun)
    return begun
  }

  async #fetchNow(name: string): Promise<Key | null> {
    const abort = new AbortController()
    try {
      const key = await withinTime(this.#fetch(name, { signal: abort.signal }), FETCH_TIMEOUT_MS, () => {
        abort.abort()
        return undecided(`the key was not received within ${FETCH_TIMEOUT_MS} ms`)
      })
      this.#learn(name, key)
      return key
    } catch (cause) {
      throw isDeliveryError(cause) ? cause : undecided('the key that the delivery names could not be fetched', cause)
    }
  }

  #learn(name: string, key: Key | null): void {
    const now = clock.monotonic()
    if (key !== null) remember(this.#kept, MAX_KEYS, name, { key, refreshAt: now + this.#maxAgeMs })
    // If a cached key does not exist any more, it is fetched once more before a delivery is refused for it.
    else if (!this.#kept.delete(name)) remember(this.#unknown, MAX_UNKNOWN, name, now)
  }
}

/** When the limit is reached, the oldest entry is dropped. */
function remember<T>(map: Map<string, T>, max: number, name: string, value: T): void {
  map.delete(name)
  map.set(name, value)
  if (map.size > max) map.delete(map.keys().next().value!)
}

function undecided(message: string, cause?: unknown): DeliveryError {
  return new DeliveryError('AUTH_UNDECIDED', message, { cause })
}

export function unknownKey(why = 'the provider does not have'): DeliveryError {
  return new DeliveryError('AUTH_KEY_UNKNOWN', `the delivery names a key that ${why}`)
}
