/** Marks handlers that are registered for more types than one provider emits, and that without a slip of the pen. */
import type { Handler } from '../options.js'

/** Known by name, because an application may load this package both as ESM and as CommonJS. */
const MARK = Symbol.for('express-payment-webhooks.for-any-provider')

/** The same handler; `on` passes over it where the provider never emits its type. */
export function forAnyProvider<Event, Tx>(handler: Handler<Event, Tx>): Handler<Event, Tx> {
  return Object.defineProperty(handler, MARK, { value: true })
}

export function isForAnyProvider(handler: unknown): boolean {
  return typeof handler === 'function' && MARK in handler
}
