/** Mollie's payments, refunds, chargebacks and events: the fields that decide something. All other fields stay as they came. */
import { z } from 'zod'
import {
  currencyCode,
  decimal,
  emptyAsNull,
  freeText,
  identifier,
  instant,
  optionalIdentifier,
  shownIdentifier,
} from '../../payload.js'

/** Decimal texts in major units (mollie-api-typescript, Amount). */
const amount = z.looseObject({ value: decimal, currency: currencyCode })

const optional = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(emptyAsNull, schema.nullish())

/** Zero totals are missing, or are `0.00`. */
const optionalAmount = optional(amount).transform((read) => read ?? null)

/** Null in chargebacks, which have no mode (mollie-api-typescript, EntityChargeback). */
const mode = z.transform((value) => (value === 'live' || value === 'test' ? value : null))

/** A refund in a payment that was read with its refunds. */
const refundOf = z.looseObject({ id: identifier, status: identifier, createdAt: instant })

/** A chargeback in a payment that was read with its chargebacks. */
const chargebackOf = z.looseObject({ id: identifier, amount: optionalAmount, createdAt: instant, reversedAt: instant })

const list = <Item extends z.ZodType>(item: Item) => z.array(item).nullish()

export const payment = z.looseObject({
  id: identifier,
  mode,
  status: identifier,
  amount,
  amountRefunded: optionalAmount,
  amountCaptured: optionalAmount,
  amountChargedBack: optionalAmount,
  description: freeText,
  metadata: z.unknown().optional(),
  /** The order of the retired Orders API that the payment belongs to. */
  orderId: shownIdentifier,
  paidAt: instant,
  authorizedAt: instant,
  canceledAt: instant,
  expiredAt: instant,
  failedAt: instant,
  _embedded: optional(z.looseObject({ refunds: list(refundOf), chargebacks: list(chargebackOf) })),
})

/** A refund or a chargeback in a next-gen event. */
export const returned = z.looseObject({
  id: identifier,
  mode,
  amount,
  paymentId: identifier,
  /** The bank's reason for taking the money. */
  reason: optional(z.looseObject({ description: freeText })),
})

/** A next-gen event. It includes its entity, unless the webhook sends simple payloads. */
export const event = z.looseObject({
  resource: z.literal('event'),
  id: identifier,
  type: z.string().min(1).max(100),
  entityId: optionalIdentifier,
  createdAt: instant,
  _embedded: optional(z.looseObject({ entity: z.unknown().optional() })),
})

/** An amount as Mollie writes it. */
export type MollieAmount = z.output<typeof amount>

/** A payment as it was read from Mollie. */
export type MolliePayment = z.output<typeof payment>

/** A next-gen event as it came. */
export type MollieEvent = z.output<typeof event>
