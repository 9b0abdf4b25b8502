import { DeliveryError } from '../errors.js'

/**
 * Where a shop answers no token for the order of a callback, the line in its log is all there is of it: nothing is proven, so
 * nothing is kept. It names the option that was asked, and for what.
 *
 * @param order as the callback calls it
 */
export function tokenUnknown(order: string): DeliveryError {
  return new DeliveryError(
    'ORDER_UNKNOWN',
    `orderToken() answered no token for ${order} (yet). If this stays, store the token with the order before the buyer can pay, then have the callback sent again, or reconcile`,
  )
}
