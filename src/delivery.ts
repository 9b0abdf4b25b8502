/** One callback as received, and the forms in which a host may pass it. */
import { isArrayBuffer } from 'node:util/types'

/**
 * Header values by lower-case name: a string for a header that was sent once, a list for a header that was sent several
 * times.
 */
export type DeliveryHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** One callback, as every door hands it to a provider. */
export interface Delivery {
  /** The exact bytes received. */
  readonly body: Buffer
  readonly headers: DeliveryHeaders
  /** The same headers in Node's raw form: names and values alternate. Read before `headers` if present and not empty. */
  readonly rawHeaders?: readonly string[] | undefined
  /** The sender's address, for providers that check it. */
  readonly ip?: string | undefined
}

/** Input of `receive`. Hosts keep bodies and headers in several forms. */
export interface DeliveryInput {
  /** The exact bytes received. A string is encoded as UTF-8. */
  readonly body: Uint8Array | ArrayBuffer | string
  /** An object, `Headers`, a `Map`, or a list of pairs. The case of the names does not matter. */
  readonly headers: DeliveryHeaders | Iterable<readonly [string, string | readonly string[]]>
  readonly rawHeaders?: readonly string[] | undefined
  readonly ip?: string | undefined
}

/** @throws TypeError for a body or headers in any other form */
export function toDelivery(input: DeliveryInput): Delivery {
  return { ...input, body: toBuffer(input.body), headers: toHeaders(input.headers) }
}

function toBuffer(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body
  if (typeof body === 'string') return Buffer.from(body, 'utf8')
  // A check by `instanceof` would fail across realms: a test runner, for example, has its own globals.
  if (isArrayBuffer(body)) return Buffer.from(body)
  if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  throw new TypeError('receive: body must be the exact bytes received, as a Buffer, Uint8Array, ArrayBuffer or text')
}

/** @throws TypeError for a value that is not a collection of names and values */
export function toHeaders(headers: unknown): DeliveryHeaders {
  if (typeof headers !== 'object' || headers === null) throw noHeaders()
  return collectHeaders(Symbol.iterator in headers ? (headers as Iterable<unknown>) : Object.entries(headers))
}

function noHeaders(): TypeError {
  return new TypeError('receive: headers must be an object, Headers, a Map, or a list of pairs')
}

/** Like `toHeaders`, for Node's raw form, in which names and values alternate. */
export function headersOf(rawHeaders: readonly string[]): DeliveryHeaders {
  const pairs: [string, string][] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) pairs.push([rawHeaders[at]!, rawHeaders[at + 1]!])
  return collectHeaders(pairs)
}

/** The value of a header that was sent exactly once; otherwise undefined, because two readers may pick different values. */
export function onlyValue(headers: DeliveryHeaders, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? (value.length === 1 ? (value[0] as string) : undefined) : (value as string | undefined)
}

/** The object has no prototype, so that every property of it is a header. */
function collectHeaders(pairs: Iterable<unknown>): DeliveryHeaders {
  const headers: Record<string, string | readonly string[]> = Object.create(null) as Record<string, string>
  for (const pair of pairs) {
    if (!Array.isArray(pair)) throw noHeaders()
    const [name, value] = pair as readonly unknown[]
    if (value === undefined || value === null) continue
    const key = String(name).toLowerCase()
    const values = [headers[key] ?? [], Array.isArray(value) ? value.map(String) : String(value)].flat()
    if (values.length > 0) headers[key] = values.length === 1 ? values[0]! : values
  }
  return headers
}
