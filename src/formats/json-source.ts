/**
 * JSON with its source text, for senders that sign a rewritten body. Numbers and strings stay exactly as they were
 * sent, so that neither a float nor another program's escapes change them.
 */
import { DeliveryError } from '../errors.js'
import { parseJson } from '../lib/json.js'

/** A JSON text that can be written again in another form. */
export interface JsonSource {
  /** Compact, with the keys of every object sorted by UTF-16 units. Arrays keep their order. */
  sorted(): string
  /** Compact, in received order. */
  compact(): string
  /**
   * Compact, in received order, without one member of the outermost object.
   *
   * @param rewrite writes every string in a new form, including names. Default: as it was sent
   */
  without(member: string, rewrite?: (text: string) => string): string
}

/** A scalar is its source text. Members are sorted by their decoded names, and written with their source names. */
type Node =
  | string
  | { readonly items: readonly Node[] }
  | { readonly members: readonly { readonly name: string; readonly source: string; readonly value: Node }[] }

/**
 * Reads a body strictly, as `parseJson` does, and keeps the source of every part.
 *
 * @throws DeliveryError `BODY_EMPTY`, `JSON_*`
 * @example
 * ```ts
 * import { signature } from 'express-payment-webhooks'
 * import { jsonSource } from 'express-payment-webhooks/formats'
 *
 * const authentication = signature({
 *   header: 'x-acme-signature',
 *   algorithm: 'sha512',
 *   secret: process.env.ACME_SECRET,
 *   message: ({ body }) => [jsonSource(body).sorted()],
 * })
 * ```
 */
export function jsonSource(body: Buffer): JsonSource {
  // `parseJson` checks grammar, depth and duplicate keys, so the code below needs no checks.
  parseJson(body)
  const root = new Reader(body.toString('utf8').replace(/^\ufeff/, '')).read()
  return {
    sorted: () => write(root, { sort: true }),
    compact: () => write(root, {}),
    without(member, rewrite) {
      if (typeof root === 'string' || !('members' in root)) {
        throw new DeliveryError('PAYLOAD_INVALID', 'the body is not an object')
      }
      return write({ members: root.members.filter(({ name }) => name !== member) }, { rewrite })
    },
  }
}

interface Writing {
  readonly sort?: boolean
  readonly rewrite?: ((text: string) => string) | undefined
}

function write(node: Node, how: Writing): string {
  const { sort = false, rewrite } = how
  if (typeof node === 'string') return rewrite !== undefined && node.startsWith('"') ? rewrite(textOf(node)) : node
  if ('items' in node) return `[${node.items.map((item) => write(item, how)).join(',')}]`
  const members = sort ? node.members.toSorted((a, b) => (a.name < b.name ? -1 : 1)) : node.members
  return `{${members.map(({ name, source, value }) => `${rewrite?.(name) ?? source}:${write(value, how)}`).join(',')}}`
}

function textOf(source: string): string {
  return JSON.parse(source) as string
}

const BLANK = /[ \t\n\r]*/y
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y
const SCALAR = /[^,\]}\s]+/y

/** Reads a text that is known to be JSON. */
class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): Node {
    this.#take(BLANK)
    const first = this.#text[this.#at]
    if (first === '{') return { members: this.#list('}', () => this.#member()) }
    if (first === '[') return { items: this.#list(']', () => this.read()) }
    return this.#take(first === '"' ? STRING : SCALAR)
  }

  #member() {
    this.#take(BLANK)
    const source = this.#take(STRING)
    this.#take(BLANK)
    this.#at++
    return { name: textOf(source), source, value: this.read() }
  }

  #list<T>(end: string, next: () => T): T[] {
    const list: T[] = []
    this.#at++
    this.#take(BLANK)
    while (this.#text[this.#at] !== end) {
      list.push(next())
      this.#take(BLANK)
      if (this.#text[this.#at] === ',') this.#at++
    }
    this.#at++
    return list
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const [found = ''] = pattern.exec(this.#text) ?? []
    this.#at += found.length
    return found
  }
}
