/** The fields of a sample, for a user who named a field that it does not have. */
import { nearest } from '../../lib/did-you-mean.js'
import { fitted } from '../text-width.js'

/** Nobody reads longer lists. */
const MOST_FIELDS = 12
const MOST_LIKELY = 3
const VALUE_WIDTH = 40

/** A shorter name resembles some field in any payload. */
const SLIP_LENGTH = 5

export function ownField(place: object, field: string): unknown {
  const found = Object.getOwnPropertyDescriptor(place, field)
  return found?.enumerable === true ? found.value : undefined
}

/** A value as JSON. For an object, the names of its fields. */
export function valueInSample(value: unknown): string {
  if (typeof value === 'object' && value !== null) return `with ${namesIn(value)}`
  return fitted(JSON.stringify(value), VALUE_WIDTH)
}

/**
 * A sentence that suggests the fields that were probably meant, with their values in the sample. Candidates, in this order: a
 * path that ends as the typed one, the same name, a field in an object of this name, a similar name. Without a candidate, the
 * sentence names the fields of the nearest object.
 */
export function likelyField(payload: object, path: readonly string[]): string {
  const typed = path.join('.')
  const last = path.at(-1)!
  const all = leavesOf(payload)
  const paths = [...all.keys()]
  const near = nearest(typed, paths) ?? (last.length < SLIP_LENGTH ? undefined : nearest(last, paths.map(nameOf)))
  const found = [
    paths.filter((one) => one.endsWith(`.${typed}`)),
    paths.filter((one) => nameOf(one) === last),
    paths.filter((one) => `.${one}`.includes(`.${last}.`)),
    paths.filter((one) => one === near || nameOf(one) === near),
  ].find((some) => some.length > 0)
  if (found === undefined) return nearestObject(payload, path)
  const named = found.slice(0, MOST_LIKELY).map((one) => `${one}, which is ${valueInSample(all.get(one))}`)
  return `Did you mean ${named.join(', or ')}?`
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}

/** Every field that is not an object, by its path. */
function leavesOf(place: object, before = '', leaves = new Map<string, unknown>()): ReadonlyMap<string, unknown> {
  for (const name of Object.keys(place)) {
    const value = ownField(place, name)
    if (typeof value === 'object' && value !== null) leavesOf(value, `${before}${name}.`, leaves)
    else leaves.set(before + name, value)
  }
  return leaves
}

function nearestObject(payload: object, path: readonly string[]): string {
  let place = payload
  let at = ''
  for (const field of path) {
    const next = ownField(place, field)
    if (typeof next !== 'object' || next === null) break
    place = next
    at += `${at === '' ? 'At ' : '.'}${field}`
  }
  return `${at === '' ? 'It' : `${at} it`} has ${namesIn(place)}.`
}

function namesIn(place: object): string {
  const names = Object.keys(place)
  return names.length > MOST_FIELDS ? `${names.slice(0, MOST_FIELDS).join(', ')}, ...` : names.join(', ') || 'no fields'
}
