/** Checks that the durable stores share. */
import { ConfigurationError } from '../../errors.js'
import type { EventQuery, EventState } from '../../store.js'

export const STATES: readonly EventState[] = ['processing', 'done', 'failed', 'quarantined', 'replay_requested']
const MAX_LIMIT = 1000

/** @throws ConfigurationError `CONFIG_OPTION_INVALID` */
export function requireMethods(where: string, what: string, object: object, methods: readonly string[]): void {
  const missing = methods.filter((method) => typeof (object as Record<string, unknown> | null)?.[method] !== 'function')
  if (missing.length === 0) return
  throw new ConfigurationError(
    'CONFIG_OPTION_INVALID',
    `${where}: ${what} must have ${missing.map((method) => `${method}()`).join(' and ')}`,
  )
}

const DAY = 24 * 60 * 60 * 1000

/** @throws ConfigurationError `CONFIG_OPTION_INVALID` */
export function keepForOption(where: string, keepForMs: number | undefined): number | undefined {
  if (keepForMs === undefined || (Number.isSafeInteger(keepForMs) && keepForMs >= DAY)) return keepForMs
  throw new ConfigurationError(
    'CONFIG_OPTION_INVALID',
    `${where}: keepForMs must be a whole number of milliseconds, at least ${DAY} (a day): until then, what failed is run again`,
  )
}

/** @throws Error where a delivery met an event under its key, so that nobody acknowledges what was not kept */
export function requireKept(isKept: boolean, key: string): void {
  if (!isKept) throw new Error(`quarantine: nothing was kept, because ${key} is the key of an event`)
}

/** Table names become part of statements, so only plain ones are taken. */
export function tableName(where: string, table: string, pattern: RegExp, wanted: string): string {
  if (typeof table === 'string' && pattern.test(table)) return table
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `${where}: table must be ${wanted}`)
}

/** @throws TypeError for a state or a limit that does not exist */
export function eventQuery({ state, orderId, due, limit = 100, before }: EventQuery): {
  state: EventState | undefined
  orderId: string | undefined
  due: true | undefined
  limit: number
  before: { at: number; key: string } | undefined
} {
  if (state !== undefined && !STATES.includes(state))
    throw new TypeError(`listEvents: state must be one of ${STATES.join(', ')}`)
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw new TypeError(`listEvents: limit must be a whole number from 1 to ${MAX_LIMIT}`)
  if (before === undefined) return { state, orderId, due, limit, before }
  const at = Date.parse(before.createdAt)
  if (Number.isNaN(at)) throw new TypeError('listEvents: before must be a record that listEvents answered')
  return { state, orderId, due, limit, before: { at, key: before.key } }
}
