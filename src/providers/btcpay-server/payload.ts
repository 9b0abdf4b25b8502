/** BTCPay Server's deliveries: the fields that decide something. All other fields stay as they came. */
import { z } from 'zod'
import { decimal, identifier, instant, optionalIdentifier, shownDecimal } from '../../payload.js'

const flag = z.transform((value) => value === true)

/** One payment of an invoice, in its coin (code: InvoicePaymentMethodDataModel). */
export const payment = z.looseObject({
  /** On chain, the transaction and its output, joined by a hyphen; on Lightning, the payment hash. */
  id: identifier,
  value: decimal,
  /** The network fee that the payer was charged in addition. */
  fee: shownDecimal,
  receivedDate: instant,
})

export const delivery = z.looseObject({
  type: z.string().min(1).max(100),
  /** Different in every redelivery. */
  deliveryId: optionalIdentifier,
  /** The id of the first delivery. Very old servers misspell it (code: WebhookEvent). */
  originalDeliveryId: optionalIdentifier,
  orignalDeliveryId: optionalIdentifier,
  /** Seconds since 1970, the same in every redelivery. */
  timestamp: instant,
  storeId: optionalIdentifier,
  invoiceId: optionalIdentifier,
  metadata: z.unknown().optional(),
  manuallyMarked: flag,
  partiallyPaid: flag,
  /** For example `BTC-CHAIN` or `BTC-LN`. Before version 2 it is `paymentMethod`, for example `BTC` or `BTC-LightningNetwork`. */
  paymentMethodId: optionalIdentifier,
  paymentMethod: optionalIdentifier,
  payment: z.unknown().optional(),
})

/** An event of BTCPay Server as it came. */
export type BtcPayServerEvent = z.output<typeof delivery>
