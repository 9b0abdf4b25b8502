/** Values that may have to be waited for. */

export type Awaitable<T> = T | Promise<T>

/**
 * True for a value that has to be awaited. Awaiting a value that is already there costs a turn of the microtask queue,
 * and with a store in memory every step of the flow is such a value.
 */
export function isPromise<T>(value: Awaitable<T>): value is Promise<T> {
  return typeof (value as Promise<T> | null | undefined)?.then === 'function'
}
