/** Timestamps that a signature covers, and their tolerance. */
import type { Delivery } from '../delivery.js'
import { DeliveryError } from '../errors.js'
import { invalidOption } from '../lib/invalid-option.js'
import { headerName, headerValues, singleHeader } from './header.js'

/** Place of a timestamp, and its tolerance. */
export interface TimestampOptions {
  /** The header of the timestamp, if it has its own. */
  readonly header?: string | undefined
  /** Otherwise, the text before the timestamp in an entry of the signature's header, for example `t=`. */
  readonly entry?: string | undefined
  /** Format: seconds or milliseconds since 1970, or ISO 8601 in UTC. @default 's' */
  readonly unit?: 's' | 'ms' | 'iso' | undefined
  /**
   * Maximum age in seconds, if the provider signs each retry anew. null if its retries repeat the first timestamp: with a
   * limit, every delivery is refused once it has failed for that long.
   */
  readonly toleranceSeconds: number | null
  /** How far the timestamp may be ahead of this clock, in seconds. @default `toleranceSeconds` */
  readonly aheadSeconds?: number | null | undefined
}

interface Unit {
  readonly what: string
  /** Milliseconds since 1970; NaN if the text is not a timestamp. */
  readonly read: (text: string) => number
  readonly make: (now: number) => string
}

/** A fixed number of digits, so that the signed text cannot be split into another time. Valid until the year 2286. */
const UNITS: Readonly<Record<NonNullable<TimestampOptions['unit']>, Unit>> = {
  s: {
    what: 'a Unix time in seconds',
    read: (text) => (/^\d{10}$/.test(text) ? Number(text) * 1000 : Number.NaN),
    make: (now) => String(Math.floor(now / 1000)),
  },
  ms: {
    what: 'a Unix time in milliseconds',
    read: (text) => (/^\d{13}$/.test(text) ? Number(text) : Number.NaN),
    make: (now) => String(Math.floor(now)),
  },
  iso: {
    what: 'a time in ISO 8601 and UTC, such as 2025-03-04T10:15:24Z',
    read: (text) => (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(text) ? Date.parse(text) : Number.NaN),
    make: (now) => `${new Date(now).toISOString().slice(0, 19)}Z`,
  },
}

const NONE = {
  read: () => '',
  peek: () => '',
  make: () => '',
  write: (_time: string, header: string, signature: string) => ({ [header]: signature }),
}

/** @param header the header of the signature */
export function timestampIn(
  options: TimestampOptions | undefined,
  header: string,
  separator: string | undefined,
): {
  /** The text of the timestamp. There must be exactly one. */
  read(delivery: Delivery, entries: readonly string[]): string
  /** The text of the timestamp, or an empty string if there is none. For explanations. */
  peek(delivery: Delivery): string
  make(now: number): string
  /** The headers of a signed delivery. */
  write(time: string, header: string, signature: string): Record<string, string>
} {
  if (options === undefined) return NONE
  checkOptions(options, separator)
  const { unit = 's', entry } = options
  const { what, read, make } = UNITS[unit]
  const checked = (text: string): string => {
    if (!Number.isNaN(read(text))) return text
    throw new DeliveryError('AUTH_TIMESTAMP_MALFORMED', `the time stamp is not ${what}`)
  }
  if (entry === undefined) {
    const own = headerName(options.header!)
    return {
      read: (delivery) => checked(singleHeader(delivery, own)),
      peek: (delivery) => headerValues(delivery, own)[0] ?? '',
      make,
      write: (time, name, signature) => ({ [own]: time, [name]: signature }),
    }
  }
  const inEntries = (entries: readonly string[]) =>
    entries.filter((one) => one.startsWith(entry)).map((one) => one.slice(entry.length))
  return {
    read(_delivery, entries) {
      const [text = '', ...others] = inEntries(entries)
      if (others.length === 0) return checked(text)
      throw new DeliveryError('AUTH_TIMESTAMP_MALFORMED', `the ${header} header has more than one time stamp`)
    },
    peek: (delivery) => inEntries(headerValues(delivery, header).flatMap((value) => value.split(separator!)))[0] ?? '',
    make,
    write: (time, name, signature) => ({ [name]: `${entry}${time}${separator}${signature}` }),
  }
}

/** @throws DeliveryError `AUTH_TIMESTAMP_STALE` */
export function checkWindow(
  { unit = 's', toleranceSeconds, aheadSeconds = toleranceSeconds }: TimestampOptions,
  time: string,
  now: number,
): void {
  const age = Math.floor(now / 1000) - Math.floor(UNITS[unit].read(time) / 1000)
  const allowed = age >= 0 ? toleranceSeconds : aheadSeconds
  if (allowed === null || Math.abs(age) <= allowed) return
  throw new DeliveryError(
    'AUTH_TIMESTAMP_STALE',
    age < 0
      ? `the time stamp is ${-age} s ahead, and at most ${allowed} s are allowed: one of the two clocks is wrong`
      : `the time stamp is ${age} s old, and at most ${allowed} s are allowed: an old delivery was sent again, the sender's retries repeat the first time stamp, or one of the two clocks is wrong`,
  )
}

function checkOptions(options: TimestampOptions, separator: string | undefined): void {
  const { header, entry, unit = 's', toleranceSeconds, aheadSeconds } = options
  if ((header === undefined) === (entry === undefined)) {
    invalidOption('signature', 'timestamp must name either its header or its entry')
  }
  if (entry !== undefined && separator === undefined) {
    invalidOption('signature', 'timestamp.entry requires separator, which separates the entries of the header')
  }
  if (!Object.hasOwn(UNITS, unit)) invalidOption('signature', "timestamp.unit must be 's', 'ms' or 'iso'")
  for (const [name, seconds] of Object.entries({ toleranceSeconds, aheadSeconds })) {
    if (seconds === null || (name === 'aheadSeconds' && seconds === undefined)) continue
    if (!(Number.isInteger(seconds) && seconds! >= 0)) {
      invalidOption('signature', `timestamp.${name} must be a whole number of seconds, or null for no limit`)
    }
  }
}
