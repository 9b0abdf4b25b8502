/** A store that fails on demand, for tests. */
import type { Store } from '../store.js'

/** The names of a store's methods. */
type MethodOf<S> = {
  [Name in keyof S]-?: NonNullable<S[Name]> extends (...args: never[]) => unknown ? Name : never
}[keyof S]

/** The methods that `failingStore` adds to a store. */
export interface StoreFaults<Method> {
  /** The next call fails before it reaches the store. */
  failNext(method: Method): void
  /** Every call fails before it reaches the store, until `heal`. */
  fail(method: Method): void
  /** The next call reaches the store, but its answer is lost on the way back. */
  loseNextAnswer(method: Method): void
  /** Calls stay unanswered until `heal`, which lets them through. */
  hang(method: Method): void
  /** Ends every fault. */
  heal(): void
}

type Call = () => unknown

interface Fault {
  readonly once: boolean
  readonly happen: (call: Call) => Promise<unknown>
}

/**
 * The same store, with faults on demand. Until a fault is set, it works as usual.
 *
 * @example
 * ```ts
 * import { memoryStore } from 'express-payment-webhooks'
 * import { failingStore } from 'express-payment-webhooks/testing'
 *
 * const store = failingStore(memoryStore())
 * store.failNext('claim')
 * ```
 */
export function failingStore<S extends Store<unknown>>(store: S): S & StoreFaults<MethodOf<S>> {
  const faults = new Map<PropertyKey, Fault>()
  let release!: () => void
  let healed!: Promise<void>
  const beginHealing = () => void (healed = new Promise((resolve) => (release = resolve)))
  beginHealing()

  const plan =
    (once: boolean, happen: (method: PropertyKey, call: Call) => Promise<unknown>) => (method: PropertyKey) => {
      if (typeof Reflect.get(store, method) !== 'function') {
        throw new TypeError(`failingStore: the store ${store.name} has no method ${String(method)}`)
      }
      faults.set(method, { once, happen: (call) => happen(method, call) })
    }
  const refuse = (method: PropertyKey) =>
    Promise.reject(new Error(`the store's ${String(method)} failed, as the test wanted`))

  const controls: StoreFaults<PropertyKey> = {
    failNext: plan(true, refuse),
    fail: plan(false, refuse),
    loseNextAnswer: plan(true, async (method, call) => {
      await call()
      return refuse(method)
    }),
    hang: plan(false, (_method, call) => healed.then(call)),
    heal() {
      faults.clear()
      release()
      beginHealing()
    },
  }

  const wrapped = new Proxy(store, {
    get(target, name) {
      if (Object.hasOwn(controls, name)) return Reflect.get(controls, name) as unknown
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        const call: Call = () => Reflect.apply(value, target, args)
        const fault = faults.get(name)
        if (fault?.once === true) faults.delete(name)
        return fault === undefined ? call() : fault.happen(call)
      }
    },
  })
  return wrapped as S & StoreFaults<MethodOf<S>>
}
