import { DeliveryError } from '../errors.js'

/**
 * If the shop returns no token for the order of a callback, nothing is proven, so nothing is kept. The log line is the
 * only trace of the callback. It therefore names the option and the order.
 *
 * @param order the order's id in the callback
 */
export function tokenUnknown(order: string): DeliveryError {
  return new DeliveryError(
    'ORDER_UNKNOWN',
    `orderToken() returned no token for ${order} (yet). If this continues, store the token with the order before the buyer can pay, then have the callback sent again, or reconcile`,
  )
}
