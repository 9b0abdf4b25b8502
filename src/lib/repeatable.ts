/** Marks handlers for which a second event with the same content changes nothing: they keep the state of an order. */

/** A global symbol, because an application may load this package both as ESM and as CommonJS. */
const MARK = Symbol.for('express-payment-webhooks.repeatable')

/**
 * The mark is on the prototype. A receiver binds its handlers, and a bound function inherits the prototype but not the
 * properties.
 */
const MARKED = Object.create(Function.prototype, { [MARK]: { value: true } }) as object

/** Returns the same handler. */
export function repeatable<Handler extends object>(handler: Handler): Handler {
  return Object.setPrototypeOf(handler, MARKED) as Handler
}

export function isRepeatable(handler: unknown): boolean {
  return typeof handler === 'function' && MARK in handler
}
