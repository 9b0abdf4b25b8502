/** Checks that the durable stores share. */
import { ConfigurationError } from '../../errors.js'
import type { EventState } from '../../store.js'

export const STATES: readonly EventState[] = ['processing', 'done', 'failed', 'quarantined', 'replay_requested']

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

/** @throws Error if the key already belongs to an event, so that no delivery is acknowledged that was not kept */
export function requireKept(isKept: boolean, key: string): void {
  if (!isKept) throw new Error(`quarantine: nothing was kept, because ${key} is the key of an event`)
}

/** Table names become part of statements, so only plain names are accepted. */
export function tableName(where: string, table: string, pattern: RegExp, wanted: string): string {
  if (typeof table === 'string' && pattern.test(table)) return table
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `${where}: table must be ${wanted}`)
}

const MOST_COUNTED = 100_000

/** @throws TypeError for anything but a whole number from 1 to `MOST_COUNTED` */
export function countLimit(upTo = 10_000): number {
  if (Number.isInteger(upTo) && upTo >= 1 && upTo <= MOST_COUNTED) return upTo
  throw new TypeError(`countEvents: upTo must be a whole number from 1 to ${MOST_COUNTED}`)
}
