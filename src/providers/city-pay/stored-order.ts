/** The shop's record of an order that a CityPay callback names. */
import { tokenUnknown } from '../../lib/token-unknown.js'
import { readIdentifier } from '../../payload.js'

/** The token that the shop stored when it created an order, either alone or with the order's id as the shop spells it. */
export type CityPayStoredOrder =
  { readonly token: string | null | undefined; readonly orderId: string | number } | string

/** @throws DeliveryError `ORDER_UNKNOWN` */
export function storedOrder(
  stored: CityPayStoredOrder | null | undefined,
  clientOrderId: string,
): { readonly token: string; readonly orderId: string } {
  const alone = typeof stored === 'string'
  const token = alone ? stored : stored?.token
  if (!token) throw tokenUnknown(`order ${clientOrderId}`)
  const orderId = readIdentifier(alone ? clientOrderId : stored?.orderId)
  // The shop's spelling exists to replace the callback's, so the callback's must not be the fallback.
  if (orderId === undefined) throw new TypeError('orderToken() answered a token with an orderId that is no identifier')
  return { token, orderId }
}
