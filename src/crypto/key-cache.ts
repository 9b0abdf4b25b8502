/** Keys that a provider publishes, by the name that deliveries give them: fetched, kept, and bounded, because strangers may name any. */
import { DeliveryError } from '../errors.js'
import { clock } from '../lib/clock.js'
import { RateLimit } from '../lib/rate-limit.js'
import { isDeliveryError } from '../lib/thrown.js'
import { withinTime } from '../lib/within-time.js'

/** Fetches the key of a name; null where the provider has none. Anything it throws says nothing about the delivery. */
export type FetchKey<Key> = (name: string, context: { readonly signal: AbortSignal }) => Promise<Key | null>

/** A provider has two keys while it changes them. */
const MAX_KEYS = 32

/** Strangers may name any key: unknown names share these fetches, and each is remembered as unknown for a while. */
const FETCHES_PER_MINUTE = 6
const UNKNOWN_MS = 60_000
const MAX_UNKNOWN = 1000

const FETCH_TIMEOUT_MS = 3000

/** How long a key that could not be fetched anew is used before that is tried again. */
const RETRY_MS = 60_000

interface Kept<Key> {
  readonly key: Key
  /** When it is fetched again, beside the deliveries that use it. */
  refreshAt: number
}

export class KeyCache<Key> {
  readonly #fetch: FetchKey<Key>
  readonly #maxAgeMs: number
  readonly #kept = new Map<string, Kept<Key>>()
  /** When the provider said that it has no such key. */
  readonly #unknown = new Map<string, number>()
  readonly #fetching = new Map<string, Promise<Key | null>>()
  readonly #limit = new RateLimit(FETCHES_PER_MINUTE)

  constructor(fetch: FetchKey<Key>, maxAgeMs: number) {
    this.#fetch = fetch
    this.#maxAgeMs = maxAgeMs
  }

  /** A key that is there already. An old one is fetched again, and nobody waits for that. */
  known(name: string): Key | undefined {
    const kept = this.#kept.get(name)
    if (kept !== undefined && clock.monotonic() >= kept.refreshAt) {
      kept.refreshAt = clock.monotonic() + RETRY_MS
      this.#fetchOnce(name).catch(() => {})
    }
    return kept?.key
  }

  /**
   * Fetches a key that is not there, once for all deliveries that wait for it.
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

  /** Has the next delivery fetch it anew. */
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
        return undecided(`the key did not come within ${FETCH_TIMEOUT_MS} ms`)
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
    // A key that was there and is not any more is asked for once again before a delivery is refused for it.
    else if (!this.#kept.delete(name)) remember(this.#unknown, MAX_UNKNOWN, name, now)
  }
}

/** The oldest makes room. */
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
