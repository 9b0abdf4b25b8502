/** Public keys that a provider publishes: fetched when a delivery names one that is not known. */
import type { KeyObject } from 'node:crypto'
import type { Delivery } from '../delivery.js'
import { invalidOption } from '../lib/invalid-option.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import { KeyCache, unknownKey, type FetchKey } from './key-cache.js'
import type { KeySource } from './public-key-signature.js'

/** What `fetchedKeys` takes. */
export interface FetchedKeysOptions {
  /**
   * The name of the key that a delivery says it was signed with: a serial, or an address. Throws, or answers null, for a
   * name that cannot be one of the provider's: nothing is fetched for it.
   */
  readonly name: (delivery: Delivery) => string | null
  /**
   * Fetches the key of that name; null where the provider has none, as `keyAnswer` reads it. Anything it throws is
   * answered as "later", because a provider that is away says nothing about the delivery.
   */
  readonly fetch: FetchKey<KeyObject>
  /** For how long a key is used before it is fetched again, in milliseconds. @default 24 hours */
  readonly maxAgeMs?: number | undefined
}

const DAY = 24 * 60 * 60 * 1000

/** Nobody's key has a longer name, and each may be remembered. */
const MAX_NAME_LENGTH = 512

/**
 * Answers the key that a delivery names, for `publicKeySignature`. A known key is never waited for: an old one is
 * fetched again beside the deliveries that use it. One fetch at a time for each name, and six a minute for names that
 * are not known, all together.
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
      throw unknownKey('cannot be one of the provider')
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
