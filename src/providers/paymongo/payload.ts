/** PayMongo's events: the fields that decide something. All other fields stay in `native` as they came. */
import { z } from 'zod'
import { currencyCode, freeText, identifier, instant, optionalIdentifier } from '../../payload.js'

const centavos = z.int().nonnegative()

/** An event without `livemode` is not live. */
const livemode = z.transform((value) => value === true)

/** Never required: texts by key, or null. */
const metadata = z.transform((value): Readonly<Record<string, unknown>> => {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
})

/** A resource as it was. Newer resources have their fields next to the id, and no `attributes`. */
function resource<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.preprocess(
    (value) => {
      const { attributes, ...rest } = (value ?? {}) as { readonly attributes?: unknown }
      return typeof attributes === 'object' && attributes !== null ? { ...attributes, ...rest } : value
    },
    z.looseObject({ id: identifier, ...shape }),
  )
}

export const refund = resource({
  amount: centavos,
  currency: currencyCode,
  status: freeText,
  payment_id: optionalIdentifier,
  reason: freeText,
  metadata,
  updated_at: instant,
})

export const payment = resource({
  amount: centavos,
  currency: currencyCode,
  status: freeText,
  /** The intent that the shop made and stored; missing if the payment comes from a source. */
  payment_intent_id: optionalIdentifier,
  source: z.looseObject({ id: optionalIdentifier }).nullish(),
  external_reference_number: optionalIdentifier,
  failed_message: freeText,
  metadata,
  refunds: z.array(refund).nullish(),
})

export const session = resource({
  reference_number: optionalIdentifier,
  payment_intent: resource({ amount: centavos, currency: currencyCode }).nullish(),
  payments: z.array(payment).nullish(),
  metadata,
})

export const source = resource({ amount: centavos, currency: currencyCode, metadata })

export const delivery = z.looseObject({
  data: z.looseObject({
    id: identifier,
    type: z.literal('event'),
    attributes: z.looseObject({
      type: z.string().min(1).max(100),
      livemode,
      created_at: instant,
      data: z.looseObject({ type: freeText }),
    }),
  }),
})

/** An event of PayMongo as it came, with the fields that every event has. */
export type PayMongoEvent = z.output<typeof delivery>
