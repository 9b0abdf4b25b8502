/** Copies a sample with other ids. An id that appears several times gets the same new id everywhere. */
import { createHash } from 'node:crypto'
import type { SampleIds } from './samples/ids.js'

export interface Freshness {
  readonly orderId: string
  /** The seed of the payment's ids: payloads with the same seed are about one payment. */
  readonly payment: string
  /** The seed of the ids that belong to the refund alone. */
  readonly refund: string
  /** The seed of the event's ids. */
  readonly event: string
}

/** The order in nearly all samples. */
export const ORDER = 'ORDER-1001'

const ORDERS = [ORDER]

/** An order name that no sample contains. */
const ANY_ORDER = 'ANY-ORDER'

/** Shorter ids could collide. A number with this many digits is still exact. */
const SHORTEST = 12

/**
 * A copy with new ids that look like the old ones.
 *
 * @param ofRefund the ids that belong to a refund alone, among those of its payment
 */
export function fresh(
  payload: object,
  ids: SampleIds,
  { orderId, payment, refund, event }: Freshness,
  ofRefund: ReadonlySet<string> = new Set(),
): object {
  const { event: eventPaths = [], payment: paymentPaths, inTexts = [], orders = ORDERS } = ids
  const others = new Map<string, string>()
  const replace = (id: string, seed: string) => void others.set(id, another(id, seed))
  for (const id of textsAt(payload, eventPaths)) replace(id, event)
  for (const id of [...inTexts, ...textsAt(payload, paymentPaths)]) replace(id, ofRefund.has(id) ? refund : payment)
  for (const order of orders) others.set(order, orderId)
  // The longest first, because one id may begin with another.
  const longestFirst = [...others.keys()].sort((one, other) => other.length - one.length)
  const any = new RegExp(`(?<![A-Za-z0-9])(?:${longestFirst.map(escaped).join('|')})(?![A-Za-z0-9])`, 'g')
  const inText = (text: string) => text.replace(any, (id) => others.get(id)!)
  const rewrite: Rewrite = (value) =>
    typeof value === 'string' ? inText(value) : Number(others.get(String(value)) ?? value)
  return rewritten(payload, rewrite) as object
}

type Rewrite = (value: string | number) => string | number

/** True if the payload names its order. */
export function namesOrder(payload: object, ids: SampleIds): boolean {
  // The name of a payment may contain that of its order, as Paystack's references do. Such names are replaced as a whole.
  const freshness = { orderId: ANY_ORDER, payment: '', refund: '', event: '' }
  return JSON.stringify(fresh(payload, ids, freshness)).includes(ANY_ORDER)
}

/**
 * The ids that belong to the refund alone: no payload about the payment alone contains them.
 *
 * @param others payloads about the payment, before it was refunded
 */
export function idsOfRefund(payload: object, { payment }: SampleIds, others: readonly object[]): ReadonlySet<string> {
  const known = new Set(others.flatMap((other) => textsAt(other, payment)))
  return new Set(textsAt(payload, payment).filter((id) => !known.has(id)))
}

function textsAt(payload: object, paths: readonly string[]): string[] {
  return paths.map((path) => valueAt(payload, path.split('.'))).filter((text) => text !== '')
}

function valueAt(place: unknown, [field, ...rest]: readonly string[]): string {
  if (field === undefined) return typeof place === 'string' || typeof place === 'number' ? String(place) : ''
  const inside = isObject(place) ? place : jsonIn(place)
  return inside === undefined ? '' : valueAt(Object.getOwnPropertyDescriptor(inside, field)?.value, rest)
}

function rewritten(value: unknown, rewrite: Rewrite): unknown {
  if (Array.isArray(value)) return value.map((item) => rewritten(item, rewrite))
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, rewritten(item, rewrite)]))
  }
  const json = jsonIn(value)
  if (json !== undefined) return JSON.stringify(rewritten(json, rewrite))
  return typeof value === 'string' || typeof value === 'number' ? rewrite(value) : value
}

/** Some payloads contain JSON in a string. */
function jsonIn(value: unknown): object | undefined {
  return typeof value === 'string' && value.startsWith('{') ? (JSON.parse(value) as object) : undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** The beginning of an id that shows its kind: `pi_`, `cs_live_`, `WH-`, `0x`. */
const KIND = /^(?:.*_|[A-Za-z]{2,4}-|0x)/

/** Only the ends change, so that version and variant stay. */
const UUID = /^([0-9a-f]{8})(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-)([0-9a-f]{12})$/i

/** No characters that look like another one, and no 0, because a number must not begin with it. */
const DIGITS = '123456789'
const LETTERS = 'abcdefghjkmnpqrstuvwxyz'
const HEX_LETTERS = 'abcdef'

/** An id that looks like this one. The same seed gives the same id. */
function another(id: string, seed: string): string {
  const draw = drawsFrom(`${seed}\0${id}`)
  const uuid = UUID.exec(id)
  if (uuid !== null) return drawn(uuid[1]!, HEX_LETTERS, draw) + uuid[2]! + drawn(uuid[3]!, HEX_LETTERS, draw)
  const kind = KIND.exec(id)?.[0] ?? ''
  const own = id.slice(kind.length)
  const rest = own.padEnd(SHORTEST, own)
  return kind + drawn(rest, /^[0-9a-f-]+$/i.test(rest) ? HEX_LETTERS : LETTERS, draw)
}

function drawn(text: string, letters: string, draw: (from: string) => string): string {
  return text.replace(/[A-Za-z0-9]/g, (was) => {
    if (/\d/.test(was)) return draw(DIGITS)
    return was === was.toLowerCase() ? draw(letters) : draw(letters).toUpperCase()
  })
}

/** Draws one character after another. The same seed gives the same characters. */
function drawsFrom(seed: string): (from: string) => string {
  let bytes = Buffer.alloc(0)
  let block = 0
  return (from) => {
    if (bytes.length === 0) bytes = createHash('sha256').update(`${block++}\0${seed}`).digest()
    const [byte] = bytes
    bytes = bytes.subarray(1)
    return from[byte! % from.length]!
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
