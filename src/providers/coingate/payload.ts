/** CoinGate's callbacks and orders: the fields that decide something. All other fields stay as they came. */
import { z } from 'zod'
import {
  freeText,
  identifier,
  instant,
  optionalCurrencyCode,
  optionalDecimal,
  optionalIdentifier,
  shownDecimal,
  shownIdentifier,
} from '../../payload.js'

/** Nothing in a callback is proven: it names an order to read, and claims how far that order is. */
export const callback = z.looseObject({
  /** Becomes part of a URL that is requested with the API token, so no other characters are accepted. */
  id: z.union([z.int().min(1), z.string().regex(/^[1-9]\d{0,18}$/)]).transform(String),
  order_id: shownIdentifier,
  status: freeText,
})

export const order = z
  .looseObject({
    id: identifier,
    /** The merchant's own id. */
    order_id: optionalIdentifier,
    status: identifier,
    price_amount: optionalDecimal,
    price_currency: optionalCurrencyCode,
    /** The amount to pay in the coin; missing until the payer chooses a coin. */
    pay_amount: optionalDecimal,
    pay_currency: optionalCurrencyCode,
    /** In the coin. Callbacks have outdated values (docs: payment-callback). */
    underpaid_amount: shownDecimal,
    overpaid_amount: shownDecimal,
    paid_at: instant,
  })
  // Anyone who reads the token in a log could forge callbacks.
  .transform(({ token: _, ...rest }) => rest)

/** An order as CoinGate's API answers it. */
export type CoinGateOrder = z.output<typeof order>
