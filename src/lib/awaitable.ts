/** Values that may be promises. */

export type Awaitable<T> = T | Promise<T>

/**
 * True for a value that has to be awaited. Awaiting a plain value costs a turn of the microtask queue, and with a store
 * in memory every step of the flow returns a plain value.
 */
export function isPromise<T>(value: Awaitable<T>): value is Promise<T> {
  return typeof (value as Promise<T> | null | undefined)?.then === 'function'
}
