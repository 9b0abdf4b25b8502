/** `--set path=value`: changes one field of a payload. */
import { usageError } from './command.js'

export interface Setting {
  readonly path: readonly string[]
  readonly text: string
  /** True for `:=`: the text is JSON, of whatever type. */
  readonly isJson: boolean
}

/** @throws CommandError for an argument of another form */
export function readSetting(argument: string): Setting {
  const [, path = '', colon, text = ''] = /^([^=]*?)(:?)=(.*)$/s.exec(argument) ?? []
  const fields = path.split('.')
  if (fields.includes('')) throw usageError(`--set takes path=value, such as data.amount=40, not ${argument}`)
  return { path: fields, text, isJson: colon === ':' }
}

/**
 * Sets a field in place, and the objects on the way to it. A number stays a number and a boolean a boolean; any other
 * field becomes a text.
 *
 * @returns true where the field was there before
 * @throws CommandError when the text is not of the type of the field
 */
export function setField(payload: object, { path, text, isJson }: Setting): boolean {
  let place = payload
  for (const field of path.slice(0, -1)) {
    const next = ownField(place, field)
    if (isObject(next)) place = next
    else define(place, field, (place = {}))
  }
  const last = path.at(-1)!
  const before = ownField(place, last)
  define(place, last, isJson || isLiteral(before) ? parsed(path, text, isJson ? undefined : typeof before) : text)
  return before !== undefined
}

function parsed(path: readonly string[], text: string, type: string | undefined): unknown {
  const value = parseJson(text)
  const about = `--set ${path.join('.')}`
  if (type === undefined) {
    if (value !== undefined) return value
    throw usageError(`${about}: ${JSON.stringify(text)} is not JSON, which := takes; = takes a text as it is`)
  }
  if (typeof value === type) return value
  throw usageError(
    `${about}: it is a ${type} here, and ${JSON.stringify(text)} is none; use := to make it something else`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isLiteral(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function ownField(place: object, field: string): unknown {
  return Object.getOwnPropertyDescriptor(place, field)?.value
}

/** An assignment to `__proto__` would set the prototype instead of a field. */
function define(place: object, field: string, value: unknown): void {
  Object.defineProperty(place, field, { value, writable: true, enumerable: true, configurable: true })
}
