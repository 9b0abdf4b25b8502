/** Reads the header that a scheme uses. */
import { ConfigurationError, DeliveryError } from '../errors.js'
import type { Delivery } from '../delivery.js'

/**
 * The value of a header that must be there exactly once.
 *
 * Two values are refused: Node, proxies and frameworks differ in which one they keep. A sender could make the reader
 * use the forged one.
 *
 * @param name in lower case
 * @throws DeliveryError `AUTH_HEADER_MISSING`, `AUTH_HEADER_REPEATED`
 */
export function singleHeader(delivery: Delivery, name: string): string {
  const values = headerValues(delivery, name)
  if (values.length === 1) return values[0]!
  throw values.length === 0
    ? new DeliveryError('AUTH_HEADER_MISSING', `the ${name} header is missing`)
    : repeatedHeader(name, values.length)
}

export function repeatedHeader(name: string, times: number): DeliveryError {
  return new DeliveryError('AUTH_HEADER_REPEATED', `the ${name} header was sent ${times} times`)
}

/** Every value of a header. A host that builds its own requests may leave the raw headers empty. */
export function headerValues(delivery: Delivery, name: string): readonly string[] {
  const { rawHeaders } = delivery
  if (rawHeaders !== undefined && rawHeaders.length > 0) return rawValues(rawHeaders, name)
  // Read only here, because a door builds the map of all headers on first access.
  return [delivery.headers[name] ?? []].flat()
}

/** The text after a prefix; null if a required prefix is missing. */
export function withoutPrefix(text: string, prefix: string, optional: boolean): string | null {
  if (text.startsWith(prefix)) return text.slice(prefix.length)
  return optional ? text : null
}

/** Every header, one pair for each time it was sent, with lower-case names. */
export function allHeaders({ headers }: Delivery): readonly (readonly [name: string, value: string])[] {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values ?? []].flat().map((value) => [name, value] as const),
  )
}

/** Finds one name without building a map of all headers. */
function rawValues(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const key = rawHeaders[at]!
    if (key.length === name.length && key.toLowerCase() === name) values.push(rawHeaders[at + 1]!)
  }
  return values
}

const TOKEN = /^[a-z0-9!#$%&'*+.^_`|~-]+$/

/** A header name in lower case, as Node presents it. */
export function headerName(name: string): string {
  const lower = String(name).toLowerCase()
  if (TOKEN.test(lower)) return lower
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `${JSON.stringify(name)} is not a header name`)
}
