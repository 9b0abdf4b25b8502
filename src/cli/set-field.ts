/** `--set path=value`: changes one field of a payload. */
import { usageError } from './command.js'
import { doubtAbout } from './send/doubt-about.js'
import { likelyField, ownField, valueInSample } from './send/sample-fields.js'

export interface Setting {
  readonly path: readonly string[]
  readonly text: string
  /** True for `:=`: the text is JSON of any type. */
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
 * Sets a field in place. A number stays a number and a boolean a boolean; a string or null becomes a string. `:=` takes any
 * JSON, and adds the field and the objects on the way to it. `=` adds nothing: a typing error in the path would otherwise
 * leave the sample unchanged.
 *
 * @returns a value that the user may not have meant, in words; undefined if there is no doubt
 * @throws CommandError when the payload has no such field, or the text is not of its type
 */
export function setField(payload: object, setting: Setting): string | undefined {
  const { path, text, isJson } = setting
  const last = path.at(-1)!
  // Found before any object is added on the way.
  const likely = likelyField(payload, path)
  const place = placeOf(payload, setting, likely)
  const before = ownField(place, last)
  if (before === undefined && !canAdd(place, last, isJson)) throw noSuchField(path, likely)
  const after = isJson ? json(path, text) : sameType(path, before, text)
  define(place, last, after)
  if (before === undefined) return about(path, `the sample has no such field; it was added. ${likely}`)
  const doubt = isJson ? undefined : doubtAbout(before, after, text)
  return doubt && about(path, doubt)
}

/** The object or array that contains the field. */
function placeOf(payload: object, { path, isJson }: Setting, likely: string): object {
  let place = payload
  for (const [at, field] of path.slice(0, -1).entries()) {
    const next = ownField(place, field)
    if (isObject(next)) place = next
    else if (next !== undefined && next !== null) {
      const parent = path.slice(0, at + 1).join('.')
      throw usageError(
        about(path, `the sample has ${valueInSample(next)} at ${parent}, which has no fields. ${likely}`),
      )
    } else if (canAdd(place, field, isJson)) define(place, field, (place = {}))
    else throw noSuchField(path, likely)
  }
  return place
}

/** An array must not get gaps. */
function canAdd(place: object, field: string, isJson: boolean): boolean {
  return isJson && (!Array.isArray(place) || field === String(place.length))
}

function noSuchField(path: readonly string[], likely: string): Error {
  return usageError(about(path, `the sample has no such field. ${likely} To add one, use := and JSON`))
}

/** @throws CommandError when the text is not of the field's type */
function sameType(path: readonly string[], before: unknown, text: string): unknown {
  if (before === null || typeof before === 'string') return text
  const value = parseJson(text)
  const type = Array.isArray(before) ? 'list' : typeof before
  if (!isObject(before) && typeof value === type) return value
  const has = `it is ${type === 'object' ? 'an' : 'a'} ${type} here, ${valueInSample(before)}`
  throw usageError(about(path, `${has}, and ${JSON.stringify(text)} is none; use := to make it something else`))
}

/** @throws CommandError when the text is not JSON */
function json(path: readonly string[], text: string): unknown {
  const value = parseJson(text)
  if (value !== undefined) return value
  throw usageError(
    about(path, `${JSON.stringify(text)} is not JSON, which := takes, such as "\\"text\\""; = takes a text as it is`),
  )
}

function about(path: readonly string[], said: string): string {
  return `--set ${path.join('.')}: ${said}`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** An assignment to `__proto__` would set the prototype instead of a field. */
function define(place: object, field: string, value: unknown): void {
  Object.defineProperty(place, field, { value, writable: true, enumerable: true, configurable: true })
}
