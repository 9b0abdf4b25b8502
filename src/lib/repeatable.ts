/** Marks handlers for which a second event of the same content changes nothing: those that keep what is true of an order. */

/** Known by name, because an application may load this package both as ESM and as CommonJS. */
const MARK = Symbol.for('express-payment-webhooks.repeatable')

/** A receiver binds its handlers, and what is bound has the prototype of its function and none of its properties. */
const MARKED = Object.create(Function.prototype, { [MARK]: { value: true } }) as object

/** The same handler. */
export function repeatable<Handler extends object>(handler: Handler): Handler {
  return Object.setPrototypeOf(handler, MARKED) as Handler
}

export function isRepeatable(handler: unknown): boolean {
  return typeof handler === 'function' && MARK in handler
}
