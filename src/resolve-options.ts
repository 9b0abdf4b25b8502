/** Checks the options of a receiver and applies every default, once, when the receiver is made. */
import { didYouMean } from './lib/did-you-mean.js'
import { ConfigurationError } from './errors.js'
import type { WebhookEvent } from './event.js'
import { isForAnyProvider } from './lib/for-any-provider.js'
import { isDurable } from './lib/is-durable.js'
import { MAX_TIMER_MS } from './lib/clock.js'
import type { Handler, ResolvedOptions, WebhookOptions } from './options.js'
import type { Provider } from './provider.js'
import { rejectUnknown } from './lib/reject-unknown.js'
import type { Store } from './store.js'

/** Time limit of one call to the store, whatever its client's settings, and the time to wait for a busy event. */
const STORE_TIMEOUT_MS = 2000
const BUSY_WAIT_MS = 2000

const DAY = 24 * 60 * 60 * 1000

/** Names of the options in `WebhookOptions`. */
export const OPTION_NAMES = [
  'on',
  'store',
  'queue',
  'mode',
  'limit',
  'timeoutMs',
  'leaseMs',
  'retainMs',
  'requestIdHeader',
  'onUnhandled',
  'onError',
  'onOutcome',
]

/**
 * Checks options and applies defaults.
 *
 * @throws ConfigurationError `CONFIG_OPTION_UNKNOWN`, `CONFIG_OPTION_INVALID`, `CONFIG_EVENT_UNKNOWN`
 */
export function resolveOptions<Event extends WebhookEvent, Tx>(
  provider: Provider<Event>,
  options: WebhookOptions<Event, Tx>,
): ResolvedOptions {
  checkProvider(provider)
  rejectUnknown('webhook options', options, OPTION_NAMES)
  const { onUnhandled, onError, onOutcome } = options
  const resolved = {
    on: handlerMap(provider, options.on),
    store: options.store as Store<unknown>,
    queue: options.queue,
    mode: options.mode ?? ('handle' as const),
    limit: bytes(options.limit ?? '100kb'),
    ...times(provider, options.timeoutMs),
    leaseMs: options.leaseMs ?? 60_000,
    retainMs: options.retainMs ?? 30 * DAY,
    requestIdHeader: requestIdHeader(options.requestIdHeader),
    onUnhandled: onUnhandled as ResolvedOptions['onUnhandled'],
    onError,
    onOutcome,
  }
  if (!isStore(resolved.store)) invalid('store', 'a store, for example memoryStore()')
  // An event that a worker fails to handle has to be kept in the store in the end.
  if (resolved.queue !== undefined && !isDurable(resolved.store)) invalid('store', 'durable to be used with a queue')
  if (resolved.mode !== 'handle' && resolved.mode !== 'observe') invalid('mode', "'handle' or 'observe'")
  atLeast('timeoutMs', resolved.timeoutMs, 100)
  atMost('timeoutMs', resolved.timeoutMs, Math.floor(MAX_TIMER_MS / 2), ': half of the longest leaseMs')
  atLeast('leaseMs', resolved.leaseMs, 2 * resolved.timeoutMs, ': twice timeoutMs, so that a claim can be renewed')
  atMost('leaseMs', resolved.leaseMs, MAX_TIMER_MS, ' (24 days): a longer timer fires at once')
  atLeast('retainMs', resolved.retainMs, 7 * DAY, ' (7 days): senders deliver again for a week')
  // A hundred years: stores write times with a fixed number of digits, and could not read a later time back.
  atMost('retainMs', resolved.retainMs, 36_500 * DAY, '')
  for (const [name, value] of Object.entries({ onUnhandled, onError, onOutcome })) {
    if (value !== undefined && typeof value !== 'function') invalid(name, 'a function')
  }
  return resolved
}

function checkProvider(provider: Provider): void {
  if (isObject(provider) && typeof provider.interpret === 'function') return
  invalid('provider', 'a provider, for example coinsPh({ token })')
}

/** If a misspelt handler were ignored, its payments would be acknowledged and forgotten. */
function handlerMap(provider: Provider, on: object): ResolvedOptions['on'] {
  if (!isObject(on) || on instanceof Map)
    invalid('on', "an object of handlers, for example { 'payment.confirmed': (event) => {} }")
  const handlers = new Map<string, Handler<WebhookEvent, unknown>>()
  for (const type of namesIn(on)) {
    const handler = (on as Readonly<Record<string, unknown>>)[type]
    if (!provider.types.includes(type)) {
      if (isForAnyProvider(handler)) continue
      throw new ConfigurationError(
        'CONFIG_EVENT_UNKNOWN',
        `on: ${provider.name} never emits ${JSON.stringify(type)}.${didYouMean(type, provider.types)} Use onUnhandled for events without their own type.`,
      )
    }
    if (typeof handler !== 'function') invalid(`on[${JSON.stringify(type)}]`, 'a function')
    handlers.set(type, handler.bind(on) as Handler<WebhookEvent, unknown>)
  }
  return handlers
}

/** All keys of a plain object. Of a class instance only names with a dot, because other names are its own fields and methods. */
function namesIn(on: object): ReadonlySet<string> {
  const names = new Set(Object.getPrototypeOf(on) === Object.prototype ? Object.keys(on) : [])
  for (let from: unknown = on; isObject(from); from = Object.getPrototypeOf(from)) {
    for (const name of Object.getOwnPropertyNames(from)) if (name.includes('.')) names.add(name)
  }
  return names
}

/** Time, in milliseconds, that the answer needs to reach the sender before the sender stops waiting. */
const ON_THE_WAY_MS = 500

/** If a sender waits for less time than usual, the store and other processes get less time as well. */
function times({ patienceMs }: Provider, wanted = 4000) {
  const timeoutMs = Math.min(wanted, (patienceMs ?? Infinity) - ON_THE_WAY_MS)
  const rest = Math.max(timeoutMs - ON_THE_WAY_MS, timeoutMs / 2)
  return {
    timeoutMs,
    // Only the sender's time limit shortens this one: a shop with a short `timeoutMs` may still have a slow database.
    storeTimeoutMs: patienceMs === null ? STORE_TIMEOUT_MS : Math.min(STORE_TIMEOUT_MS, rest),
    busyWaitMs: Math.min(BUSY_WAIT_MS, rest),
  }
}

function requestIdHeader(name: unknown = 'x-request-id'): string | null {
  if (name === null) return null
  if (typeof name !== 'string' || !/^[\w!#$%&'*+.^`|~-]+$/.test(name))
    invalid('requestIdHeader', 'a header name, or null')
  return name.toLowerCase()
}

const UNITS = { b: 1, kb: 1024, mb: 1024 * 1024 }

function bytes(limit: number | string): number {
  const match = /^(\d+(?:\.\d+)?)(b|kb|mb)?$/i.exec(String(limit))
  const size =
    match === null ? Number.NaN : Number(match[1]) * UNITS[(match[2]?.toLowerCase() ?? 'b') as keyof typeof UNITS]
  if (!(size >= 1024)) invalid('limit', "a number of bytes or a text such as '100kb', at least 1kb")
  return Math.floor(size)
}

function atLeast(name: string, value: number, least: number, why = ''): void {
  if (!(Number.isSafeInteger(value) && value >= least))
    invalid(name, `a whole number of milliseconds, at least ${least}${why}`)
}

function atMost(name: string, value: number, most: number, why: string): void {
  if (value > most) invalid(name, `at most ${most} milliseconds${why}`)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isStore(store: unknown): boolean {
  const methods = ['init', 'claim', 'complete', 'release', 'extend', 'close'] as const
  return isObject(store) && methods.every((method) => typeof (store as Store)[method] === 'function')
}

function invalid(name: string, wanted: string): never {
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `webhook options: ${name} must be ${wanted}`)
}
