/** CoinGate's callbacks and orders: the fields that decide something. The rest stays as it came. */
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

/** Nothing in it is proven: it names an order to be read, and says how far that should have come. */
export const callback = z.looseObject({
  /** Becomes part of an address that is asked with the API token, so nothing else is let through. */
  id: z.union([z.int().min(1), z.string().regex(/^[1-9]\d{0,18}$/)]).transform(String),
  order_id: shownIdentifier,
  status: freeText,
})

export const order = z
  .looseObject({
    id: identifier,
    /** The merchant's own. */
    order_id: optionalIdentifier,
    status: identifier,
    price_amount: optionalDecimal,
    price_currency: optionalCurrencyCode,
    /** What is asked for in the coin; missing until one was chosen. */
    pay_amount: optionalDecimal,
    pay_currency: optionalCurrencyCode,
    /** In the coin. In callbacks they are not up to date (docs: payment-callback). */
    underpaid_amount: shownDecimal,
    overpaid_amount: shownDecimal,
    paid_at: instant,
  })
  // Who reads it in a log could write callbacks.
  .transform(({ token: _, ...rest }) => rest)

/** An order as CoinGate's API answers it. */
export type CoinGateOrder = z.output<typeof order>
