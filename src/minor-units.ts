/** Converts amounts in a currency's smallest unit, which most providers send, to exact decimals and back. */
import { ConfigurationError, DeliveryError } from './errors.js'

/**
 * Number of decimals of each currency that does not have two: ISO 4217, list one of January 2026, and codes withdrawn
 * since 2020.
 */
const NOT_TWO: Readonly<Record<string, number>> = {
  ...decimals(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...decimals(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...decimals(4, 'CLF UYW'),
}

const TWO = new Set(
  (
    'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF ' +
    'CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK ' +
    'HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR ' +
    'MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP ' +
    'SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG ' +
    'YER ZAR ZMW ZWG ZWL'
  ).split(' '),
)

/** Number of digits of the largest uint256. */
const MAX_DIGITS = 78

/** More decimals than any coin has. */
const MAX_DECIMALS = 36

/** Number of decimals: per currency, if a provider differs from ISO 4217, or of this amount, as for coins. */
export type Decimals = number | Readonly<Record<string, number>>

/**
 * Converts an amount in a currency's smallest units to an exact decimal.
 *
 * @param units a whole number from 0, as a number, a bigint or digits; at most 78 digits
 * @param currency an ISO 4217 code, in any case
 * @param exceptions currencies for which the provider's units differ from ISO 4217; or the number of decimals, which
 * coins need: 8 for satoshi, 18 for wei
 * @returns a canonical decimal, as in `Money`
 * @throws DeliveryError `PAYLOAD_INVALID` for any other number, and for a currency whose decimals are not known
 * @throws ConfigurationError `CONFIG_OPTION_INVALID` if the number of decimals is not a whole number from 0 to 36
 * @example
 * ```ts
 * import { fromMinorUnits } from 'express-payment-webhooks'
 *
 * fromMinorUnits(4990, 'EUR')                             // '49.9'
 * fromMinorUnits(500, 'JPY')                              // '500'
 * fromMinorUnits(500, 'ISK', { ISK: 2, UGX: 2, MGA: 0 })  // '5': Stripe sends these otherwise
 * fromMinorUnits('100000000000000000000', 'ETH', 18)      // '100'
 * ```
 */
export function fromMinorUnits(units: number | bigint | string, currency: string, exceptions: Decimals = {}): string {
  const places = placesOf(currency, exceptions)
  if (places === null) unreadable(`the decimals of ${shown(currency)} are not known: ${NAME_THEM}`)
  const digits = digitsOf(units)
    .replace(/^0+(?=\d)/, '')
    .padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '')
  return fraction === '' ? whole : `${whole}.${fraction}`
}

/**
 * Converts an exact amount to a currency's smallest units, for calls to a provider.
 *
 * @param amount a decimal string in plain notation, with no more decimals than the currency has, since nothing is
 * rounded
 * @param currency an ISO 4217 code, in any case
 * @param exceptions as in `fromMinorUnits`
 * @returns digits; `Number(...)` converts up to 15 of them exactly
 * @throws ConfigurationError `CONFIG_OPTION_INVALID`
 * @example
 * ```ts
 * import { toMinorUnits } from 'express-payment-webhooks'
 *
 * toMinorUnits('49.90', 'EUR')  // '4990'
 * toMinorUnits('0.5', 'ETH', 18) // '500000000000000000'
 * ```
 */
export function toMinorUnits(amount: string, currency: string, exceptions: Decimals = {}): string {
  const places = placesOf(currency, exceptions)
  if (places === null) invalid(`toMinorUnits: the decimals of ${shown(currency)} are not known: ${NAME_THEM}`)
  const [, whole, rest = ''] = (typeof amount === 'string' && /^(\d+)(?:\.(\d+))?$/.exec(amount)) || []
  if (whole === undefined)
    invalid('toMinorUnits: the amount must be a decimal string in plain notation, such as "49.90"')
  const fraction = rest.replace(/0+$/, '')
  if (fraction.length > places) {
    invalid(
      `toMinorUnits: the amount has ${fraction.length} decimals, and ${shown(currency)} has ${places}; nothing is rounded`,
    )
  }
  const digits = (whole + fraction.padEnd(places, '0')).replace(/^0+(?=\d)/, '')
  if (digits.length > MAX_DIGITS) invalid(`toMinorUnits: the amount comes to more than ${MAX_DIGITS} digits`)
  return digits
}

const NAME_THEM = 'pass the number of decimals, as in fromMinorUnits(units, currency, 18)'

function placesOf(currency: string, exceptions: Decimals): number | null {
  const code = typeof currency === 'string' ? currency.toUpperCase() : ''
  const own =
    typeof exceptions === 'number' ? exceptions : Object.hasOwn(exceptions, code) ? exceptions[code] : undefined
  if (own === undefined) return decimalsOf(code)
  if (Number.isInteger(own) && own >= 0 && own <= MAX_DECIMALS) return own
  return invalid(`minor units: the decimals of ${shown(currency)} must be a whole number from 0 to ${MAX_DECIMALS}`)
}

/**
 * Number of decimals of a currency by ISO 4217. Takes the code in upper case. Null for coins, and for anything that is
 * not a code.
 */
export function decimalsOf(currency: string): number | null {
  return NOT_TWO[currency] ?? (TWO.has(currency) ? 2 : null)
}

function digitsOf(units: unknown): string {
  if (typeof units === 'number' && !Number.isSafeInteger(units)) {
    unreadable(
      'a number of minor units must be whole and at most 9007199254740991; larger ones are written as digits or a bigint',
    )
  }
  const text = typeof units === 'string' || typeof units === 'number' || typeof units === 'bigint' ? String(units) : ''
  if (!/^\d+$/.test(text) || Object.is(units, -0))
    unreadable('minor units must be a whole number from 0, as digits, a number or a bigint')
  if (text.length > MAX_DIGITS) unreadable(`minor units must have at most ${MAX_DIGITS} digits`)
  return text
}

function decimals(places: number, codes: string): Record<string, number> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, places]))
}

/** An invalid code can be any value of any length, so the message does not quote it. */
function shown(currency: unknown): string {
  return typeof currency === 'string' && /^[\w.-]{1,32}$/.test(currency) ? currency : 'this currency'
}

function unreadable(message: string): never {
  throw new DeliveryError('PAYLOAD_INVALID', message)
}

function invalid(message: string): never {
  throw new ConfigurationError('CONFIG_OPTION_INVALID', message)
}
