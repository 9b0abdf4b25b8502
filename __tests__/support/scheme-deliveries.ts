/** Deliveries as the doors make them, and a scheme's verdict on one. */
import { headersOf, toDelivery, type Delivery, type DeliveryInput } from '../../src/delivery.js'

export const SECRET = 'k9Qz3vT7-Lw0xR5mB'
export const OLD = 'h2Wc8nY4-Jd6sF1pG'
export const BODY = '{"b":"a/é","a":[1,{"d":null,"c":"x"}]}'

export const delivery = (headers: DeliveryInput['headers'], body: string | Buffer = BODY): Delivery =>
  toDelivery({ body, headers })

/** The same from names and values in turn, as Node has them. */
export const raw = (rawHeaders: readonly string[], body = BODY): Delivery => ({
  ...delivery(headersOf(rawHeaders), body),
  rawHeaders,
})

export function codeOf(verify: () => unknown): string {
  try {
    verify()
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`
  }
  return 'accepted'
}
