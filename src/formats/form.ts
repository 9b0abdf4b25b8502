/** Forms (application/x-www-form-urlencoded), read strictly: each field has one meaning. */
import { isUtf8 } from 'node:buffer'
import { DeliveryError } from '../errors.js'
import type { BodyFormat } from '../format.js'
import { jsonFormat } from '../lib/json-format.js'

/** More fields than any sender has. */
const MAX_FIELDS = 1000

const FORM_TYPE = 'application/x-www-form-urlencoded'

/**
 * A body that is a form. Fields are strings by name. A field that comes twice is refused, because programs differ in
 * which one they use. Brackets have no special meaning, except that `fees[][type]` is a field with a list of all its
 * values. It cannot be combined with a field `fees`.
 *
 * @example
 * ```ts
 * import { defineProvider, identifier, tokenHeader } from 'express-payment-webhooks'
 * import { formBody } from 'express-payment-webhooks/formats'
 * import { z } from 'zod'
 *
 * const acmePay = defineProvider({
 *   name: 'acme-pay',
 *   types: ['payment.confirmed'],
 *   authentication: tokenHeader({ token: process.env.ACME_TOKEN }),
 *   format: formBody(),
 *   schema: z.object({ id: identifier, order: identifier }),
 *   toEvent: ({ id, order }) => ({ type: 'payment.confirmed', identity: [id], orderId: order, native: { id } }),
 * })
 * ```
 */
export function formBody(): BodyFormat {
  return {
    parse: (body) => parseForm(body),
    write: (payload) => ({ body: Buffer.from(writeForm(payload as object), 'utf8'), contentType: FORM_TYPE }),
  }
}

/**
 * A body that is a form or strict JSON, depending on its content type: some providers let each account choose. Without
 * a content type, the first character decides. Bodies are written as JSON.
 *
 * @example
 * ```ts
 * import { jsonOrFormBody } from 'express-payment-webhooks/formats'
 *
 * const format = jsonOrFormBody()
 * ```
 */
export function jsonOrFormBody(): BodyFormat {
  return {
    parse(body, delivery) {
      const [type] = [delivery.headers['content-type'] ?? []].flat()
      const isForm = type === undefined ? !isJsonLike(body) : mediaType(type) === FORM_TYPE
      return isForm ? parseForm(body) : jsonFormat.parse(body, delivery)
    },
    write: jsonFormat.write,
  }
}

/** Kept deliveries have no content type. */
function isJsonLike(body: Buffer): boolean {
  return /^[\ufeff\s]*(?:[[{]|$)/.test(body.toString('utf8', 0, 64))
}

function mediaType(value: string): string {
  return value.split(';', 1)[0]!.trim().toLowerCase()
}

/** @throws DeliveryError `BODY_EMPTY`, `FORM_INVALID`, `FORM_DUPLICATE_FIELD` */
function parseForm(body: Buffer): Readonly<Record<string, string | readonly string[]>> {
  if (body.length === 0) throw new DeliveryError('BODY_EMPTY', 'the body is empty')
  if (!isUtf8(body)) throw invalid('is not valid UTF-8')
  const pairs = body.toString('utf8').split('&')
  if (pairs.length > MAX_FIELDS) throw invalid(`has more than ${MAX_FIELDS} fields`)
  // The object has no prototype, so that every property of it is a field.
  const fields = Object.create(null) as Record<string, string | string[]>
  const bases = new Set<string>()
  for (const pair of pairs) {
    // A separator at the end, or a double one, adds no field (URL Standard, section 5.1).
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))
    const value = decode(equals < 0 ? '' : pair.slice(equals + 1))
    if (name === '') throw invalid('has a field without a name')
    const bracket = name.indexOf('[')
    if (bracket >= 0) {
      bases.add(name.slice(0, bracket))
      fields[name] = [fields[name] ?? [], value].flat()
    } else if (name in fields) {
      throw new DeliveryError('FORM_DUPLICATE_FIELD', 'the body names the same field twice')
    } else {
      fields[name] = value
    }
  }
  for (const base of bases) {
    if (base in fields)
      throw new DeliveryError('FORM_DUPLICATE_FIELD', 'the body names one field both with and without brackets')
  }
  return fields
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    throw invalid('contains an invalid percent-escape')
  }
}

function writeForm(payload: object): string {
  const pairs = Object.entries(payload).flatMap(([name, value]) =>
    [value as unknown].flat().map((one) => [name, textOf(name, one)] satisfies [string, string]),
  )
  return new URLSearchParams(pairs).toString()
}

/** @throws TypeError for a value that a form cannot represent */
function textOf(name: string, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'object') throw new TypeError(`a form can contain only strings, and ${name} is an object`)
  return String(value)
}

function invalid(why: string): DeliveryError {
  return new DeliveryError('FORM_INVALID', `the body ${why}`)
}
