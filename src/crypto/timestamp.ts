/** Time stamps that a signature covers, and how far they may be off. */
import type { Delivery } from '../delivery.js'
import { DeliveryError } from '../errors.js'
import { invalidOption } from '../lib/invalid-option.js'
import { headerName, headerValues, singleHeader } from './header.js'

/** Where a time stamp stands, and how far it may be off. */
export interface TimestampOptions {
  /** A header of its own. */
  readonly header?: string
  /** Or, in front of its digits, the text of an entry of the signature's header, for example `t=`. */
  readonly entry?: string
  /** @default 's' */
  readonly unit?: 's' | 'ms'
  /** How old it may be, in seconds; null where the provider's retries repeat it. */
  readonly toleranceSeconds: number | null
  /** How far ahead of this clock it may be, in seconds. @default `toleranceSeconds` */
  readonly aheadSeconds?: number | null
}

/** One number of digits alone, so that no other split of the signed text is another time. Enough until the year 2286. */
const DIGITS = { s: /^\d{10}$/, ms: /^\d{13}$/ }

const NONE = {
  read: () => '',
  peek: () => '',
  make: () => '',
  write: (_time: string, header: string, signature: string) => ({ [header]: signature }),
}

/** @param header that of the signature */
export function timestampIn(
  options: TimestampOptions | undefined,
  header: string,
  separator: string | undefined,
): {
  /** The digits, of which there must be one set. */
  read(delivery: Delivery, entries: readonly string[]): string
  /** The digits as far as they are there, for explanations. */
  peek(delivery: Delivery): string
  make(now: number): string
  /** The headers of a signed delivery. */
  write(time: string, header: string, signature: string): Record<string, string>
} {
  if (options === undefined) return NONE
  const { unit = 's', entry } = options
  checkOptions(options, separator)
  const make = (now: number) => String(unit === 's' ? Math.floor(now / 1000) : Math.floor(now))
  const checked = (digits: string): string => {
    if (DIGITS[unit].test(digits)) return digits
    throw new DeliveryError(
      'AUTH_TIMESTAMP_MALFORMED',
      `the time stamp is not a Unix time in ${unit === 's' ? 'seconds' : 'milliseconds'}`,
    )
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
      const [digits = '', ...others] = inEntries(entries)
      if (others.length === 0) return checked(digits)
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
  const age = Math.floor(now / 1000) - Math.floor(Number(time) / (unit === 's' ? 1 : 1000))
  const allowed = age >= 0 ? toleranceSeconds : aheadSeconds
  if (allowed === null || Math.abs(age) <= allowed) return
  throw new DeliveryError(
    'AUTH_TIMESTAMP_STALE',
    `the time stamp is more than ${allowed} s off: replayed, or one of the two clocks is wrong`,
  )
}

function checkOptions({ header, entry, toleranceSeconds, aheadSeconds }: TimestampOptions, separator?: string): void {
  if ((header === undefined) === (entry === undefined)) {
    invalidOption('signature', 'timestamp must name either its header or its entry')
  }
  if (entry !== undefined && separator === undefined) {
    invalidOption('signature', 'timestamp.entry needs separator, which tells the entries of the header apart')
  }
  for (const seconds of [toleranceSeconds, aheadSeconds]) {
    if (seconds === null || (seconds === undefined && toleranceSeconds !== undefined)) continue
    if (!(Number.isInteger(seconds) && seconds! >= 0)) {
      invalidOption('signature', 'timestamp.toleranceSeconds must be a whole number of seconds, or null for no limit')
    }
  }
}
