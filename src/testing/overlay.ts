/** Overrides of a sample, at any depth. */

/** The same fields, each optional and with any value, because a test may need a wrong one. */
export type Overrides<T> = T extends object
  ? { readonly [Field in keyof T]?: T[Field] extends object ? Overrides<T[Field]> | null | undefined : unknown } & {
      readonly [field: string]: unknown
    }
  : unknown

/** A deep copy of `base` with the fields of `overrides`; `undefined` removes a field. */
export function overlay(base: object, overrides: object | undefined): object {
  // Samples are JSON. A test that imitates a browser has no structuredClone.
  const copy = JSON.parse(JSON.stringify(base)) as Record<string, unknown>
  for (const [field, value] of Object.entries(overrides ?? {})) {
    if (value === undefined) delete copy[field]
    else copy[field] = isPlain(value) && isPlain(copy[field]) ? overlay(copy[field], value) : value
  }
  return copy
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
