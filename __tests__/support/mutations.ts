/** Genuine values with one arbitrary change, for properties. */
import fc from 'fast-check'
import { anyCharacter } from './any-character.js'

/** Values that break code written for well-behaved senders, and arbitrary ones. */
export const anything = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -0,
    -1,
    1e21,
    1e-7,
    2 ** 53,
    '',
    ' ',
    '0',
    '-1',
    'NaN',
    '__proto__',
    'constructor',
    'a\u0000b',
    '\ud800',
    'x'.repeat(300),
    [],
    {},
    [[]],
  ),
  fc.constantFrom<unknown>(
    { toString: 1 },
    { $date: null },
    { $date: { $date: 1 } },
    { length: 1e9 },
    '2025-13-45T99:99:99Z',
    '9999999999999',
    8.64e15,
    '275760-09-14',
    [null],
  ),
  fc.jsonValue(),
  fc.string({ unit: anyCharacter }),
)

/** Places at which a value can be replaced, at any depth. */
export function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return [
    ...(path.length > 0 ? [path] : []),
    ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key])),
  ]
}

/** A copy with another value at one place. */
export function replaced(base: object, path: readonly string[], value: unknown): object {
  const copy = structuredClone(base) as Record<string, unknown>
  const parent = path.slice(0, -1).reduce((inner, key) => inner[key] as Record<string, unknown>, copy)
  parent[path.at(-1)!] = value
  return copy
}
