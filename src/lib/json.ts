/**
 * Strict JSON: fatal UTF-8, bounded depth, no duplicate keys, and no number a float would change.
 *
 * The built-in parser reads the text. A survey of the bytes then finds what the parser does not report.
 */
import { isAscii, isUtf8 } from 'node:buffer'
import { DeliveryError } from '../errors.js'
import { survey } from './json-survey.js'

/** Deep enough for every known provider, and shallow enough for safe recursion in this file. */
const MAX_DEPTH = 32

const BYTE_ORDER_MARK = Buffer.from('\ufeff')

/**
 * Parses a JSON body. A number that a float cannot hold exactly is returned as the string of its digits.
 *
 * @throws DeliveryError `BODY_EMPTY`, `JSON_NOT_UTF8`, `JSON_INVALID`, `JSON_TOO_DEEP`, `JSON_DUPLICATE_KEY`
 */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw new DeliveryError('BODY_EMPTY', 'the body is empty')
  const json = body[0] === BYTE_ORDER_MARK[0] ? withoutByteOrderMark(body) : body
  const value = parseText(decode(json))
  const { depth, keys, maybeDuplicateKey, inexact } = survey(json)
  if (depth > MAX_DEPTH) throw new DeliveryError('JSON_TOO_DEEP', `the body nests deeper than ${MAX_DEPTH} levels`)
  if (maybeDuplicateKey && countKeys(value) !== keys) {
    throw new DeliveryError('JSON_DUPLICATE_KEY', 'an object in the body names the same key twice')
  }
  return inexact.length === 0 ? value : parseText(quoteNumbers(json, inexact))
}

function withoutByteOrderMark(body: Buffer): Buffer {
  return body.subarray(0, 3).equals(BYTE_ORDER_MARK) ? body.subarray(3) : body
}

function decode(json: Buffer): string {
  // Nearly every body is ASCII, which needs no decoding.
  if (isAscii(json)) return json.toString('latin1')
  if (isUtf8(json)) return json.toString('utf8')
  throw new DeliveryError('JSON_NOT_UTF8', 'the body is not valid UTF-8, which JSON requires (RFC 8259, section 8.1)')
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the body, which may contain a customer's data.
    throw new DeliveryError('JSON_INVALID', 'the body is not JSON')
  }
}

/** Number of members that the parser kept. It is smaller than in the text if the parser dropped a duplicate key. */
function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const members = Object.values(value)
  return members.reduce((keys: number, member) => keys + countKeys(member), Array.isArray(value) ? 0 : members.length)
}

/** Puts quotes around the numbers at the given offsets. */
function quoteNumbers(json: Buffer, offsets: readonly number[]): string {
  const parts: string[] = []
  let copied = 0
  for (const offset of offsets) {
    parts.push(json.toString('utf8', copied, offset))
    copied = offset
  }
  return [...parts, json.toString('utf8', copied)].join('"')
}
