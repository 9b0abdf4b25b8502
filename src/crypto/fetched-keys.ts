/** Public keys that a provider publishes. A key is fetched when a delivery names one that is not cached. */
import type { KeyObject } from 'node:crypto'
import type { Delivery } from '../delivery.js'
import { invalidOption } from '../lib/invalid-option.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { KeyCache, unknownKey, type FetchKey } from './key-cache.js'
import type { KeySource } from './public-key-signature.js'

/** Options of `fetchedKeys`. */
export interface FetchedKeysOptions {
  /**
   * Returns the name of the key with which a delivery claims to be signed: a serial, or a URL. Throws or returns null
   * for a name that cannot belong to the provider. No key is fetched then.
   */
  readonly name: (delivery: Delivery) => string | null
  /**
   * Fetches the key with that name; null if the provider does not have it, as `keyAnswer` returns it. If it throws, the
   * answer is "later", because an unreachable provider proves nothing about the delivery.
   */
  readonly fetch: FetchKey<KeyObject>
  /** How long a key is used before it is fetched again, in milliseconds. @default 24 hours */
  readonly maxAgeMs?: number | undefined
}

const DAY = 24 * 60 * 60 * 1000

/** No provider's key has a longer name, and unknown names are remembered. */
const MAX_NAME_LENGTH = 512

/**
 * Returns the key that a delivery names, for `publicKeySignature`. Deliveries with a known key never wait: an old key
 * is fetched again in the background. There is one fetch at a time for each name, and a total of six a minute for
 * unknown names.
 *
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`, `CONFIG_OPTION_UNKNOWN`
 * @example
 * ```ts
 * import { createPublicKey } from 'node:crypto'
 * import { fetchedKeys, keyAnswer } from 'express-payment-webhooks/keys'
 *
 * const keys = fetchedKeys({
 *   name: ({ headers }) => (typeof headers['x-acme-key'] === 'string' ? headers['x-acme-key'] : null),
 *   async fetch(serial, { signal }) {
 *     const pem = await keyAnswer(await fetch(`https://api.acme.example/keys/${encodeURIComponent(serial)}`, { signal }))
 *     return pem === null ? null : createPublicKey(pem)
 *   },
 * })
 * ```
 */
export function fetchedKeys(options: FetchedKeysOptions): KeySource {
  rejectUnknown('fetchedKeys', options, ['name', 'fetch', 'maxAgeMs'])
  const { name: nameOf, fetch } = options
  for (const [option, value] of Object.entries({ name: nameOf, fetch })) {
    if (typeof value !== 'function') invalidOption('fetchedKeys', `${option} must be a function`)
  }
  const cache = new KeyCache(fetch, checkedAge('fetchedKeys', options.maxAgeMs))
  return (delivery) => {
    const name = nameOf(delivery)
    if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_LENGTH) {
      throw unknownKey('cannot belong to the provider')
    }
    const known = cache.known(name)
    return known === undefined ? cache.get(name).then((key) => [key]) : [known]
  }
}

/** @throws ConfigurationError `CONFIG_OPTION_INVALID` */
export function checkedAge(where: string, maxAgeMs = DAY): number {
  if (Number.isSafeInteger(maxAgeMs) && maxAgeMs > 0) return maxAgeMs
  return invalidOption(where, 'maxAgeMs must be whole milliseconds above zero')
}
