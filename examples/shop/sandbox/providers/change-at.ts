/** Changes one value of a payload. */
import { Big } from 'big.js'

type Value = string | number

/** Returns the payload itself if there is no such value. */
export function changeAt(payload: object, path: readonly string[], change: (value: Value) => Value): object {
  const [name = '', ...rest] = path
  const value = (payload as Readonly<Record<string, unknown>>)[name]
  if (rest.length === 0) {
    return typeof value === 'string' || typeof value === 'number' ? { ...payload, [name]: change(value) } : payload
  }
  if (typeof value !== 'object' || value === null) return payload
  return { ...payload, [name]: changeAt(value, rest, change) }
}

export function twice(value: Value): Value {
  return typeof value === 'number' ? value * 2 : new Big(value).times(2).toFixed()
}
