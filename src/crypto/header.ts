/** Reading the one header a scheme looks at. */
import { ConfigurationError, DeliveryError } from '../errors.js'
import type { Delivery } from '../delivery.js'

/**
 * The value of a header that must be there exactly once.
 *
 * Two values are refused: Node, proxies and frameworks differ in which one they keep, and a
 * sender who may choose between readings may choose the forged one.
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

/** Every value of a header. A host that builds its requests by hand may leave the raw headers empty. */
export function headerValues(delivery: Delivery, name: string): readonly string[] {
  const { rawHeaders } = delivery
  if (rawHeaders !== undefined && rawHeaders.length > 0) return rawValues(rawHeaders, name)
  // Looked at only here: a door makes a map of all headers when it is asked for.
  return [delivery.headers[name] ?? []].flat()
}

/** The text behind a prefix; null where the prefix is missing and has to be there. */
export function withoutPrefix(text: string, prefix: string, optional: boolean): string | null {
  if (text.startsWith(prefix)) return text.slice(prefix.length)
  return optional ? text : null
}

/** Every header, one pair for each time it was sent, with names in lower case. */
export function allHeaders({ headers }: Delivery): readonly (readonly [name: string, value: string])[] {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values ?? []].flat().map((value) => [name, value] as const),
  )
}

/** Looks for one name, without making a map of all of them first. */
function rawValues(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const key = rawHeaders[at]!
    if (key.length === name.length && key.toLowerCase() === name) values.push(rawHeaders[at + 1]!)
  }
  return values
}

const TOKEN = /^[a-z0-9!#$%&'*+.^_`|~-]+$/

/** A header name as Node presents it. */
export function headerName(name: string): string {
  const lower = String(name).toLowerCase()
  if (TOKEN.test(lower)) return lower
  throw new ConfigurationError('CONFIG_OPTION_INVALID', `${JSON.stringify(name)} is not a header name`)
}
