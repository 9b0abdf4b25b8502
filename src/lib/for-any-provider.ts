/** Marks handlers that are registered on purpose for more types than one provider emits. */
import type { Handler } from '../options.js'

/** A global symbol, because an application may load this package both as ESM and as CommonJS. */
const MARK = Symbol.for('express-payment-webhooks.for-any-provider')

/** Returns the same handler. `on` ignores it if the provider never emits its type. */
export function forAnyProvider<Event, Tx>(handler: Handler<Event, Tx>): Handler<Event, Tx> {
  return Object.defineProperty(handler, MARK, { value: true })
}

export function isForAnyProvider(handler: unknown): boolean {
  return typeof handler === 'function' && MARK in handler
}
