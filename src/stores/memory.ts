/**
 * Keeps events in the memory of one process: for development, tests, and shops whose provider's retries end before a
 * restart.
 */
import { ConfigurationError } from '../errors.js'
import { clock } from '../lib/clock.js'
import { rejectUnknown } from '../lib/reject-unknown.js'
import type { ClaimRequest, ClaimResult, Store } from '../store.js'

export type { Store } from '../store.js'

/** An event that is being handled, or whose last handling failed. */
interface Open {
  readonly contentHash: string
  /** Empty while no claim holds the event. */
  token: string
  attempt: number
  /** End of the lease, in milliseconds since 1970. */
  until: number
  leaseMs: number
  /** Time of the first attempt to take over, in milliseconds since 1970. */
  contestedAt: number | null
  readonly retainMs: number
}

/** A handled event is one short text, half the size of an object: its expiry and its content hash. */
type Done = string

type Entry = Open | Done

/** Entries looked at per claim, so that sweeping never takes longer than one claim. */
const SWEEP_STEP = 2

/**
 * Remembers events in memory. Nothing survives a restart, and processes share nothing. After a restart, an event that
 * the provider delivers again is handled again.
 *
 * @param options.maxEvents how many events are remembered; beyond that number the oldest handled ones are forgotten, with
 * one warning. Each takes about 170 bytes. Default 500000.
 * @param options.now the clock, in milliseconds. Default `Date.now`.
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { memoryStore } from 'express-payment-webhooks'
 *
 * const store = memoryStore()
 * ```
 */
export function memoryStore(
  options: { readonly maxEvents?: number | undefined; readonly now?: (() => number) | undefined } = {},
): Store {
  rejectUnknown('memoryStore', options, ['maxEvents', 'now'])
  const { maxEvents = 500_000, now = () => clock.now() } = options
  if (!Number.isSafeInteger(maxEvents) || maxEvents < 1) {
    throw new ConfigurationError('CONFIG_OPTION_INVALID', 'memoryStore: maxEvents must be a whole number, at least 1')
  }
  const entries = new Map<string, Entry>()
  const sweep = sweeper(entries, maxEvents)

  const held = (key: string, token: string): Open | undefined => {
    const entry = entries.get(key)
    return typeof entry === 'object' && entry.token === token ? entry : undefined
  }

  return {
    name: 'memory',

    init() {
      const { NODE_ENV, NODE_UNIQUE_ID, pm_id } = process.env
      // Node's cluster and PM2 set these in their workers, of which there are several.
      if (NODE_ENV === 'production' || (NODE_UNIQUE_ID ?? pm_id) !== undefined) {
        warn(
          'memoryStore() forgets every event when the process ends, and other processes do not share its events; use a durable store',
        )
      }
    },

    claim(request: ClaimRequest): ClaimResult {
      const { key, token, contentHash, leaseMs, retainMs } = request
      const time = now()
      const entry = entries.get(key)
      if (entry === undefined || (typeof entry === 'string' && endOf(entry) <= time)) {
        if (entry === undefined) sweep(time)
        const until = time + leaseMs
        entries.set(key, { contentHash, token, attempt: 1, until, leaseMs, contestedAt: null, retainMs })
        return claimed(1)
      }
      if (typeof entry === 'string') return { state: hashOf(entry) === contentHash ? 'done' : 'conflict' }
      if (entry.contentHash !== contentHash) return { state: 'conflict' }
      if (entry.token !== token) {
        if (!isFree(entry, request, time)) return { state: 'busy' }
        entry.token = token
        entry.attempt++
      }
      hold(entry, leaseMs, time)
      return claimed(entry.attempt)
    },

    complete(key, token) {
      const entry = held(key, token)
      if (entry === undefined) return false
      entries.set(key, done(now() + entry.retainMs, entry.contentHash))
      return true
    },

    release(key, token, _lastError, ending) {
      const entry = held(key, token)
      if (entry === undefined) return false
      if (ending === 'unused') entry.attempt--
      entry.token = ''
      entry.until = now()
      return true
    },

    extend(key, token, leaseMs) {
      const entry = held(key, token)
      if (entry === undefined) return false
      hold(entry, leaseMs, now())
      return true
    },

    close() {
      entries.clear()
    },
  }
}

function claimed(attempt: number): ClaimResult {
  return { state: 'claimed', attempt, acceptedForMs: null, tx: undefined }
}

function hold(entry: Open, leaseMs: number, time: number): void {
  entry.until = time + leaseMs
  entry.leaseMs = leaseMs
  entry.contestedAt = null
}

/** Marks an expired lease as contested, and tells whether it has been contested for long enough. */
function isFree(entry: Open, { contestMs }: ClaimRequest, time: number): boolean {
  if (entry.token === '') return true
  // A lease that ends later than it can last was written before the clock was set back.
  if (entry.until > time && entry.until <= time + entry.leaseMs) return false
  if (entry.contestedAt !== null && entry.contestedAt <= time) return entry.contestedAt <= time - contestMs
  entry.contestedAt = time
  return false
}

/**
 * Forgets a few expired entries at a time. When the map is full, also forgets the oldest that are not being handled.
 */
function sweeper(entries: Map<string, Entry>, maxEvents: number): (time: number) => void {
  const nextToSweep = roundAndRound(entries)
  // Uses an iterator of its own: the sweep may have reached the newest entries, which are most likely to be delivered
  // again.
  const nextOldest = roundAndRound(entries)
  let warned = false
  return (time) => {
    for (let looked = 0; looked < SWEEP_STEP; looked++) {
      const found = nextToSweep()
      if (found === undefined) return
      const [key, entry] = found
      // A failed event keeps its attempts and its content until nobody will deliver it again.
      if ((typeof entry === 'string' ? endOf(entry) : entry.until + entry.retainMs) <= time) entries.delete(key)
    }
    if (entries.size < maxEvents) return
    for (let looked = 0; looked < maxEvents && entries.size >= maxEvents; looked++) {
      const [key, entry] = nextOldest()!
      if (typeof entry === 'string' || entry.until <= time) entries.delete(key)
    }
    if (!warned) {
      warned = true
      warn(`memoryStore() holds ${maxEvents} events and forgets the oldest: use a durable store, or raise maxEvents`)
    }
  }
}

/** Keeps one iterator: a new one at every call would step over all the holes that deletions leave at the front. */
function roundAndRound(entries: Map<string, Entry>): () => [string, Entry] | undefined {
  let hand = entries.entries()
  return () => {
    let step = hand.next()
    if (step.done === true) {
      hand = entries.entries()
      step = hand.next()
    }
    return step.value
  }
}

/** Nine digits of base 36 are enough until after the year 5000. */
const TIME_DIGITS = 9

function done(until: number, contentHash: string): Done {
  // `join` makes one flat text; the + operator would keep both of its parts.
  return [Math.round(until).toString(36).padStart(TIME_DIGITS, '0'), contentHash].join('')
}

function endOf(entry: Done): number {
  return parseInt(entry.slice(0, TIME_DIGITS), 36)
}

function hashOf(entry: Done): string {
  return entry.slice(TIME_DIGITS)
}

function warn(message: string): void {
  process.emitWarning(message, 'PaymentWebhookWarning')
}
