/** Step 2: is this delivery authentic? Over the exact bytes, before anything looks inside them. */
import type { Delivery } from '../delivery.js'
import type { Provider } from '../provider.js'

declare const authenticated: unique symbol

/** A delivery that passed `authenticate`: the only thing `parse` takes. */
export interface AuthenticatedDelivery {
  readonly body: Buffer
  /** False when the provider's callbacks prove nothing, and the event must be confirmed. */
  readonly proven: boolean
  readonly [authenticated]: true
}

/** @throws DeliveryError when the delivery is not authentic */
export function authenticate(provider: Provider, delivery: Delivery): AuthenticatedDelivery {
  const proven: unknown = provider.authentication.verify(delivery)
  if (proven instanceof Promise) throw asynchronous(provider, proven)
  return { body: delivery.body, proven: proven === true } as AuthenticatedDelivery
}

/** A promise is truthy whatever it comes to, so taking it for an answer would let everybody in. */
function asynchronous({ name }: Provider, promise: Promise<unknown>): TypeError {
  promise.catch(() => {})
  return new TypeError(`${name}: authentication.verify() answered a promise; it must decide synchronously`)
}
