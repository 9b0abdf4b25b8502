/** A checkout of Coinbase Business, with the name of its event. All other fields stay in `native` as they came. */
import { z } from 'zod'
import {
  currencyCode,
  decimal,
  emptyAsNull,
  identifier,
  instant,
  optionalCurrencyCode,
  optionalDecimal,
  optionalIdentifier,
} from '../../payload.js'

const refund = z.looseObject({ id: optionalIdentifier, status: z.string().nullish() })

export const checkout = z.looseObject({
  id: identifier,
  eventType: z.string().min(1).max(100),
  amount: decimal,
  currency: currencyCode,
  network: optionalIdentifier,
  status: z.string().nullish(),
  transactionHash: optionalIdentifier,
  settlement: z
    .looseObject({ totalAmount: optionalDecimal, currency: optionalCurrencyCode })
    .nullish()
    .transform((value) => value ?? { totalAmount: null, currency: null }),
  refundedAmount: optionalDecimal,
  refunds: z
    .array(refund)
    .nullish()
    .transform((list) => list ?? []),
  metadata: z.preprocess(emptyAsNull, z.record(z.string(), z.unknown()).nullish()).transform((value) => value ?? {}),
  createdAt: instant,
  updatedAt: instant,
})

/** Payment links have events with other fields and the same signature. */
export const body = z.looseObject({ eventType: z.string().min(1).max(100) })

/** A checkout as it came, with its `eventType`. */
export type CoinbaseBusinessCheckout = z.output<typeof checkout>

/** Any event as it came. */
export type CoinbaseBusinessEvent = z.output<typeof body>
